"""Exact order statistics of all pairwise products, counted block by block so that the pairs are never kept."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from workbench.errors import InputError

MARGIN = 6.0  # standard errors of a sampled quantile on either side; a miss only costs one more pass


@dataclass(eq=False)
class _Bracket:
    """Where the value of one rank must lie, and what one pass found there: counts outside, values strictly inside."""

    rank: int
    low: float
    high: float
    from_top: bool
    outside: int = 0
    on_low: int = 0
    on_high: int = 0
    inside: list[np.ndarray] = field(default_factory=list)

    def count(self, values: np.ndarray) -> None:
        """Take in values [n]; all values beyond the bracket on its own side have to come."""
        self.outside += int(np.count_nonzero(values > self.high if self.from_top else values < self.low))
        near = values[(values >= self.low) & (values <= self.high)]
        on_low, on_high = near == self.low, near == self.high
        self.on_low += int(np.count_nonzero(on_low))
        self.on_high += int(np.count_nonzero(on_high & ~on_low))
        self.inside.append(near[~(on_low | on_high)])

    def value(self, n: int) -> float | None:
        """The value of the rank among n, or None when it lies outside the bracket."""
        inside = np.concatenate(self.inside)
        n_near = self.on_low + len(inside) + self.on_high
        place = self.rank - (n - self.outside - n_near if self.from_top else self.outside)
        if not 0 <= place < n_near:
            return None
        if place < self.on_low:
            return self.low
        place -= self.on_low
        return float(np.partition(inside, place)[place]) if place < len(inside) else self.high


def pair_order_statistics(
    units: np.ndarray, ranks: list[int], left: np.ndarray, right: np.ndarray, *, block: int = 512, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Values of given ranks among the products of all pairs i < j, and the products of asked pairs, to the last bit.

    units [n_rows, d]; ranks: 0 is the smallest of n_rows (n_rows − 1) / 2; left, right [n_asked] row numbers ->
    statistics [n_ranks], asked [n_asked], in the precision of `units`. Every rank is bracketed from a sample, one pass
    of matrix products counts what lies outside and keeps what lies inside; the seed changes the time taken, never the
    result. Memory: block · n_rows products. Raises InputError for ranks or rows that do not exist.
    """
    n_rows = len(units)
    n_pairs = n_rows * (n_rows - 1) // 2
    if any(not 0 <= rank < n_pairs for rank in ranks) or (len(left) and min(left.min(), right.min()) < 0):
        raise InputError(f"ranks have to lie in 0 … {n_pairs - 1:,} and rows in 0 … {n_rows - 1:,}. Got {ranks}.")
    sample = _sample(units, int(np.clip(n_pairs // 200, 20_000, 500_000)), np.random.default_rng(seed))
    found: dict[int, float] = {}
    asked = np.empty(len(left), dtype=units.dtype)
    margin = MARGIN
    while missing := [rank for rank in dict.fromkeys(ranks) if rank not in found]:
        brackets = [_bracket(rank, n_pairs, sample, margin) for rank in missing]
        _scan(units, brackets, np.minimum(left, right), np.maximum(left, right), asked, block)
        found |= {b.rank: value for b in brackets if (value := b.value(n_pairs)) is not None}
        margin *= 4
    return np.array([found[rank] for rank in ranks], dtype=units.dtype), asked


def _sample(units: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Sorted products of n random pairs."""
    left = rng.integers(0, len(units), n)
    right = (left + rng.integers(1, len(units), n)) % len(units)
    parts = np.array_split(np.column_stack([left, right]), max(1, n // 8192))
    return np.sort(np.concatenate([np.einsum("ij,ij->i", units[p[:, 0]], units[p[:, 1]]) for p in parts]))


def _bracket(rank: int, n_pairs: int, sample: np.ndarray, margin: float) -> _Bracket:
    share = (rank + 0.5) / n_pairs
    width = margin * np.sqrt(len(sample) * share * (1 - share)) + margin
    low, high = int(share * len(sample) - width), int(share * len(sample) + width) + 1
    return _Bracket(
        rank,
        float(sample[low]) if low >= 0 else -np.inf,
        float(sample[high]) if high < len(sample) else np.inf,
        from_top=share > 0.5,
    )


def _scan(
    units: np.ndarray, brackets: list[_Bracket], left: np.ndarray, right: np.ndarray, asked: np.ndarray, block: int
) -> None:
    """One pass over all pairs i < j: fills `asked` and counts for every bracket."""
    order = np.argsort(left, kind="stable")
    starts = np.searchsorted(left[order], np.arange(0, len(units) + block, block))
    below = max((b.high for b in brackets if not b.from_top), default=-np.inf)
    above = min((b.low for b in brackets if b.from_top), default=np.inf)
    hidden = np.tri(block, dtype=bool)
    for i_block, start in enumerate(range(0, len(units), block)):
        products = units[start : start + block] @ units[start:].T
        mine = order[starts[i_block] : starts[i_block + 1]]
        asked[mine] = products[left[mine] - start, right[mine] - start]
        n = len(products)
        products[:, :n][hidden[:n, :n]] = np.nan  # pairs i >= j; no comparison below holds for NaN
        low, high = products[products <= below], products[products >= above]
        for bracket in brackets:
            bracket.count(high if bracket.from_top else low)
