"""Has a metric room on this data set? Its value for the mean of perturbations against that for a replicate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from workbench.errors import InputError
from workbench.kernels.bootstrap import bootstrap_difference


class DynamicRange(NamedTuple):
    """Room of a metric: from the negative to the positive control, in the direction of better.

    fraction: room as a share of the way from the negative control to a perfect score; low, high: 95 % interval of the
    room over units; ranks: whether models may be ranked by this metric here (low > 0).
    """

    negative: float
    positive: float
    room: float
    low: float
    high: float
    fraction: float
    ranks: bool
    n: int


def dynamic_range(
    negative: np.ndarray, positive: np.ndarray, *, best: float, better: str = "higher", seed: int = 0
) -> DynamicRange:
    """Room between the mean of the perturbations and a technical duplicate of the truth, paired over units.

    negative, positive [n_units]: the metric of the two controls; best: its perfect value; better: "higher" or "lower".
    A metric by which a replicate of the experiment does not beat the mean cannot tell models apart, and is barred from
    ranking them. Raises InputError for another word or unequal lengths.
    """
    if better not in ("higher", "lower"):
        raise InputError(f"better is 'higher' or 'lower', got {better!r}.")
    sign = 1.0 if better == "higher" else -1.0
    room, low, high = bootstrap_difference(sign * positive, sign * negative, seed=seed)
    below, above = float(np.nanmean(negative)), float(np.nanmean(positive))
    way = sign * (best - below)
    known = int(np.isfinite(np.asarray(positive) - np.asarray(negative)).sum())
    return DynamicRange(below, above, room, low, high, room / way if way > 1e-12 else 0.0, low > 0, known)


def position(value: float, limits: DynamicRange) -> float:
    """Where a model's value stands: 0 at the mean of the perturbations, 1 at the replicate; NaN for a barred metric."""
    if not limits.ranks:
        return float("nan")
    return (value - limits.negative) / (limits.positive - limits.negative)
