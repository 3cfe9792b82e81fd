"""Do replicates agree beyond chance: mean correlation within a perturbation, its interval, and shuffled names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST_DRAWS, FEWEST_DRAWS = 200, 40
WORK = 4e7  # wells x readouts x draws: larger files get fewer draws, as their null is narrow anyway
BOOTSTRAPS = 500


@dataclass(frozen=True)
class Agreement:
    """Mean over perturbations of the mean Pearson r of their wells; low and high: 95 % interval over perturbations.

    null_low, null_high: the middle 95 % when names are shuffled within plates, None where nothing can be shuffled.
    """

    mean: float
    low: float
    high: float
    null_low: float | None
    null_high: float | None
    n: int
    n_draws: int


def replicate_agreement(
    delta: np.ndarray, plates: np.ndarray, names: np.ndarray, rng: np.random.Generator
) -> Agreement | None:
    """Agreement of delta [n_wells, n_readouts] (change against controls) within names [n_wells] over plates [n_wells].

    None without replicates, or with a single readout, where a well has no shape to agree on.
    """
    if delta.shape[1] < 2:
        return None
    centred = delta - delta.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(centred, axis=1, keepdims=True)
    unit = np.divide(centred, norm, out=np.zeros_like(centred), where=norm > 0)
    _, index = np.unique(names, return_inverse=True)
    _, plate = np.unique(plates, return_inverse=True)
    within = _within(unit, index)
    if not len(within):
        return None
    drawn = within[rng.integers(0, len(within), (BOOTSTRAPS, len(within)))].mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975]).tolist()
    n_draws = int(np.clip(WORK / unit.size, FEWEST_DRAWS, MOST_DRAWS))
    base = np.argsort(plate, kind="stable")
    if len(names) <= plate.max() + 1:  # one perturbation a plate: nothing to shuffle
        return Agreement(float(within.mean()), low, high, None, None, len(within), 0)
    null = np.empty(n_draws)
    shuffled = np.empty_like(index)
    for draw in range(n_draws):
        shuffled[base] = index[np.lexsort((rng.random(len(index)), plate))]
        null[draw] = _within(unit, shuffled).mean()
    return Agreement(float(within.mean()), low, high, *np.quantile(null, [0.025, 0.975]).tolist(), len(within), n_draws)


def _within(unit: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Mean off-diagonal product of the rows of each group with two or more: from the length of their sum, no pairs."""
    order = np.argsort(index, kind="stable")
    counts = np.bincount(index)
    counts = counts[counts > 0]
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    sums = np.add.reduceat(unit[order], starts, axis=0)
    own = np.add.reduceat((unit[order] ** 2).sum(axis=1), starts)
    usable = counts > 1
    return ((sums**2).sum(axis=1) - own)[usable] / (counts * (counts - 1))[usable]
