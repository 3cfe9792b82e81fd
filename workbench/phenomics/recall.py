"""Known-relationship recall: do pairs that belong together lie in the tails of all pairs of the map?

Definition of Celik et al. (PLoS Comput Biol, 2024; efaar-benchmarking): the null are the cosines of all pairs of
entities, the query those of annotated pairs with both ends on the map; a pair is recalled when it is among the lowest
5 % or the highest 5 % of the null. Chance is 10 %. One tail counts similar pairs only; chance 5 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.kernels.pair_ranks import pair_order_statistics
from workbench.kernels.topk import unit_rows

Tails = Literal["both", "right"]


@dataclass(frozen=True)
class Recall:
    """Share of known pairs in the tails, its 95 % interval over resampled entities, chance, and what was counted."""

    source: str
    tails: Tails
    limits: tuple[float, float]
    value: float
    low: float
    high: float
    chance: float
    n_null: int
    n_query: int
    n_entities: int


def relationship_recall(
    vectors: np.ndarray,
    entities: np.ndarray,
    sources: dict[str, np.ndarray],
    *,
    limits: tuple[float, float] = (0.05, 0.95),
    tails: Tails = "both",
    n_draws: int = 200,
    seed: int = 0,
) -> list[Recall]:
    """Recall of every source of pairs on one map.

    vectors [n_entities, d], entities [n_entities] text without duplicates, sources: name -> pairs [n, 2] of text, in
    any order and with repeats. Intervals resample entities (a pair weighs the product of its ends' counts) and hold
    the null's limits fixed; `n_draws=0` leaves them NaN. Cosines are compared in double precision. Raises InputError
    for bad limits, labels or vectors, DataQualityError when a source has no pair on the map.
    """
    units = _units(vectors, entities, limits)
    pairs = {name: _on_map(np.asarray(source), entities) for name, source in sources.items()}
    for name, found in pairs.items():
        if len(found) == 0:
            raise DataQualityError(
                f"none of {len(sources[name]):,} pairs of {name} has both ends among {len(entities):,} entities.",
                hint="Name entities by gene symbol as the source does.",
            )
    n_null = len(units) * (len(units) - 1) // 2
    n_low = _largest_count(limits[0], n_null)  # a pair is low when at most this many null pairs are <= it
    n_high = _smallest_count(limits[1], n_null)  # and high when at least this many are < it
    asked = np.concatenate([*pairs.values(), np.zeros((0, 2), dtype=int)])
    ranks = [min(n_low, n_null - 1), max(n_high - 1, 0)]
    _, (to_low, to_high) = pair_order_statistics(units, ranks, asked[:, 0], asked[:, 1], seed=seed)
    hit = (to_high > 0) | (n_high == 0)
    if tails == "both":
        hit |= (to_low < 0) | (n_low >= n_null)
    chance = 1 - limits[1] + (limits[0] if tails == "both" else 0.0)
    ends = np.cumsum([len(found) for found in pairs.values()])
    results = []
    for (name, found), end in zip(pairs.items(), ends, strict=True):
        mine = hit[end - len(found) : end]
        bounds = _interval(mine, found, n_draws, seed)
        results.append(
            Recall(name, tails, limits, float(mine.mean()), *bounds, chance, n_null, len(found), len(entities))
        )
    return results


def _units(vectors: np.ndarray, entities: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    """Rows of length one in the precision given; a zero row stays zero."""
    vectors = np.asarray(vectors)
    if vectors.ndim != 2 or len(vectors) != len(entities) or len(vectors) < 2:
        raise InputError(f"recall needs two entities or more with a vector each. Got {vectors.shape}, {len(entities)}.")
    names, counts = np.unique(entities, return_counts=True)
    if len(names) < len(entities):
        raise InputError(
            f"{(counts > 1).sum():,} entities are on the map more than once, first {str(names[counts > 1][0])!r}.",
            hint="Aggregate guides and doses first.",
        )
    if not 0 <= limits[0] < limits[1] <= 1:
        raise InputError(f"limits have to be two shares in rising order. Got {limits}.")
    units = unit_rows(vectors, exact=True)
    broken = np.flatnonzero(~np.isfinite(units).all(axis=1))
    if broken.size:
        row = int(broken[0])
        raise InputError(f"the vector of {str(entities[row])!r} holds values that are not finite.", where=f"row {row}")
    return units


def _on_map(source: np.ndarray, entities: np.ndarray) -> np.ndarray:
    """Row numbers [n, 2] of the pairs on the map: unordered, each once, no self pairs."""
    if source.ndim != 2 or source.shape[1] != 2:
        raise InputError(f"pairs need two columns, entity1 and entity2. Got an array of shape {source.shape}.")
    import pandas as pd  # hashes text ten times faster than a sort would

    rows = pd.Index(entities).get_indexer(source.astype(object).ravel()).reshape(-1, 2).astype(np.int64)
    rows = rows[(rows >= 0).all(axis=1) & (rows[:, 0] != rows[:, 1])]
    code = np.unique(rows.min(axis=1) * len(entities) + rows.max(axis=1))
    return np.column_stack([code // len(entities), code % len(entities)])


def _largest_count(share: float, n: int) -> int:
    """The largest count with count / n <= share, as floating point divides."""
    count = min(n, int(share * n) + 2)
    while count / n > share:
        count -= 1
    return count


def _smallest_count(share: float, n: int) -> int:
    """The smallest count with count / n >= share, as floating point divides."""
    count = max(0, int(share * n) - 2)
    while count / n < share:
        count += 1
    return count


def _interval(hit: np.ndarray, pairs: np.ndarray, n_draws: int, seed: int) -> tuple[float, float]:
    """Percentile interval of the share of hits [n_pairs] when entities are drawn with replacement."""
    if n_draws == 0:
        return np.nan, np.nan
    rng = np.random.default_rng(seed)
    rows, code = np.unique(pairs, return_inverse=True)
    left, right = code.reshape(-1, 2).T
    shares = []
    for _ in range(n_draws):
        drawn = np.bincount(rng.integers(0, len(rows), len(rows)), minlength=len(rows))
        weight = drawn[left] * drawn[right]
        if total := weight.sum():
            shares.append(weight[hit].sum() / total)
    low, high = np.quantile(shares, [0.025, 0.975]) if shares else (np.nan, np.nan)
    return float(low), float(high)
