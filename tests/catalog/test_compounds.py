"""Compounds of the whole catalog: once each, the data set asked first says what it knows."""

from workbench.catalog.compounds import read_compounds

SIMVASTATIN = "RYMZZMVNJRMUDD-HGQWONQESA-N"


def test_every_compound_comes_once_with_what_any_data_set_knows(shared_lab):
    rows = read_compounds(shared_lab.catalog, "bbbc021")
    keys = [row["inchikey"] for row in rows]
    assert keys == sorted(set(keys))
    found = next(row for row in rows if row["inchikey"] == SIMVASTATIN)
    assert found["smiles"]  # bbbc021 knows no structure: another data set gives it
    assert "HMGCR" in found["targets"]


def test_the_data_set_asked_first_names_its_compounds(shared_lab):
    names = {
        first: {row["inchikey"]: row["name"] for row in read_compounds(shared_lab.catalog, first)}
        for first in ("bbbc021", "nelisa_jump_target")
    }
    assert names["bbbc021"].keys() == names["nelisa_jump_target"].keys()
    assert names["bbbc021"][SIMVASTATIN] != ""
