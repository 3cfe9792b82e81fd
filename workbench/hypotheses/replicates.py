"""Do replicates agree beyond chance: mean correlation within a perturbation, its interval, and shuffled names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST_DRAWS, FEWEST_DRAWS = 200, 40
WORK = 4e7  # wells x readouts x draws: larger files get fewer draws, as their null is narrow anyway
BOOTSTRAPS = 200


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
    order = np.argsort(index, kind="stable")
    counts = np.bincount(index)
    within = _within(unit[order], counts)
    if not len(within):
        return None
    drawn = within[rng.integers(0, len(within), (BOOTSTRAPS, len(within)))].mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975]).tolist()
    _, plate = np.unique(plates, return_inverse=True)
    members = np.split(np.argsort(plate, kind="stable"), np.cumsum(np.bincount(plate))[:-1])
    if len(names) <= len(members):  # one perturbation a plate: nothing to shuffle
        return Agreement(float(within.mean()), low, high, None, None, len(within), 0)
    null = np.empty(int(np.clip(WORK / unit.size, FEWEST_DRAWS, MOST_DRAWS)))
    shuffled = np.arange(len(names))
    for draw in range(len(null)):
        for own in members:
            shuffled[own] = own[rng.permutation(len(own))]
        null[draw] = _within(unit[shuffled[order]], counts).mean()
    null_low, null_high = np.quantile(null, [0.025, 0.975]).tolist()
    return Agreement(float(within.mean()), low, high, null_low, null_high, len(within), len(null))


def _within(unit: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Mean off-diagonal product within each group with two rows or more, from the length of their sum: no pairs.

    unit [n_wells, n_readouts] sorted by group, rows of length one or zero; counts [n_groups].
    """
    starts = np.cumsum(counts) - counts
    lengths = (np.add.reduceat(unit, starts, axis=0) ** 2).sum(axis=1)
    own = np.add.reduceat(np.einsum("ij,ij->i", unit, unit), starts)
    usable = counts > 1
    return (lengths - own)[usable] / (counts * (counts - 1))[usable]
