"""Predicted against real cells: every metric, beside no change, the mean of the others and half of the real cells."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from workbench.errors import DataQualityError
from workbench.evaluation import differential_expression as expressed
from workbench.evaluation.discrimination import (
    DISTANCES,
    centroid_accuracy,
    discrimination_score,
    discrimination_share,
    own_readout,
)
from workbench.evaluation.energy_distance import distance_agreement, distances_from_control, energy_distance
from workbench.evaluation.metric_facts import TITLES
from workbench.evaluation.response_metrics import mean_absolute_error, mean_squared_error, rdmean, row_correlation
from workbench.kernels.bootstrap import bootstrap_mean

MIN_CELLS = 4  # of a perturbation, so that each half holds two


class CellSet(NamedTuple):
    """values [n_cells, n_genes] log1p expression; labels [n_cells]: the perturbation or control of each cell."""

    values: np.ndarray
    labels: np.ndarray

    def take(self, rows: np.ndarray) -> CellSet:
        """The cells at these rows (numbers or mask)."""
        return CellSet(self.values[rows], self.labels[rows])

    def without(self, label: str) -> CellSet:
        """All cells but those of one label."""
        return self.take(self.labels != label)

    def joined(self, other: CellSet) -> CellSet:
        """These cells and then the others."""
        return CellSet(np.concatenate([self.values, other.values]), np.concatenate([self.labels, other.labels]))


def perturbations_of(cells: CellSet, control: str) -> np.ndarray:
    """Names of what was done to the cells, sorted, the control left out [n]."""
    names = np.unique(cells.labels.astype(str))
    return names[names != control]


def profiles(cells: CellSet, names: np.ndarray) -> np.ndarray:
    """Mean log expression of the cells of each name [n, n_genes]. Raises DataQualityError for a name without cells."""
    missing = sorted(set(map(str, names)) - set(map(str, np.unique(cells.labels))))
    if missing:
        raise DataQualityError(f"there is no cell of {', '.join(missing[:5])}.", hint="Predict every perturbation.")
    return np.stack([cells.values[cells.labels == name].mean(axis=0, dtype=np.float64) for name in names])


def halves(cells: CellSet) -> tuple[CellSet, CellSet]:
    """The 1st, 3rd, 5th … and the 2nd, 4th … cell of each label, in the order of the cells."""
    odd = np.zeros(len(cells.labels), dtype=bool)
    for name in np.unique(cells.labels):
        odd[np.flatnonzero(cells.labels == name)[::2]] = True
    return cells.take(odd), cells.take(~odd)


def cell_metrics(real: CellSet, predicted: CellSet, genes: np.ndarray, control: str) -> dict[str, np.ndarray]:
    """Each metric for each perturbation [n], perturbations sorted; both sides hold the control cells they refer to.

    genes [n_genes] names, to leave a perturbed gene's own column out of the discrimination scores (cell-eval's rule).
    rDmean and the (N-1) PDS refer to the mean of the other real perturbations. With the same control cells on both
    sides the values are cell-eval's; with disjoint halves a shared control cannot look like skill.
    """
    names = perturbations_of(real, control)
    y, y_predicted = profiles(real, names), profiles(predicted, names)
    delta = y - profiles(real, np.array([control]))
    asked = y_predicted - profiles(predicted, np.array([control]))
    own = own_readout(names, genes)
    tests = [expressed.rank_sum_tests(side.values, side.labels, names, control) for side in (real, predicted)]
    centre = delta.mean(axis=0)
    found = {
        "rd": row_correlation(asked, delta),
        "rdmean": rdmean(asked, delta, centre),
        "pds": discrimination_share(asked - centre, delta - centre, "cosine"),
        "centroid_accuracy": centroid_accuracy(asked, delta),
        "mae": mean_absolute_error(y_predicted, y),
        "mse": mean_squared_error(y_predicted, y),
        "overlap_at_n": expressed.overlap_at(*tests),
        "precision_at_n": expressed.precision_at(*tests),
        "direction_match": expressed.direction_match(*tests),
        "significant_recall": expressed.significant_recall(*tests),
        "fold_change_correlation": expressed.fold_change_correlation(*tests),
        "energy": np.array([_energy(real, predicted, name) for name in names]),
    }
    for distance in DISTANCES:
        found[f"pds_score_{distance}"] = discrimination_score(asked, delta, distance, own)
    return found


def set_metrics(real: CellSet, predicted: CellSet, control: str) -> dict[str, float]:
    """Metrics that are one number for all perturbations: count_correlation (significant genes), distance_agreement."""
    names = perturbations_of(real, control)
    tests = [expressed.rank_sum_tests(side.values, side.labels, names, control) for side in (real, predicted)]
    away = [distances_from_control(side.values, side.labels, names, control) for side in (real, predicted)]
    return {"count_correlation": expressed.count_correlation(*tests), "distance_agreement": distance_agreement(*away)}


def score_cells(
    real: CellSet, predicted: CellSet, genes: np.ndarray, control: str, *, seed: int = 0
) -> list[dict[str, Any]]:
    """The table of a prediction: one row a metric and reference, with a bootstrap interval over perturbations and n.

    Predicted control cells are not used: the real ones, split into disjoint halves, are the reference of either side,
    so that a model cannot win by moving its controls nor by sharing their noise. References: "prediction"; "no change"
    (control cells); "mean" (control cells moved by the mean change of the other perturbations); "replicate" (half of
    the real cells against the other half, so a little below what a perfect model would get). Raises DataQualityError
    when the control or a perturbation has too few cells, or the prediction lacks one.
    """
    names = perturbations_of(real, control)
    _check(real, np.append(names, control))
    mine, others = (half.take(half.labels == control) for half in halves(real))
    treated = real.without(control)
    truth = treated.joined(mine)
    first, second = halves(treated)
    sides = {
        "prediction": (truth, predicted.without(control).joined(others)),
        "no change": (truth, _moved(others, names, np.zeros((len(names), len(genes)))).joined(others)),
        "mean": (truth, _moved(others, names, _change_of_others(treated, names, mine)).joined(others)),
        "replicate": (first.joined(mine), second.joined(others)),
    }
    rows = []
    for reference, (observed, asked) in sides.items():
        for metric, values in cell_metrics(observed, asked, genes, control).items():
            if np.isfinite(values).any():
                value, low, high = bootstrap_mean(values, seed=seed)
                rows.append({"metric": metric, "title": TITLES[metric], "reference": reference, "value": value,
                             "low": low, "high": high, "n": int(np.isfinite(values).sum())})  # fmt: skip
    return rows


def _change_of_others(treated: CellSet, names: np.ndarray, controls: CellSet) -> np.ndarray:
    """For each perturbation the mean change of all the others [n, n_genes]."""
    delta = profiles(treated, names) - controls.values.mean(axis=0, dtype=np.float64)
    return (delta.sum(axis=0) - delta) / max(1, len(names) - 1)


def _moved(controls: CellSet, names: np.ndarray, change: np.ndarray) -> CellSet:
    """The control cells, moved by each perturbation's change [n, n_genes] and never below 0, as its cells."""
    values = np.concatenate([np.maximum(controls.values + row, 0) for row in change])
    return CellSet(values, np.repeat(names.astype(object), len(controls.values)))


def _energy(real: CellSet, predicted: CellSet, name: str) -> float:
    sides = [side.values[side.labels == name] for side in (real, predicted)]
    return energy_distance(*sides, unbiased=True) if min(map(len, sides)) > 1 else float("nan")


def _check(cells: CellSet, names: np.ndarray) -> None:
    for name in names:
        n = int((cells.labels == name).sum())
        if n < MIN_CELLS:
            raise DataQualityError(f"{name} has {n} real cells; at least {MIN_CELLS} are needed to split them.")
    if len(names) < 3:
        raise DataQualityError(f"two perturbations and a control are needed; got {', '.join(map(str, names))}.")
    if not np.isfinite(cells.values).all():
        row = int(np.flatnonzero(~np.isfinite(cells.values).all(axis=1))[0])
        raise DataQualityError(f"cell {row + 1} holds a value that is not a number.")
