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


@pytest.fixture(scope="session")
def filled_home() -> Path:
    """Folder of a catalog with all bundled data, maps and first models. Do not write to it: use `lab` or `catalog`."""
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
                env=environment | {"WORKBENCH_HOME": str(home)}, check=True, cwd=PROJECT,
            )  # fmt: skip
            (home / "complete").touch()
    return home


@pytest.fixture
def home(filled_home: Path, tmp_path: Path) -> Path:
    """A copy of the filled catalog that a test may change."""
    target = tmp_path / "home"
    shutil.copytree(filled_home, target, ignore=shutil.ignore_patterns("*.lock", "complete", "training"))
    return target


@pytest.fixture
def settings(home: Path) -> Settings:
    """Settings of the copy."""
    return Settings(home=home)


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
def shared_lab(filled_home: Path):
    """The filled catalog itself, for tests that only read."""
    opened = Lab.open(Settings(home=filled_home))
    yield opened
    opened.close()


@pytest.fixture
def empty_catalog(tmp_path: Path):
    """A catalog without any data."""
    opened = Catalog.open(Settings(home=tmp_path / "empty"))
    yield opened
    opened.close()


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for folder in FILLED_BY:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.is_file() and path.suffix in (".py", ".toml", ".parquet", ".tif"):
                digest.update(str(path.relative_to(PROJECT)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
