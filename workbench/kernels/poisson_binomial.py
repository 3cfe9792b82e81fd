"""How many of several unlike chances come true: the exact distribution of their count."""

from __future__ import annotations

import numpy as np

from workbench.errors import InputError


def count_distribution(chances: np.ndarray) -> np.ndarray:
    """P(k of them come true), k = 0 … n [n + 1], of independent chances [n] (the Poisson binomial, by convolution).

    Raises InputError for a chance outside 0 to 1.
    """
    chances = np.asarray(chances, dtype=np.float64)
    if not ((chances >= 0) & (chances <= 1)).all():
        raise InputError("a chance lies between 0 and 1.", where=f"got {chances.min():g} to {chances.max():g}")
    found = np.ones(1)
    for chance in chances:
        found = np.convolve(found, (1.0 - chance, chance))
    return found


def count_band(chances: np.ndarray, level: float = 0.95) -> tuple[float, int, int]:
    """Expected count of independent chances [n], and the central band that holds it with at least this probability: mean,
    lowest, highest."""
    cumulative = np.cumsum(count_distribution(chances))
    tail = (1.0 - level) / 2
    low = int(np.searchsorted(cumulative, tail + 1e-12, side="right"))
    high = int(np.searchsorted(cumulative, 1.0 - tail - 1e-12, side="left"))
    return float(np.sum(chances)), min(low, len(chances)), min(high, len(chances))
