"""The suite every version of a virtual cell passes on its fixed held-out set: metrics with intervals and n."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.evaluation.discrimination import discrimination
from workbench.evaluation.metric_facts import TITLES
from workbench.evaluation.response_metrics import mean_absolute_error, rdmean
from workbench.kernels.bootstrap import bootstrap_mean
from workbench.kernels.conformal import coverage


def score_units(
    predicted: np.ndarray, observed: np.ndarray, reference: np.ndarray, units: np.ndarray
) -> dict[str, np.ndarray]:
    """Each metric averaged within a unit [n_units]; predicted, observed [n, n_readouts], reference [n_readouts]."""
    rows = {
        "rdmean": rdmean(predicted, observed, reference),
        "pds": discrimination(predicted, observed, reference),
        "mae": mean_absolute_error(predicted, observed),
    }
    return {name: by_unit(values, units) for name, values in rows.items()}


def coverage_units(observed: np.ndarray, low: np.ndarray, high: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Coverage averaged within a unit [n_units]; observed, low, high [n, n_readouts]."""
    return by_unit(coverage(observed, low, high), units)


def by_unit(values: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Mean of the values [n] of each unit [n] -> [n_units], units sorted."""
    _, index = np.unique(units, return_inverse=True)
    return np.bincount(index, weights=values) / np.bincount(index)


def summary(values: np.ndarray, metric: str, seed: int = 0) -> dict[str, Any]:
    """One row of the table: value with its bootstrap interval over units, n."""
    value, low, high = bootstrap_mean(values, seed=seed)
    return {"metric": metric, "title": TITLES[metric], "value": value, "low": low, "high": high, "n": len(values)}
