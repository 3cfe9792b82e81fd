"""Catalogs for tests: an empty one, and one filled by `workbench setup` once for the whole run."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from workbench.catalog.store import Catalog
from workbench.lab import Lab
from workbench.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
ARTIFACTS = PROJECT / ".artifacts"
# what a filled catalog depends on: change one of these files and it is filled anew
FILLED_BY = ("data_catalog", "workbench/catalog", "workbench/phenomics", "workbench/cells", "workbench/models",
             "workbench/training", "workbench/kernels", "workbench/jobs", "workbench/evaluation")  # fmt: skip


# begun first, so that no worker ends alone with one of them; the second one leaves the first to fill the catalog
LONGEST = (
    "journeys/test_frame.py", "promises/test_imports.py", "journeys/test_explore.py", "jobs/test_score_maps.py", "test_cli.py",
    "journeys/test_molecules.py", "test_notebooks.py", "journeys/test_queue.py", "catalog/test_integrity.py",
    "promises/test_hostile_files.py", "lab/test_map_scores.py", "phenomics/test_layout.py", "promises/test_worker_killed.py",
    "test_readme.py", "models/test_image_models.py", "apps/test_queue.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, the others as they were (`make test` keeps pytest-xdist from sorting them by test count)."""
    place = {PROJECT / "tests" / name: i for i, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture(scope="session")
def filled_home() -> Path:
    """Folder of a catalog with all bundled data, maps and first models. Do not open it: use `lab`, `catalog` or `shared_lab`."""
    home = ARTIFACTS / f"catalog-{_fingerprint()}"
    ARTIFACTS.mkdir(exist_ok=True)
    with FileLock(ARTIFACTS / "catalog.lock"):
        if not (home / "complete").exists():
            shutil.rmtree(home, ignore_errors=True)
            for stale in ARTIFACTS.glob("catalog-*"):  # of older code; a run that still uses one is not a day old
                if stale.is_dir() and time.time() - stale.stat().st_mtime > 86_400:
                    shutil.rmtree(stale, ignore_errors=True)
            environment = {k: v for k, v in os.environ.items() if k not in ("WORKBENCH_MIRROR",)}
            subprocess.run(
                [sys.executable, "-m", "workbench.cli", "setup"],
                env=environment | {"WORKBENCH_HOME": str(home)}, check=True, cwd=PROJECT, timeout=1200,
            )  # fmt: skip
            (home / "complete").touch()
    return home


@pytest.fixture
def home(filled_home: Path, tmp_path: Path) -> Path:
    """A copy of the filled catalog that a test may change."""
    return copy_home(filled_home, tmp_path / "home")


@pytest.fixture
def settings(home: Path) -> Settings:
    """Settings of the copy."""
    return Settings(home=home, mirror=None)


@pytest.fixture
def lab(settings: Settings):
    """An open lab on a copy of the filled catalog."""
    opened = Lab.open(settings)
    yield opened
    opened.close()


@pytest.fixture
def catalog(lab: Lab) -> Catalog:
    """The catalog of `lab`."""
    return lab.catalog


@pytest.fixture(scope="session")
def shared_lab(filled_home: Path, tmp_path_factory: pytest.TempPathFactory):
    """A filled catalog for tests that only read: one copy a test process."""
    home = copy_home(filled_home, tmp_path_factory.mktemp("shared") / "home")
    opened = Lab.open(Settings(home=home, mirror=None))
    yield opened
    opened.close()


@pytest.fixture
def empty_catalog(tmp_path: Path):
    """A catalog without any data."""
    opened = Catalog.open(Settings(home=tmp_path / "empty", mirror=None))
    yield opened
    opened.close()


def copy_home(source: Path, target: Path) -> Path:
    """Copy a catalog that nobody has open: the filled one is only ever copied, so its SQLite files lie still."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.lock", "complete", "training"))
    return target


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for folder in FILLED_BY:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.is_file() and path.suffix in (".py", ".toml", ".parquet", ".tif"):
                digest.update(str(path.relative_to(PROJECT)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
