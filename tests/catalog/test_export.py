import csv
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from workbench.catalog.datasets import get_dataset, import_own_files
from workbench.catalog.export import export_dataset
from workbench.catalog.importers.plan import read_own_files, recognise
from workbench.catalog.store import Catalog
from workbench.errors import StorageError


def test_tables_csv_and_attribution_are_written(imported: Catalog, tmp_path: Path) -> None:
    dataset = get_dataset(imported, "bbbc021")
    folder = export_dataset(imported, dataset, tmp_path)
    assert folder == tmp_path / "bbbc021"
    assert pq.read_table(folder / "well.parquet").num_rows == 632
    profiles = pd.read_csv(folder / "profiles.csv")
    assert profiles.shape == (632, 13 + 516)
    assert len(pd.read_csv(folder / "responses.csv")) == 103
    text = (folder / "ATTRIBUTION.txt").read_text()
    assert "BSD-3-Clause" in text
    assert "Ljosa" in text
    assert not list(folder.glob(".writing-*"))


def test_simulated_data_is_labelled(imported: Catalog, tmp_path: Path) -> None:
    folder = export_dataset(imported, get_dataset(imported, "simulated_lab"), tmp_path)
    assert "SIMULATED DATA" in (folder / "ATTRIBUTION.txt").read_text()


def test_our_own_importer_reads_what_was_exported(imported: Catalog, tmp_path: Path) -> None:
    folder = export_dataset(imported, get_dataset(imported, "nelisa_jump_target"), tmp_path)
    plan = recognise(imported, folder / "profiles.csv", "again")
    assert plan.importer == "profiles"
    assert (plan.counts["well"], plan.counts["feature"], plan.counts["response"]) == (1525, 191, 304)
    assert plan.rejects == ()
    genes = export_dataset(imported, get_dataset(imported, "l1000_orf_u2os"), tmp_path)
    plan, batch, _ = read_own_files(imported, genes / "profiles.csv", "genes")
    perturbations = batch.frames["perturbation"][0]
    assert (perturbations["kind"] == "over-expression").sum() == 324


def test_cells_that_look_like_formulas_are_made_text(empty_catalog: Catalog, tmp_path: Path, write_csv) -> None:
    path = write_csv(
        "Metadata_Plate,Metadata_Well,Metadata_Compound,f\nP,A1,DMSO,1\nP,A2,DMSO,1\n"
        "P,A3,=HYPERLINK(1),2\nP,A4,@x,3\nP,A5,<b>x</b>,4\n"
    )
    import_own_files(empty_catalog, path, "mine")
    folder = export_dataset(empty_catalog, get_dataset(empty_catalog, "mine"), tmp_path)
    for file in folder.glob("*.csv"):
        with file.open(encoding="utf-8") as handle:
            cells = [cell for row in csv.reader(handle) for cell in row]
        text = [cell for cell in cells if cell.startswith(("=", "@", "\t"))]
        assert text == [], file.name
    names = pd.read_csv(folder / "profiles.csv")["Metadata_Name"].tolist()
    assert "'=HYPERLINK(1)" in names
    assert "<b>x</b>" in names  # HTML is kept as the text it is


def test_a_folder_that_cannot_be_written_is_named(imported: Catalog, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be exported"):
        export_dataset(imported, get_dataset(imported, "hallmark"), tmp_path / "file")
