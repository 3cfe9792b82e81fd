"""Covariances of a few wells in many dimensions: directions with variance, and symmetric inverse roots.

Everything goes through `eigh` of whichever is smaller, the d x d covariance or the n x n products of the wells.
"""

from __future__ import annotations

import numpy as np

RANK = 1e-9  # a direction counts when its variance exceeds this share of the largest


def principal(sample: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Directions of a centred sample in which it varies, largest first: [d, k] unit columns, variances [k] (ddof 0).

    sample [n, d] with mean 0. Directions with less than 1e-9 of the largest variance are left out; the entry of largest
    size in each direction is positive, so that the same sample gives the same directions.
    """
    n, d = sample.shape
    if n >= d:
        variances, directions = np.linalg.eigh(sample.T @ sample / n)
    else:
        variances, mixtures = np.linalg.eigh(sample @ sample.T / n)
    kept = np.flatnonzero(variances > RANK * max(variances.max(initial=0.0), 0.0))[::-1]
    if n >= d:
        directions = directions[:, kept]
    else:
        directions = sample.T @ (mixtures[:, kept] / np.sqrt(n * variances[kept]))
    if kept.size:
        directions = directions * np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(kept.size)])
    return directions, variances[kept]


def inverse_root(sample: np.ndarray, ridge: float) -> np.ndarray:
    """(cov(sample, ddof 1) + ridge I)^(−1/2), the symmetric root [d, d].

    sample [n, d], n >= 2; ridge > 0. With n < d: r^(−1/2) I + A'U g(λ) U'A, where A = centred sample / sqrt(n − 1),
    AA' = U λ U' and g = −1 / (sqrt(r) sqrt(λ + r) (sqrt(r) + sqrt(λ + r))): nothing is divided by a vanishing λ.
    """
    n, d = sample.shape
    centred = (sample - sample.mean(axis=0)) / np.sqrt(n - 1)
    if n >= d:
        variances, directions = np.linalg.eigh(centred.T @ centred)
        return (directions / np.sqrt(np.maximum(variances, 0) + ridge)) @ directions.T
    basis, weight = _few(centred, ridge)
    root = (basis * weight) @ basis.T
    root[np.diag_indices(d)] += 1 / np.sqrt(ridge)
    return root


def times_inverse_root(values: np.ndarray, sample: np.ndarray, ridge: float) -> np.ndarray:
    """values [m, d] times `inverse_root(sample, ridge)`, never forming d x d numbers where few wells span little."""
    n, d = sample.shape
    if 2 * n > d:
        return values @ inverse_root(sample, ridge)
    basis, weight = _few((sample - sample.mean(axis=0)) / np.sqrt(n - 1), ridge)
    return values / np.sqrt(ridge) + ((values @ basis) * weight) @ basis.T


def _few(centred: np.ndarray, ridge: float) -> tuple[np.ndarray, np.ndarray]:
    """A'U [d, n] and g(λ) [n] of `inverse_root`."""
    variances, mixtures = np.linalg.eigh(centred @ centred.T)
    root = np.sqrt(np.maximum(variances, 0) + ridge)
    return centred.T @ mixtures, -1 / (np.sqrt(ridge) * root * (root + np.sqrt(ridge)))
