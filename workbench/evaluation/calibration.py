"""Does a model know how sure it is? Coverage, continuous ranked probability score, error against stated spread."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm, spearmanr

from workbench.errors import InputError


def crps_gaussian(mean: np.ndarray, spread: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Continuous ranked probability score of normal predictions, averaged over readouts for each row [n].

    mean, spread (standard deviation), observed [n, n_readouts]; units of the readouts, smaller is better. With no
    spread it is the absolute error. Closed form: sd (z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi)), z = (y - mean) / sd
    (Gneiting and Raftery, 2007). Raises InputError for a negative spread.
    """
    mean, spread, observed = (np.asarray(rows, dtype=np.float64) for rows in (mean, spread, observed))
    if (spread < 0).any():
        raise InputError(f"a spread is not negative; the smallest is {spread.min():.3g}.")
    z = np.divide(observed - mean, spread, out=np.zeros_like(mean), where=spread > 0)
    closed = spread * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    return np.where(spread > 0, closed, np.abs(observed - mean)).mean(axis=1)


def interval_width(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Mean width of the intervals of each row [n]; low, high [n, n_readouts]. Coverage without width means nothing."""
    return (high - low).mean(axis=1)


def spread_correlation(error: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Spearman correlation of |error| with stated spread over the readouts of each row [n]; 0 where one is constant.

    error, spread [n, n_readouts]: positive when the model is surer where it errs less.
    """
    found = np.zeros(len(error))
    for i, (row, stated) in enumerate(zip(np.abs(error), spread, strict=True)):
        if np.ptp(row) > 0 and np.ptp(stated) > 0:
            found[i] = spearmanr(row, stated).statistic
    return found
