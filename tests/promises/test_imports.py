"""An import is all or nothing: killed, crowded or out of disk, the catalog holds a data set whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.catalog.datasets import get_dataset, import_dataset, import_own_files, list_datasets
from workbench.catalog.integrity import OWNED, verify_dataset
from workbench.catalog.maps import read_wells
from workbench.catalog.store import Catalog
from workbench.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
NAME = "l1000_orf_u2os"
IMPORT = """
import os, signal, sys
from pathlib import Path
from workbench.catalog import batch, datasets
from workbench.catalog.store import Catalog
from workbench.settings import Settings

home, name, die_at = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
catalog = Catalog.open(Settings(home=home, mirror=None))
written = 0

def write_frame(cursor, table, frame, write=batch.write_frame):
    global written
    write(cursor, table, frame)
    written += 1
    if written == die_at:
        os.kill(os.getpid(), signal.SIGKILL)

batch.write_frame = datasets.write_frame = write_frame
print("ready", flush=True)
datasets.import_dataset(catalog, name)
"""
FULL_DISK = """
import resource, sys
from pathlib import Path
from workbench.catalog import datasets
from workbench.catalog.store import Catalog
from workbench.errors import StorageError
from workbench.settings import Settings

catalog = Catalog.open(Settings(home=Path(sys.argv[1]), mirror=None))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    datasets.import_own_files(catalog, Path(sys.argv[2]), "mine")
except StorageError as error:
    print("refused:", error)
"""


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("WORKBENCH_")}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=PROJECT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What an import that nobody disturbs writes down: counts, rejects, content."""
    catalog = Catalog.open(Settings(home=tmp_path_factory.mktemp("calm"), mirror=None))
    quality = import_dataset(catalog, NAME).quality
    catalog.close()
    return quality


def assert_nothing_there(catalog: Catalog) -> None:
    assert list_datasets(catalog) == []
    for table in (*OWNED, "reject"):
        assert catalog.lake.value(f"SELECT count(*) FROM lake.{table}") == 0, table


def assert_repeated_import_is_whole(home: Path, undisturbed: dict[str, object]) -> None:
    catalog = Catalog.open(Settings(home=home, mirror=None))
    try:
        if not list_datasets(catalog):
            assert_nothing_there(catalog)
        import_dataset(catalog, NAME)
        dataset = get_dataset(catalog, NAME)
        assert dataset.quality == undisturbed
        assert verify_dataset(catalog, dataset)["ok"]
        assert catalog.lake.value("SELECT count(*) FROM lake.dataset") == 1
    finally:
        catalog.close()


@pytest.mark.parametrize("die_at", [1, 3, 5, 8, 9])
def test_killed_between_two_tables_then_repeated(tmp_path: Path, undisturbed, die_at: int) -> None:
    process = start(IMPORT, str(tmp_path), NAME, str(die_at))
    process.communicate(timeout=120)
    assert process.returncode == -9
    catalog = Catalog.open(Settings(home=tmp_path, mirror=None))
    assert_nothing_there(catalog)
    catalog.close()
    assert_repeated_import_is_whole(tmp_path, undisturbed)


@pytest.mark.parametrize("die_at", [6, 8, 9])
def test_killed_within_the_stream_of_a_file_then_repeated(tmp_path: Path, die_at: int) -> None:
    n, rng = 20_000, np.random.default_rng(0)
    place = np.arange(n) % 384
    frame = pd.DataFrame(rng.normal(size=(n, 4)).astype(np.float32), columns=[f"f{i}" for i in range(4)])
    frame.insert(0, "plate", np.char.add("P", (np.arange(n) // 384).astype(str)))
    frame.insert(1, "well", [f"{chr(65 + i // 24)}{i % 24 + 1:02d}" for i in place])
    frame.insert(2, "compound", np.where(place < 16, "DMSO", np.char.add("drug ", place.astype(str))))
    path = tmp_path / "profiles.parquet"
    frame.to_parquet(path)
    own = IMPORT.replace("import_dataset(catalog, name)", "import_own_files(catalog, Path(name), 'mine')")
    process = start(own, str(tmp_path / "home"), str(path), str(die_at))
    process.communicate(timeout=120)
    assert process.returncode == -9
    catalog = Catalog.open(Settings(home=tmp_path / "home", mirror=None))
    assert_nothing_there(catalog)
    assert list((catalog.settings.cache / "imports").iterdir()) == []
    made = import_own_files(catalog, path, "mine")
    assert made.n_rows == n
    assert verify_dataset(catalog, made)["ok"]
    stored = read_wells(catalog, "mine")
    wanted = frame.sort_values(["plate", "well"], kind="stable")[["f0", "f1", "f2", "f3"]].to_numpy()
    np.testing.assert_array_equal(stored.values, wanted)
    catalog.close()


@pytest.mark.parametrize("draw", [1, 2])
def test_killed_at_a_random_moment_then_repeated(tmp_path: Path, undisturbed, draw: int) -> None:
    share = float(np.random.default_rng([draw, time.time_ns()]).uniform(0.1, 1.0))
    process = start(IMPORT, str(tmp_path), NAME, "0")
    process.stdout.readline()
    time.sleep(1.5 * share)
    process.kill()
    process.communicate(timeout=60)
    assert_repeated_import_is_whole(tmp_path, undisturbed)


def test_three_processes_import_the_same_at_once(tmp_path: Path, undisturbed) -> None:
    Catalog.open(Settings(home=tmp_path, mirror=None)).close()
    processes = [start(IMPORT, str(tmp_path), NAME, "0") for _ in range(3)]
    for process in processes:
        _, errors = process.communicate(timeout=200)
        assert process.returncode == 0, errors
    assert_repeated_import_is_whole(tmp_path, undisturbed)


def test_three_processes_import_different_sets_at_once(tmp_path: Path) -> None:
    names = ["bbbc021", "cellbox_skmel133", "nelisa_jump_target"]
    processes = [start(IMPORT, str(tmp_path), name, "0") for name in names]
    for process in processes:
        _, errors = process.communicate(timeout=200)
        assert process.returncode == 0, errors
    catalog = Catalog.open(Settings(home=tmp_path, mirror=None))
    assert [item.dataset for item in list_datasets(catalog)] == names
    assert all(verify_dataset(catalog, item)["ok"] for item in list_datasets(catalog))
    catalog.close()


def test_a_full_disk_is_said_and_leaves_the_old_state(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    values = pd.DataFrame(rng.normal(size=(384, 1000)), columns=[f"f{i}" for i in range(1000)])
    wells = [f"{chr(65 + i // 24)}{i % 24 + 1:02d}" for i in range(384)]
    names = ["DMSO"] * 32 + [f"drug {i}" for i in range(352)]
    path = tmp_path / "plate.parquet"
    head = pd.DataFrame({"Metadata_Plate": "P1", "Metadata_Well": wells, "Metadata_Name": names})
    pd.concat([head, values], axis=1).to_parquet(path)
    home = tmp_path / "home"
    catalog = Catalog.open(Settings(home=home, mirror=None))
    import_dataset(catalog, "cellbox_skmel133")
    before = catalog.lake.current_snapshot()
    catalog.close()
    process = start(FULL_DISK, str(home), str(path), str(1 << 20))
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert "no space left" in out
    assert "Nothing was written" in out or "nothing was written" in out
    catalog = Catalog.open(Settings(home=home, mirror=None))
    assert catalog.lake.current_snapshot() == before
    assert [item.dataset for item in list_datasets(catalog)] == ["cellbox_skmel133"]
    assert import_own_files(catalog, path, "mine").n_rows == 384  # there is room again
    assert all(verify_dataset(catalog, item)["ok"] for item in list_datasets(catalog))
    catalog.close()
