"""p-values from a null that was drawn, and false discovery rates."""

from __future__ import annotations

import numpy as np
from scipy.stats import nbinom, poisson

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


def families_benjamini_hochberg(p: np.ndarray, families: np.ndarray) -> np.ndarray:
    """q-values over all tests together when every family of tests has the same say. p, families [n] -> q [n].

    The larger of two: weighted Benjamini-Hochberg over all (Genovese, Roeder and Wasserman, 2006) with weights of mean 1,
    n / (families × size of the own family), so that a few focused tests are not drowned by a large collection of gene
    sets; and Benjamini-Hochberg within the family, so that none lives on the discoveries of another.
    """
    p = np.asarray(p, dtype=np.float64)
    code, sizes = np.unique(np.asarray(families), return_inverse=True, return_counts=True)[1:]
    q = benjamini_hochberg(np.minimum(1.0, p * sizes[code] * len(sizes) / max(len(p), 1)))
    for family in range(len(sizes)):
        own = code == family
        q[own] = np.fmax(q[own], benjamini_hochberg(p[own]))
    return q


def count_tails(observed: int, null: np.ndarray) -> tuple[float, float]:
    """P(at least), P(at most) an observed count, given counts [n_null] drawn by chance.

    Negative binomial with the mean and variance of the draws (Poisson where they are not overdispersed), so that tails
    below 1 / n_null can be told apart; the mean counts one more hit, as a drawn p-value does.
    """
    null = np.asarray(null, dtype=np.float64)
    if null.size < 2:
        raise InputError(f"a null of counts needs at least two draws. Got {null.size}.")
    mean, variance = (null.sum() + 1) / (null.size + 1), null.var(ddof=1)
    chance = nbinom(mean**2 / (variance - mean), mean / variance) if variance > mean * 1.001 else poisson(mean)
    return float(chance.sf(observed - 1)), float(chance.cdf(observed))


def independent_tails(observed: int, chances: np.ndarray) -> tuple[float, float]:
    """P(at least), P(at most) an observed number of independent events with these chances [n] (Poisson binomial)."""
    distribution = np.ones(1)
    for chance in np.asarray(chances, dtype=np.float64):
        distribution = np.convolve(distribution, [1.0 - chance, chance])
    return float(distribution[observed:].sum()), float(distribution[: observed + 1].sum())


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
