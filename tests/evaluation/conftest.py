"""The real cells of the facts' golden numbers: norman19 of the bundled Perturb-seq set, split by the order of the file."""

from pathlib import Path

import anndata
import numpy as np
import pytest

from workbench.evaluation.cell_suite import CellSet, halves

CELLS = Path(__file__).parents[2] / "data_catalog" / "bundled" / "perturbseq_small" / "cells.h5ad"


@pytest.fixture(scope="session")
def norman():
    """All K562 cells, and the names of the genes."""
    cells = anndata.read_h5ad(CELLS)
    cells = cells[cells.obs["dataset"] == "norman19"]
    return CellSet(cells.X.toarray(), cells.obs["perturbation"].to_numpy(dtype=str)), np.array(cells.var_names)


@pytest.fixture(scope="session")
def real(norman):
    """The 1st, 3rd, 5th … cell of each perturbation, controls included."""
    return halves(norman[0])[0]


@pytest.fixture(scope="session")
def other_half(norman, real):
    """The 2nd, 4th … cells as a prediction, with the real side's controls."""
    return halves(norman[0])[1].without("control").joined(real.take(real.labels == "control"))


@pytest.fixture(scope="session")
def collapsed(real):
    """The mean of all perturbed real cells, repeated for every cell of every perturbation."""
    values = real.values.copy()
    values[real.labels != "control"] = real.without("control").values.mean(axis=0)
    return CellSet(values, real.labels)
