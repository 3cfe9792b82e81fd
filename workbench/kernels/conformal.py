"""Split and cross-conformal interval widths with a group (e.g. a gene) as the exchangeable unit."""

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


def scores_by_group(residuals: np.ndarray, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Absolute residuals [n_rows, n_readouts] of one row drawn from each group: [n_groups, n_readouts].

    One row a group keeps the groups exchangeable whatever their sizes; groups [n_rows].
    """
    labels, index = np.unique(groups, return_inverse=True)
    chosen = [rng.choice(np.flatnonzero(index == group)) for group in range(len(labels))]
    return np.abs(residuals[chosen])


def coverage(truth: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Share of readouts inside the interval for each row; all [n_rows, n_readouts] -> [n_rows]."""
    return ((truth >= low) & (truth <= high)).mean(axis=1)
