"""One number of a map with its interval, what chance gives, and how it was made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.phenomics.precision import Ranking, expected_precision

FEWEST_GROUPS = 5
ACTIVE_Q = 0.05


@dataclass(frozen=True)
class MapScore:
    """One number of a map: a key, its title, the value with its 95 % interval, what chance gives, n of which unit.

    `value` is None for what was not measured; `how` then says why. `goal` is what a good map shows: "above" chance, or "at"
    chance, where more means that something other than biology makes wells alike.
    """

    measure: str
    title: str
    value: float | None
    low: float | None
    high: float | None
    null: float | None
    n: int
    unit: str
    how: str
    goal: str = "above"


def unmeasured(measure: str, title: str, why: str) -> MapScore:
    """A row that says why there is no number."""
    return MapScore(measure, title, None, None, None, None, 0, "", why)


def chance_precision(ranking: Ranking, group: np.ndarray) -> float:
    """Mean over groups of the expectation of a random ranking. group [n_queries]."""
    known = np.flatnonzero(np.isfinite(ranking.precision))
    expected = expected_precision(ranking.n_positive, ranking.n_positive + ranking.n_negative)[known]
    code = np.unique(group[known], return_inverse=True)[1]
    return float((np.bincount(code, expected) / np.bincount(code)).mean())


def open_ends(value: float, low: float, high: float, n: int) -> tuple[float, float]:
    """An interval of a share of n; where all or none were hits, resampling gives no width and the exact binomial bound
    is taken (Clopper and Pearson, 1934)."""
    if value <= 0:
        return 0.0, 1 - 0.025 ** (1 / n)
    if value >= 1:
        return 0.025 ** (1 / n), 1.0
    return low, high


def count_of(n: int, one: str, many: str = "") -> str:
    """`1 target`, `1,204 targets`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"
