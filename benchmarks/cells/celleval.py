"""Our metrics of predicted cells against the numbers cell-eval 0.8.2 gives on the same real cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anndata
import numpy as np

from benchmarks.figures import figure
from workbench.evaluation.cell_suite import CellSet, cell_metrics, halves, set_metrics
from workbench.evaluation.energy_distance import distances_from_control

CELLS = Path(__file__).parents[2] / "data_catalog" / "bundled" / "perturbseq_small" / "cells.h5ad"
# means over perturbations, written by cell-eval 0.8.2 with pdex 0.3.0; real: every other cell of norman19, controls too
GOLDEN = {
    "other_half": {
        "rd": 0.7997454147447239, "mse": 0.0006262031075135437, "mae": 0.006662752493425753,
        "pds_score_l1": 0.9678604224058768, "pds_score_l2": 0.9678604224058769, "pds_score_cosine": 0.9201101928374655,
        "overlap_at_n": 0.4595959595959595, "precision_at_n": 0.457070707070707, "direction_match": 1.0,
        "significant_recall": 0.8796296296296295, "count_correlation": 0.8501536290933845,
        "distance_agreement": 0.984709739070504,
    },
    "collapsed": {
        "rd": 0.3224941954355348, "mse": 0.005155668657883352, "mae": 0.00933238293862704,
        "pds_score_l1": 0.5280073461891643, "pds_score_l2": 0.5371900826446282, "pds_score_cosine": 0.5188246097337005,
        "overlap_at_n": 0.0, "precision_at_n": 0.004744413835322927, "direction_match": 0.8009259259259259,
        "significant_recall": 0.7407407407407407,
    },
}  # fmt: skip
# V-statistic and unbiased, Euclidean over 500 genes, all cells against the 100 controls; to three decimals
ENERGY = {"KLF1": (1.067, 0.998), "MAPK1": (0.868, 0.795), "TMSB4X": (1.362, 1.290), "SGK1+TBX3": (3.127, 3.048),
          "PTPN12+PTPN9": (1.317, 1.243)}  # fmt: skip


def read_cells() -> tuple[CellSet, np.ndarray]:
    """The K562 cells of the bundled set, and the names of their genes."""
    cells = anndata.read_h5ad(CELLS)
    cells = cells[cells.obs["dataset"] == "norman19"]
    return CellSet(cells.X.toarray(), cells.obs["perturbation"].to_numpy(dtype=str)), np.array(cells.var_names)


def predictions(cells: CellSet) -> tuple[CellSet, dict[str, CellSet]]:
    """The real side, and the two predictions of the golden numbers: the other half of the cells with the real side's
    controls, and the mean of all perturbed real cells repeated."""
    real, other = halves(cells)
    values = real.values.copy()
    values[real.labels != "control"] = real.without("control").values.mean(axis=0)
    own = real.take(real.labels == "control")
    return real, {"other_half": other.without("control").joined(own), "collapsed": CellSet(values, real.labels)}


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """Largest absolute difference from cell-eval over all golden numbers, and of the energy distances."""
    cells, genes = read_cells()
    real, asked = predictions(cells)
    differences = []
    for name, predicted in asked.items():
        found = {key: float(np.nanmean(v)) for key, v in cell_metrics(real, predicted, genes, "control").items()}
        found |= set_metrics(real, predicted, "control")
        differences += [abs(found[metric] - expected) for metric, expected in GOLDEN[name].items()]
    apart = [
        distances_from_control(cells.values, cells.labels, np.array(list(ENERGY)), "control", unbiased=unbiased)
        for unbiased in (False, True)
    ]
    energy = np.abs(np.array(apart).T - np.array(list(ENERGY.values())))
    how = "golden numbers of cell-eval 0.8.2 on 3,375 real K562 cells, 33 perturbations, 2 predictions"
    return {
        "celleval_max_abs_diff": figure(max(differences), "", how, low=min(differences), n=len(differences)),
        "energy_max_abs_diff": figure(
            float(energy.max()), "", "energy distances to three decimals, both forms", low=float(energy.min()),
            n=energy.size,
        ),
    }  # fmt: skip
