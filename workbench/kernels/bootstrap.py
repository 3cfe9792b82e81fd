"""Percentile bootstrap intervals."""

from __future__ import annotations

import numpy as np

from workbench.errors import InputError


def bootstrap_mean(
    values: np.ndarray, *, level: float = 0.95, n_draws: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Mean with its percentile interval over resampled units (Efron, 1979).

    values [n_units], NaN left out -> (mean, low, high). Raises InputError without a finite value or for a bad level.
    """
    values = np.asarray(values, dtype=np.float64)
    values = values[np.isfinite(values)]
    if values.size == 0 or not 0 < level < 1:
        raise InputError(f"an interval needs values and a level between 0 and 1. Got {values.size} values, {level!r}.")
    rng = np.random.default_rng(seed)
    means = np.empty(n_draws)
    rows = max(1, 4_000_000 // values.size)  # keep one block of draws below 32 MB
    for start in range(0, n_draws, rows):
        count = min(rows, n_draws - start)
        means[start : start + count] = values[rng.integers(0, values.size, (count, values.size))].mean(axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(values.mean()), float(low), float(high)


def bootstrap_median(
    values: np.ndarray, *, level: float = 0.95, n_draws: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Median with its percentile interval over resampled units. values [n_units], NaN left out -> (median, low, high).

    Raises InputError without a finite value or for a bad level.
    """
    values = np.asarray(values, dtype=np.float64)
    values = values[np.isfinite(values)]
    if values.size == 0 or not 0 < level < 1:
        raise InputError(f"an interval needs values and a level between 0 and 1. Got {values.size} values, {level!r}.")
    rng = np.random.default_rng(seed)
    medians = [np.median(values[rng.integers(0, values.size, values.size)]) for _ in range(n_draws)]
    low, high = np.quantile(medians, [(1 - level) / 2, (1 + level) / 2])
    return float(np.median(values)), float(low), float(high)


def bootstrap_difference(
    new: np.ndarray, old: np.ndarray, *, level: float = 0.95, n_draws: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Mean paired difference new − old with its interval. new, old [n_units] -> (difference, low, high)."""
    new, old = np.asarray(new, dtype=np.float64), np.asarray(old, dtype=np.float64)
    if new.shape != old.shape:
        raise InputError(f"a paired difference needs equal lengths. Got {new.shape} and {old.shape}.")
    return bootstrap_mean(new - old, level=level, n_draws=n_draws, seed=seed)


def bootstrap_groups(
    values: np.ndarray, groups: np.ndarray, *, level: float = 0.95, n_draws: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Mean of all values with its percentile interval over resampled groups (cluster bootstrap): values of one group,
    e.g. the doses of a compound, are not independent.

    values, groups [n] -> (mean, low, high). Raises InputError without a value.
    """
    values = np.asarray(values, dtype=np.float64)
    if values.size == 0:
        raise InputError("an interval over groups needs at least one value. Got none.")
    code = np.unique(np.asarray(groups), return_inverse=True)[1]
    total, count = np.bincount(code, values), np.bincount(code)
    drawn = np.random.default_rng(seed).integers(0, len(count), (n_draws, len(count)))
    means = total[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(values.mean()), float(low), float(high)


def bootstrap_correlation(
    first: np.ndarray,
    second: np.ndarray,
    groups: np.ndarray,
    *,
    level: float = 0.95,
    n_draws: int = 2000,
    seed: int = 0,
) -> tuple[float, float, float]:
    """Pearson r of two rows of values with its percentile interval over resampled groups (cluster bootstrap).

    first, second, groups [n] -> (r, low, high); 0 where one of them is constant, since a constant tells nothing. Raises
    InputError for fewer than three values.
    """
    x, y = (np.asarray(values, dtype=np.float64) for values in (first, second))
    if x.shape != y.shape or x.size < 3:
        raise InputError(f"a correlation needs three pairs of values. Got {x.shape} and {y.shape}.")
    x, y = x - x.mean(), y - y.mean()
    code = np.unique(np.asarray(groups), return_inverse=True)[1]
    sums = np.stack([np.bincount(code, part) for part in (np.ones_like(x), x, y, x * x, y * y, x * y)])
    n_groups = sums.shape[1]
    drawn = np.random.default_rng(seed).integers(0, n_groups, (n_draws, n_groups))
    found = _pearson(sums[:, drawn].sum(axis=2))
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(_pearson(sums.sum(axis=1)[:, None])[0]), float(low), float(high)


def _pearson(sums: np.ndarray) -> np.ndarray:
    """r from the sums of 1, x, y, xx, yy and xy [6, n_draws]."""
    n, x, y, xx, yy, xy = sums
    variances = np.maximum((xx - x * x / n) * (yy - y * y / n), 0.0)
    covariance = xy - x * y / n
    return np.divide(covariance, np.sqrt(variances), out=np.zeros_like(covariance), where=variances > 1e-24)
