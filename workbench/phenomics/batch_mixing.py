"""Batch mixing: do wells that should be alike find neighbours in every batch, or only in their own?

Two measures of the field, each beside what perfect mixing gives: the share of wells whose nearest neighbour is of their
own batch, and the local inverse Simpson index (LISI: the effective number of batches among the neighbours; Korsunsky et
al., Nat Methods, 2019). Ask it of control wells: treatments that live in one batch make any map look unmixed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.kernels.bootstrap import bootstrap_mean
from workbench.kernels.topk import cosine_topk

N_NULL = 1000
PERPLEXITY = 30.0  # of harmonypy's compute_lisi: three times as many neighbours are looked at
TOLERANCE, MOST_STEPS = 1e-5, 50


@dataclass(frozen=True)
class Mixing:
    """Share of wells whose nearest neighbour is of their own batch with a 95 % interval over wells, its mean `null` and
    p when batches are shuffled; LISI with interval and its mean when shuffled; n wells, n_batches."""

    same_batch: float
    low: float
    high: float
    null: float
    p: float
    lisi: float
    lisi_low: float
    lisi_high: float
    lisi_null: float
    n: int
    n_batches: int


def batch_mixing(
    values: np.ndarray, batch: np.ndarray, *, perplexity: float = PERPLEXITY, n_null: int = N_NULL, seed: int = 0
) -> Mixing:
    """Nearest-neighbour share and LISI of batches by cosine, beside batches shuffled over the same neighbours.

    values [n_wells, d], batch [n_wells]. A perplexity the wells cannot fill is lowered to a third of their number.
    Raises InputError for shapes that do not fit, DataQualityError for one batch or fewer than ten wells.
    """
    values, code = np.asarray(values), np.unique(np.asarray(batch).astype(str), return_inverse=True)[1]
    if values.ndim != 2 or len(values) != len(code):
        raise InputError(f"wells need a profile and a batch each. Got {values.shape} and {len(code)}.")
    if len(code) < 10 or code.max(initial=0) == 0:
        raise DataQualityError(f"mixing needs ten wells and two batches. Got {len(code)} and {len(np.unique(code))}.")
    perplexity = min(perplexity, (len(code) - 1) / 3)
    near, cosine = _neighbours(values, int(perplexity * 3))
    weight = np.array([perplexed(row, perplexity) for row in np.sqrt(np.maximum(2 - 2 * cosine, 0))])
    observed = code[near[:, 0]] == code
    diversity = _inverse_simpson(code[near], weight, code.max() + 1)
    rng = np.random.default_rng(seed)
    null, spread = np.empty(n_null), []
    for i in range(n_null):
        shuffled = rng.permutation(code)
        null[i] = np.mean(shuffled[near[:, 0]] == shuffled)
        if i < 20:
            spread.append(_inverse_simpson(shuffled[near], weight, code.max() + 1).mean())
    value, low, high = bootstrap_mean(observed.astype(float), seed=seed)
    lisi, lisi_low, lisi_high = bootstrap_mean(diversity, seed=seed)
    p = (1 + np.sum(null >= value - 1e-12)) / (n_null + 1)
    return Mixing(value, low, high, float(null.mean()), float(p), lisi, lisi_low, lisi_high, float(np.mean(spread)),
                  len(code), int(code.max()) + 1)  # fmt: skip


def local_diversity(distance: np.ndarray, label: np.ndarray, perplexity: float = PERPLEXITY) -> np.ndarray:
    """LISI of each well from its neighbours: 1 = all of one label, number of labels = perfectly mixed.

    distance [n_wells, k] ascending, label [n_wells, k] whole numbers from 0 of the same neighbours -> [n_wells].
    """
    weight = np.array([perplexed(row, perplexity) for row in distance])
    return _inverse_simpson(label, weight, int(label.max(initial=0)) + 1)


def perplexed(distance: np.ndarray, perplexity: float) -> np.ndarray:
    """Weights exp(−β d) of neighbours that sum to 1, β such that their entropy is log(perplexity).

    distance [k] -> [k]; found by bisection as in t-SNE (van der Maaten and Hinton, 2008).
    """
    beta, low, high, wanted = 1.0, 0.0, np.inf, np.log(perplexity)
    near = distance - distance.min()  # the same weights, and nothing underflows
    for _ in range(MOST_STEPS):
        weight = np.exp(-beta * near)
        weight /= weight.sum()
        gap = -np.sum(weight * np.log(np.maximum(weight, 1e-300))) - wanted
        if abs(gap) < TOLERANCE:
            break
        low, high = (beta, high) if gap > 0 else (low, beta)
        beta = beta * 2 if np.isinf(high) else (low + high) / 2
    return weight


def _neighbours(values: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest other wells of each, best first: rows [n, k] and cosines [n, k]."""
    rows, cosine = cosine_topk(values, values, k + 1)
    own = rows == np.arange(len(values))[:, None]
    own[~own.any(axis=1), -1] = True  # among exact copies a well may not be in its own list: drop the last instead
    return rows[~own].reshape(len(values), k), cosine[~own].reshape(len(values), k)


def _inverse_simpson(label: np.ndarray, weight: np.ndarray, n_labels: int) -> np.ndarray:
    """1 / Σ p² with p the weight of each label: label, weight [n, k] -> [n]."""
    n = len(label)
    share = np.bincount((label + n_labels * np.arange(n)[:, None]).ravel(), weight.ravel(), minlength=n * n_labels)
    return 1 / (share.reshape(n, n_labels) ** 2).sum(axis=1)
