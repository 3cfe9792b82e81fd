"""p-values from a null that was drawn, and false discovery rates."""

from __future__ import annotations

import numpy as np

from workbench.errors import InputError


def p_upper(observed: np.ndarray, null: np.ndarray) -> np.ndarray:
    """Share of the null at least as large as each observation, with the observation counted: (k + 1) / (n + 1).

    observed [n], null [n_null] -> p [n]; NaN observations give NaN. Never 0 (Phipson and Smyth, 2010).
    """
    return _p_tail(observed, null, upper=True)


def p_lower(observed: np.ndarray, null: np.ndarray) -> np.ndarray:
    """Share of the null at most as large as each observation: (k + 1) / (n + 1). observed [n], null [n_null] -> [n]."""
    return _p_tail(observed, null, upper=False)


def p_two_sided(observed: np.ndarray, null: np.ndarray) -> np.ndarray:
    """Twice the smaller tail, at most 1. observed [n], null [n_null] -> p [n]."""
    return np.minimum(1.0, 2 * np.minimum(p_upper(observed, null), p_lower(observed, null)))


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """q-values of Benjamini and Hochberg (1995). p [n] -> q [n]; NaN stays NaN and is not counted."""
    p = np.asarray(p, dtype=np.float64)
    q = np.full(p.shape, np.nan)
    known = np.flatnonzero(np.isfinite(p))
    if known.size == 0:
        return q
    order = known[np.argsort(p[known])]
    ranked = p[order] * known.size / np.arange(1, known.size + 1)
    q[order] = np.minimum(1.0, np.minimum.accumulate(ranked[::-1])[::-1])
    return q


def shuffle_within(labels: np.ndarray, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Labels permuted inside each group. labels, groups [n] -> [n]; the count of each label in a group stays."""
    order = np.lexsort((rng.random(len(labels)), groups))
    shuffled = np.empty_like(labels)
    shuffled[np.argsort(groups, kind="stable")] = labels[order]
    return shuffled


def _p_tail(observed: np.ndarray, null: np.ndarray, *, upper: bool) -> np.ndarray:
    observed = np.asarray(observed, dtype=np.float64)
    null = np.sort(np.asarray(null, dtype=np.float64))
    if null.size == 0 or not np.isfinite(null[-1]):
        raise InputError(f"a null needs finite values. Got {null.size} values, largest {null[-1:]}.")
    n_beyond = (
        null.size - np.searchsorted(null, observed, "left") if upper else np.searchsorted(null, observed, "right")
    )
    return np.where(np.isfinite(observed), (n_beyond + 1) / (null.size + 1), np.nan)
