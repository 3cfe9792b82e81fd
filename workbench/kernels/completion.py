"""Completion of a symmetric table of pairs from the pairs that were measured (low rank by a penalty on its size)."""

from __future__ import annotations

import numpy as np


def complete_symmetric(
    values: np.ndarray, observed: np.ndarray, penalty: float, *, n_steps: int = 60, start: np.ndarray | None = None
) -> np.ndarray:
    """Symmetric matrix [n, n] that minimises ½ Σ_observed (x − value)² + penalty × nuclear norm.

    values [n, n] symmetric, observed bool [n, n] symmetric (the diagonal may be unobserved): soft-thresholded
    eigenvalues of the filled-in matrix, repeated (soft-impute: Mazumder, Hastie, Tibshirani, 2010).
    """
    filled = np.zeros_like(values) if start is None else start
    for _ in range(n_steps):
        sizes, axes = np.linalg.eigh(np.where(observed, values, filled))
        kept = np.sign(sizes) * np.maximum(np.abs(sizes) - penalty, 0.0)
        new = (axes * kept) @ axes.T
        change = np.abs(new - filled).max(initial=0.0)
        filled = new
        if change < 1e-6 * max(np.abs(filled).max(initial=0.0), 1e-12):
            break
    return filled
