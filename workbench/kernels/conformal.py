"""Split and cross-conformal interval widths with a group (e.g. a gene) as the exchangeable unit, alone or in classes."""

from __future__ import annotations

import math

import numpy as np


def quantile(scores: np.ndarray, level: float) -> np.ndarray:
    """Conformal quantile of non-conformity scores [n_units, n_readouts] for each readout [n_readouts].

    The k-th smallest score with k = ceil((n + 1) level); infinite when k > n (Vovk et al., 2005; Lei et al., 2018).
    """
    n = len(scores)
    k = math.ceil((n + 1) * level)
    if k > n:
        return np.full(scores.shape[1], np.inf)
    return np.partition(scores, k - 1, axis=0)[k - 1]


def quantile_by_group(scores: np.ndarray, groups: np.ndarray, level: float) -> np.ndarray:
    """Conformal quantile of scores [n_rows, n_readouts] of rows that are exchangeable by group only [n_readouts].

    Each of the K groups carries weight 1 / (K + 1), shared by its rows, and the group to come the rest at infinity; with
    one row a group it is `quantile` (Lee, Barber & Willett, 2023: hierarchical conformal prediction). groups [n_rows].
    """
    _, index, count = np.unique(groups, return_inverse=True, return_counts=True)
    weight = 1.0 / ((len(count) + 1) * count[index])
    order = np.argsort(scores, axis=0, kind="stable")
    reached = np.cumsum(weight[order], axis=0) >= level - 1e-12
    first = np.argmax(reached, axis=0)
    found = np.take_along_axis(scores, np.take_along_axis(order, first[None], axis=0), axis=0)[0]
    return np.where(reached.any(axis=0), found, np.inf)


def units_needed(level: float) -> int:
    """The smallest number of units that gives a finite width: ceil((n + 1) level) ≤ n."""
    return math.ceil(level / (1 - level) - 1e-9)


def widths_by_class(
    scores: np.ndarray, groups: np.ndarray, classes: np.ndarray, n_classes: int, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Widths of each class by its own rows [n_classes, n_readouts], infinite where it has too few units, and its number
    of units [n_classes] (Mondrian conformal prediction: Vovk et al., 2005). scores [n_rows, n_readouts]; groups, classes
    [n_rows]."""
    widths, n_units = np.full((n_classes, scores.shape[1]), np.inf), np.zeros(n_classes, dtype=int)
    for label in range(n_classes):
        here = classes == label
        n_units[label] = len(np.unique(groups[here]))
        if here.any():
            widths[label] = quantile_by_group(scores[here], groups[here], level)
    return widths, n_units


def coverage(truth: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Share of readouts inside the interval for each row; all [n_rows, n_readouts] -> [n_rows]."""
    return ((truth >= low) & (truth <= high)).mean(axis=1)
