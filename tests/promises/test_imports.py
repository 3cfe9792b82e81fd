"""An import is all or nothing: killed, crowded or out of disk, the catalog holds a data set whole or not at all."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.promises.importing import event, import_bundled, import_file, import_file_onto_a_full_disk, pipe, start
from workbench.catalog.datasets import get_dataset, import_dataset, import_own_files, list_datasets
from workbench.catalog.integrity import OWNED, verify_dataset
from workbench.catalog.maps import read_wells
from workbench.catalog.store import Catalog
from workbench.settings import Settings

NAME = "l1000_orf_u2os"


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


def assert_repeated_import_is_whole(home: Path, undisturbed: dict[str, object], *, was_killed: bool = False) -> None:
    catalog = Catalog.open(Settings(home=home, mirror=None))
    try:
        if was_killed or not list_datasets(catalog):
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
    process = start(import_bundled, tmp_path, NAME, die_at)
    process.join(timeout=120)
    assert process.exitcode == -9
    assert_repeated_import_is_whole(tmp_path, undisturbed, was_killed=True)


@pytest.mark.parametrize("die_at", [0, 7, 9])
def test_killed_within_the_stream_of_a_file_then_repeated(tmp_path: Path, die_at: int) -> None:
    n, rng = 20_000, np.random.default_rng(0)
    place = np.arange(n) % 384
    frame = pd.DataFrame(rng.normal(size=(n, 4)).astype(np.float32), columns=[f"f{i}" for i in range(4)])
    frame.insert(0, "plate", np.char.add("P", (np.arange(n) // 384).astype(str)))
    frame.insert(1, "well", [f"{chr(65 + i // 24)}{i % 24 + 1:02d}" for i in place])
    frame.insert(2, "compound", np.where(place < 16, "DMSO", np.char.add("drug ", place.astype(str))))
    path = tmp_path / "profiles.parquet"
    frame.to_parquet(path)
    process = start(import_file, tmp_path / "home", path, die_at)
    process.join(timeout=120)
    assert process.exitcode == -9
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
    ready = event()
    process = start(import_bundled, tmp_path, NAME, 0, ready)
    assert ready.wait(timeout=120)
    time.sleep(1.5 * share)
    process.kill()
    process.join(timeout=60)
    assert_repeated_import_is_whole(tmp_path, undisturbed)


def test_three_processes_import_the_same_at_once(tmp_path: Path, undisturbed) -> None:
    Catalog.open(Settings(home=tmp_path, mirror=None)).close()
    processes = [start(import_bundled, tmp_path, NAME) for _ in range(3)]
    for process in processes:
        process.join(timeout=200)
        assert process.exitcode == 0
    assert_repeated_import_is_whole(tmp_path, undisturbed)


def test_three_processes_import_different_sets_at_once(tmp_path: Path) -> None:
    names = ["bbbc021", "cellbox_skmel133", "nelisa_jump_target"]
    processes = [start(import_bundled, tmp_path, name) for name in names]
    for process in processes:
        process.join(timeout=200)
        assert process.exitcode == 0
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
    here, there = pipe()
    process = start(import_file_onto_a_full_disk, home, path, 1 << 20, there)
    process.join(timeout=120)
    assert process.exitcode == 0
    assert here.poll(), "the import was not refused"
    told = here.recv()
    assert "no space left" in told
    assert "Nothing was written" in told or "nothing was written" in told
    catalog = Catalog.open(Settings(home=home, mirror=None))
    assert catalog.lake.current_snapshot() == before
    assert [item.dataset for item in list_datasets(catalog)] == ["cellbox_skmel133"]
    assert import_own_files(catalog, path, "mine").n_rows == 384  # there is room again
    assert all(verify_dataset(catalog, item)["ok"] for item in list_datasets(catalog))
    catalog.close()
