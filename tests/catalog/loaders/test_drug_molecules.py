import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.entries import find_entry
from workbench.catalog.loaders.drug_molecules import load
from workbench.settings import Settings


def test_every_drug_has_structure_and_weight(loaded) -> None:
    molecules = loaded("drug_molecules", "molecule")
    assert len(molecules) == 307
    assert molecules["Metadata_InChIKey"].is_unique
    (loperamide,) = molecules[molecules["name"] == "loperamide"].to_dict("records")
    assert loperamide["formula"] == "C29H33ClN2O2"
    assert 476 < loperamide["weight"] < 478


def test_a_structure_that_does_not_parse_is_refused(tmp_path) -> None:
    rows = [
        {"InChIKey": "A", "pert_iname": "good", "smiles": "CCO"},
        {"InChIKey": "B", "pert_iname": "<i>bad</i>", "smiles": "C1CC("},
    ]
    path = tmp_path / "compounds.parquet"
    pd.DataFrame(rows).to_parquet(path)
    batch = Batch("drug_molecules")
    load(find_entry(Settings(), "drug_molecules"), {path.name: path}, batch)
    assert len(batch.frames["molecule"][0]) == 1
    (refused,) = batch.rejects
    assert (refused["row_number"], refused["column_name"], refused["value"]) == (2, "smiles", "C1CC(")
