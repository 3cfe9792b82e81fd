"""Which convention a file follows and what says so; tables of wells follow none."""

import pytest

from tests import perturbed
from workbench.catalog.importers.conventions import convention_of
from workbench.catalog.importers.formats import open_table
from workbench.catalog.importers.wishes import Wishes

GENES = ",".join(f"G{i}" for i in range(30))
ROW = ",".join(["1"] * 30)


@pytest.mark.parametrize(
    ("make", "name"), [(perturbed.gears, "GEARS"), (perturbed.scperturb, "scPerturb"), (perturbed.state, "State")]
)
def test_conventions_of_cells_are_told_apart(tmp_path, make, name: str) -> None:
    found = convention_of(open_table(make(tmp_path / "a.h5ad")), Wishes())
    assert found.is_cells
    assert found.name.startswith(name)


@pytest.mark.parametrize(
    ("head", "cells", "name"),
    [("perturbation,n_cells", "TP53,7", "pseudobulk"), ("perturbation", "TP53", "pseudobulk"),
     ("perturbation,total_counts", "TP53,900", "single cells"), ("plate,well,perturbation", "P,A1,TP53", None),
     ("colour", "red", None)],
)  # fmt: skip
def test_tables_without_wells_are_cells_or_pseudobulks(write_csv, head: str, cells: str, name: str | None) -> None:
    found = convention_of(open_table(write_csv(f"{head},{GENES}\n{cells},{ROW}\n")), Wishes())
    assert (found and found.name) == name
