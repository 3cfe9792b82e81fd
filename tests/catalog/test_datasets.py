import json
import shutil
from pathlib import Path

import pytest

from workbench.catalog import datasets
from workbench.catalog.integrity import OWNED
from workbench.catalog.store import Catalog
from workbench.errors import ConflictError, DataQualityError, InputError, UnknownNameError
from workbench.settings import Settings

CATALOG = Settings().data_catalog


def rows_of(catalog: Catalog, name: str) -> int:
    return sum(catalog.lake.value(f"SELECT count(*) FROM lake.{t} WHERE dataset = $1", [name]) for t in OWNED)


def own_entries(tmp_path: Path, name: str, change: tuple[str, str]) -> Settings:
    """A data catalog of one entry with something changed in its TOML."""
    folder = tmp_path / "data_catalog"
    shutil.copytree(CATALOG / "bundled" / name, folder / "bundled" / name)
    text = (CATALOG / f"{name}.toml").read_text()
    assert change[0] in text
    (folder / f"{name}.toml").write_text(text.replace(*change))
    return Settings(home=tmp_path / "home", data_catalog=folder, mirror=None)


def test_everything_bundled_is_imported_and_described(imported: Catalog) -> None:
    here = {item.dataset: item for item in datasets.list_datasets(imported)}
    assert {"bbbc021", "nelisa_jump_target", "l1000_orf_u2os", "cellbox_skmel133", "hallmark"} <= set(here)
    assert all(item.imported_at and item.licence and item.citation for item in here.values())
    assert here["simulated_lab"].simulated
    waiting = {item.dataset for item in datasets.available_datasets(imported) if item.imported_at is None}
    assert waiting == {"dorothea", "omnipath", "trrust", "gi_crispra_k562"}


def test_the_same_import_twice_is_once(empty_catalog: Catalog) -> None:
    first = datasets.import_dataset(empty_catalog, "cellbox_skmel133")
    before = empty_catalog.lake.current_snapshot(), rows_of(empty_catalog, "cellbox_skmel133")
    assert datasets.import_dataset(empty_catalog, "cellbox_skmel133") == first
    assert (empty_catalog.lake.current_snapshot(), rows_of(empty_catalog, "cellbox_skmel133")) == before


def test_an_import_is_one_snapshot_and_so_is_its_removal(empty_catalog: Catalog) -> None:
    start = empty_catalog.lake.current_snapshot()
    datasets.import_dataset(empty_catalog, "cellbox_skmel133")
    assert empty_catalog.lake.current_snapshot() == start + 1
    datasets.remove_dataset(empty_catalog, "cellbox_skmel133")
    assert empty_catalog.lake.current_snapshot() == start + 2
    assert rows_of(empty_catalog, "cellbox_skmel133") == 0
    with pytest.raises(UnknownNameError, match="workbench data import cellbox_skmel133"):
        datasets.get_dataset(empty_catalog, "cellbox_skmel133")
    assert datasets.import_dataset(empty_catalog, "cellbox_skmel133").n_rows == 89


def test_molecules_are_shared_and_written_once(empty_catalog: Catalog) -> None:
    for _ in range(2):
        datasets.import_dataset(empty_catalog, "drug_molecules")
        datasets.remove_dataset(empty_catalog, "drug_molecules")
    assert empty_catalog.lake.value("SELECT count(*) FROM lake.molecule") == 307


def test_an_altered_file_is_refused_and_nothing_written(tmp_path: Path) -> None:
    settings = own_entries(tmp_path, "cellbox_skmel133", ("units", "units"))
    path = settings.data_catalog / "bundled" / "cellbox_skmel133" / "drugs.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    catalog = Catalog.open(settings)
    before = catalog.lake.current_snapshot()
    with pytest.raises(InputError, match=r"drugs\.parquet .* sha256"):
        datasets.import_dataset(catalog, "cellbox_skmel133")
    assert catalog.lake.current_snapshot() == before
    catalog.close()


def test_counts_that_are_not_the_expected_ones_are_refused(tmp_path: Path) -> None:
    catalog = Catalog.open(own_entries(tmp_path, "cellbox_skmel133", ("response = 89", "response = 90")))
    with pytest.raises(DataQualityError, match="read 89 rows for table response, expected 90"):
        datasets.import_dataset(catalog, "cellbox_skmel133")
    assert rows_of(catalog, "cellbox_skmel133") == 0
    catalog.close()


def test_a_file_of_ones_own_is_imported_once_under_its_name(empty_catalog: Catalog, write_csv) -> None:
    path = write_csv("gene,score\nTP53,1\nNA,2\n")
    made = datasets.import_own_files(empty_catalog, path, "mine")
    assert (made.n_rows, made.bundled, made.readout) == (2, False, "score")
    again = datasets.import_own_files(empty_catalog, path, "mine")
    assert again == made
    other = write_csv("gene,score\nTP53,9\n", "other.csv")
    with pytest.raises(ConflictError, match="another file"):
        datasets.import_own_files(empty_catalog, other, "mine")
    with pytest.raises(InputError, match="has changed since"):
        datasets.import_own_files(empty_catalog, other, "other", sha256=made.sha256)
    symbols = empty_catalog.lake.rows("SELECT genes FROM lake.perturbation WHERE dataset = 'mine' ORDER BY 1")
    assert [row["genes"] for row in symbols] == [["NA"], ["TP53"]]


def test_removing_takes_the_map_points_along(empty_catalog: Catalog) -> None:
    datasets.import_dataset(empty_catalog, "cellbox_skmel133")
    with empty_catalog.lake.writing("a map") as cursor:
        cursor.execute("INSERT INTO lake.map (map_id, dataset) VALUES ('m', 'cellbox_skmel133')")
        cursor.execute("INSERT INTO lake.map_point (map_id, label) VALUES ('m', 'a'), ('other', 'b')")
    datasets.remove_dataset(empty_catalog, "cellbox_skmel133")
    assert empty_catalog.lake.rows("SELECT map_id FROM lake.map_point") == [{"map_id": "other"}]


def test_rejects_are_listed_with_place_and_reason(imported: Catalog) -> None:
    frame = datasets.list_rejects(imported, "cpjump1")
    assert len(frame) == 151
    assert list(frame.columns[:6]) == ["dataset", "file", "row_number", "column_name", "value", "reason"]
    assert len(datasets.list_rejects(imported)) > 151


def test_the_commit_message_says_what_happened(imported: Catalog) -> None:
    rows = imported.lake.rows("SELECT commit_message AS m, commit_extra_info AS i FROM lake.snapshots()")
    facts = {row["m"]: row["i"] for row in rows}
    assert json.loads(facts["import bbbc021"]) == {"dataset": "bbbc021", "rows": 632}
