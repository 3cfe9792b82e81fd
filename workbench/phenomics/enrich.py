"""Over-representation: which sets and annotations a selection holds more of than its map would give by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.errors import InputError
from workbench.kernels.permutation import benjamini_hochberg

SMALLEST_SET = 3


@dataclass(frozen=True, eq=False)
class Membership:
    """Which unit (gene, compound) belongs to which set: pairs `unit_of`, `set_of` [n_pairs], names [n_sets]."""

    unit_of: np.ndarray
    set_of: np.ndarray
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Enrichment:
    """One row a tested set: its number, members in the selection and on the map, expectation, p and q [n_tested]."""

    set_number: np.ndarray
    n_selected: np.ndarray
    n_on_map: np.ndarray
    expected: np.ndarray
    fold: np.ndarray
    p: np.ndarray
    q: np.ndarray


def enrich(is_selected: np.ndarray, membership: Membership, *, smallest: int = SMALLEST_SET) -> Enrichment:
    """Hypergeometric over-representation of every set against all units of the map.

    is_selected [n_units] bool: the background is exactly these units, each counted once. p = P(X >= k) drawing
    n_selected of n_units without replacement (Fisher's one-sided test); q by Benjamini-Hochberg over all sets with at
    least `smallest` members on the map, found in the selection or not. Raises InputError for an empty selection.
    """
    from scipy.stats import hypergeom

    is_selected = np.asarray(is_selected, dtype=bool)
    n_units, n_drawn = len(is_selected), int(is_selected.sum())
    if n_drawn == 0:
        raise InputError(f"nothing of the {n_units:,} entities is selected.")
    n_sets = len(membership.names)
    size = np.bincount(membership.set_of, minlength=n_sets)
    hits = np.bincount(membership.set_of[is_selected[membership.unit_of]], minlength=n_sets)
    tested = np.flatnonzero(size >= smallest)
    k, big_k = hits[tested], size[tested]
    p = np.clip(hypergeom.sf(k - 1, n_units, big_k, n_drawn), 0, 1) if len(tested) else np.zeros(0)
    expected = big_k * n_drawn / n_units
    fold = k / expected if len(tested) else np.zeros(0)
    return Enrichment(tested, k, big_k, expected, fold, p, benjamini_hochberg(p))
