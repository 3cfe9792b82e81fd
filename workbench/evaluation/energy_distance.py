"""Energy distance between two groups of cells, and whether a model gets the distances from control right."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from workbench.errors import DataQualityError


def energy_distance(x: np.ndarray, y: np.ndarray, *, unbiased: bool = False) -> float:
    """2 E|x - y| - E|x - x'| - E|y - y'| with Euclidean distance (Székely and Rizzo).

    x [n_x, n_genes], y [n_y, n_genes] cells. The default is the V-statistic, whose means include each cell with itself
    (cell-eval): never negative, and above 0 for two halves of the same cells, so only groups of equal size compare.
    `unbiased` leaves those pairs out (scPerturb): 0 on average without a difference, whatever the sizes. Raises
    DataQualityError with fewer than one cell (two when unbiased) in a group.
    """
    x, y = np.atleast_2d(np.asarray(x, dtype=np.float64)), np.atleast_2d(np.asarray(y, dtype=np.float64))
    needed = 2 if unbiased else 1
    if min(len(x), len(y)) < needed:
        raise DataQualityError(f"an energy distance needs {needed} cells a group; got {len(x)} and {len(y)}.")
    return 2 * float(cdist(x, y).mean()) - _within(x, unbiased) - _within(y, unbiased)


def distances_from_control(
    values: np.ndarray, labels: np.ndarray, perturbations: np.ndarray, control: str, *, unbiased: bool = False
) -> np.ndarray:
    """Energy distance of the cells of each perturbation from the control cells [n].

    values [n_cells, n_genes], labels [n_cells], perturbations [n].
    """
    values, labels = np.asarray(values, dtype=np.float64), np.asarray(labels)
    reference = values[labels == control]
    return np.array([energy_distance(values[labels == name], reference, unbiased=unbiased) for name in perturbations])


def distance_agreement(real: np.ndarray, predicted: np.ndarray) -> float:
    """Pearson correlation over perturbations of real and predicted distances from control (pearson_edistance).

    real, predicted [n]; NaN where one side is constant up to rounding, as a collapsed prediction's is.
    """
    sides = [np.asarray(side, dtype=np.float64) for side in (real, predicted)]
    if len(sides[0]) < 2 or any(np.ptp(side) <= 1e-9 * max(1e-300, np.abs(side).max()) for side in sides):
        return float("nan")
    return float(np.corrcoef(*sides)[0, 1])


def _within(cells: np.ndarray, unbiased: bool) -> float:
    n = len(cells)
    total = float(cdist(cells, cells).sum())
    return total / (n * (n - 1)) if unbiased else total / (n * n)
