"""Exact order statistics of all pairwise products, counted block by block so that the pairs are never kept."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from workbench.errors import InputError

SAMPLED_ROWS = 1024
WIDTH = 0.01  # share of all pairs on either side of a rank that its bracket covers; a miss only costs one more pass


@dataclass(eq=False)
class _Bracket:
    """Where the rounded value of one rank must lie, and what one pass found: counts outside, places and values inside."""

    rank: int
    low: float
    high: float
    from_top: bool
    outside: int = 0
    places: list[np.ndarray] = field(default_factory=list)
    values: list[np.ndarray] = field(default_factory=list)

    def take(self, products: np.ndarray, start: int) -> None:
        """Count one block of products [n_block, n_rows − start] of the rows from `start` with themselves and all later."""
        flat = products.ravel()
        places = np.flatnonzero(flat >= self.low if self.from_top else flat <= self.high)
        values = flat[places]
        inside = values <= self.high if self.from_top else values >= self.low
        self.outside += len(values) - int(np.count_nonzero(inside))
        row, column = np.divmod(places[inside], products.shape[1])
        self.places.append(np.column_stack([row + start, column + start]))
        self.values.append(values[inside])


def pair_order_statistics(
    units: np.ndarray, ranks: list[int], left: np.ndarray, right: np.ndarray, *, block: int = 256, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Values of given ranks among the products of all pairs i < j, and on which side of them asked pairs lie.

    units [n_rows, d]; ranks: 0 is the smallest of n_rows (n_rows − 1) / 2; left, right [n_asked] row numbers ->
    statistics [n_ranks] in float64, sides [n_ranks, n_asked] of −1, 0, 1: the sign of the pair's product less the
    statistic. Products are taken in single precision; whatever their rounding (at most `_error`) could put on the wrong
    side is taken again in double precision, so that the result is that of double precision throughout. The seed changes
    the time taken, never the result. Memory: block · n_rows products and 12 bytes for a twenty-fifth of the pairs.
    Raises InputError for ranks or rows that do not exist.
    """
    n_rows = len(units)
    n_pairs = n_rows * (n_rows - 1) // 2
    if any(not 0 <= rank < n_pairs for rank in ranks) or (len(left) and min(left.min(), right.min()) < 0):
        raise InputError(f"ranks have to lie in 0 … {n_pairs - 1:,} and rows in 0 … {n_rows - 1:,}. Got {ranks}.")
    units = units.astype(np.float64, copy=False)
    rounded = units.astype(np.float32)
    error = _error(units)
    sample = _sample(rounded, np.random.default_rng(seed))
    asked = np.empty(len(left), dtype=np.float32)
    found: dict[int, float] = {}
    width = WIDTH
    while missing := [rank for rank in dict.fromkeys(ranks) if rank not in found]:
        brackets = [_bracket(rank, n_pairs, sample, width) for rank in missing]
        _scan(rounded, brackets, np.minimum(left, right), np.maximum(left, right), asked, block)
        found |= {b.rank: value for b in brackets if (value := _value(b, n_pairs, units, error)) is not None}
        width *= 4
    statistics = np.array([found[rank] for rank in ranks], dtype=np.float64)
    return statistics, _sides(units, statistics, left, right, asked, error)


def _error(units: np.ndarray) -> float:
    """Most that a product of two rows can change by rounding the rows and every step of the sum to single precision."""
    longest = float(np.max(np.einsum("ij,ij->i", units, units), initial=0.0))
    return (units.shape[1] + 8) * float(np.finfo(np.float32).eps) / 2 * longest + 1e-30


def _exact(units: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Products [n] of pairs of rows in double precision; the same pair gives the same bits."""
    left, right = np.minimum(left, right), np.maximum(left, right)
    steps = range(0, len(left), 8192)
    parts = [np.einsum("ij,ij->i", units[left[k : k + 8192]], units[right[k : k + 8192]]) for k in steps]
    return np.concatenate(parts) if parts else np.empty(0)


def _sample(rounded: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Sorted products of some rows with others: about how all pairs are spread."""
    chosen = rng.permutation(len(rounded))[: 2 * SAMPLED_ROWS]
    half = (len(chosen) + 1) // 2
    return np.sort((rounded[chosen[:half]] @ rounded[chosen[half:]].T).ravel())


def _bracket(rank: int, n_pairs: int, sample: np.ndarray, width: float) -> _Bracket:
    share = (rank + 0.5) / n_pairs
    low, high = int((share - width) * len(sample)) - 1, int((share + width) * len(sample)) + 1
    return _Bracket(
        rank,
        float(sample[low]) if low >= 0 else -np.inf,
        float(sample[high]) if high < len(sample) else np.inf,
        from_top=share > 0.5,
    )


def _scan(
    rounded: np.ndarray, brackets: list[_Bracket], left: np.ndarray, right: np.ndarray, asked: np.ndarray, block: int
) -> None:
    """One pass over all pairs i < j: fills `asked` and counts for every bracket."""
    order = np.argsort(left, kind="stable")
    starts = np.searchsorted(left[order], np.arange(0, len(rounded) + block, block))
    hidden = np.tri(block, dtype=bool)
    for i_block, start in enumerate(range(0, len(rounded), block)):
        products = rounded[start : start + block] @ rounded[start:].T
        mine = order[starts[i_block] : starts[i_block + 1]]
        asked[mine] = products[left[mine] - start, right[mine] - start]
        n = len(products)
        products[:, :n][hidden[:n, :n]] = np.nan  # pairs i >= j; no comparison holds for NaN
        for bracket in brackets:
            bracket.take(products, start)


def _value(bracket: _Bracket, n_pairs: int, units: np.ndarray, error: float) -> float | None:
    """The exact value of the bracket's rank, or None where the bracket does not hold all that may be it.

    Sorted values move by no more than the values themselves: the exact one lies within `error` of the rounded one, and
    every pair that may be it within twice that.
    """
    values, places = np.concatenate(bracket.values), np.concatenate(bracket.places)
    below = n_pairs - bracket.outside - len(values) if bracket.from_top else bracket.outside
    place = bracket.rank - below
    if not 0 <= place < len(values):
        return None
    near = float(np.partition(values, place)[place])
    low, high = near - 2 * error, near + 2 * error
    if low < bracket.low or high > bracket.high:
        return None
    unsure = (values >= low) & (values <= high)
    exact = _exact(units, *places[unsure].T)
    rest = place - int(np.count_nonzero(values < low))
    return float(np.partition(exact, rest)[rest])


def _sides(
    units: np.ndarray, statistics: np.ndarray, left: np.ndarray, right: np.ndarray, asked: np.ndarray, error: float
) -> np.ndarray:
    """Sign of each asked product less each statistic."""
    sides = np.empty((len(statistics), len(asked)), dtype=np.int8)
    for side, value in zip(sides, statistics, strict=True):
        apart = asked.astype(np.float64) - value
        unsure = np.flatnonzero(np.abs(apart) <= error)
        apart[unsure] = _exact(units, left[unsure], right[unsure]) - value
        side[:] = np.sign(apart)
    return sides
