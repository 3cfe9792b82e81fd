"""Exact nearest rows by cosine: blocked matrix products, no index to build and no recall to tune."""

from __future__ import annotations

import numpy as np

from workbench.kernels.similarity_index import blocked_topk


def unit_rows(vectors: np.ndarray, *, exact: bool = False) -> np.ndarray:
    """Rows scaled to length one; a zero row stays zero.

    vectors [n_rows, d] -> float32 [n_rows, d]; `exact` leaves float64 and integers at 64 bits.
    """
    vectors = np.asarray(vectors)
    wide = exact and vectors.dtype != np.float32
    vectors = vectors.astype(np.float64 if wide else np.float32, copy=False)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)


def cosine_topk(
    vectors: np.ndarray, queries: np.ndarray, k: int, *, block: int = 4096
) -> tuple[np.ndarray, np.ndarray]:
    """The k most similar rows of each query by cosine, best first.

    vectors [n_rows, d], queries [n_queries, d] -> indices [n_queries, k] int64, similarities [n_queries, k] float32;
    k is cut to n_rows. Ties go to the lower index.
    """
    units = unit_rows(vectors)
    return blocked_topk(units, unit_rows(queries), min(k, len(units)), block)


def cosine_row(vectors: np.ndarray, row: int) -> np.ndarray:
    """Cosine of one row with every row. vectors [n_rows, d] -> float32 [n_rows]; no normalised copy is made."""
    vectors = np.asarray(vectors, dtype=np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    lengths = np.where(lengths > 0, lengths, 1)
    return vectors @ (vectors[row] / lengths[row]) / lengths


def cosine_pairs(
    vectors: np.ndarray, n_pairs: int, rng: np.random.Generator, groups: np.ndarray | None = None
) -> np.ndarray:
    """Sorted cosines of pairs of different rows: all of them when they are at most `n_pairs`, else a random draw.

    vectors [n_rows, d], groups [n_rows] text -> float32 [<= n_pairs]; pairs inside one named group are left out.
    """
    units = unit_rows(vectors)
    n_rows = len(units)
    if n_rows * (n_rows - 1) // 2 <= n_pairs:
        left, right = np.triu_indices(n_rows, k=1)
    else:
        left = rng.integers(0, n_rows, n_pairs)
        right = (left + rng.integers(1, n_rows, n_pairs)) % n_rows  # never the row itself
    if groups is not None:
        apart = (groups[left] != groups[right]) | (groups[left] == "")
        left, right = left[apart], right[apart]
    return np.sort(_row_products(units, left, right))


def _row_products(units: np.ndarray, left: np.ndarray, right: np.ndarray, block: int = 65536) -> np.ndarray:
    """Products of paired rows. units [n_rows, d], left, right [n_pairs] -> [n_pairs]."""
    parts = [
        np.einsum("ij,ij->i", units[left[start : start + block]], units[right[start : start + block]])
        for start in range(0, len(left), block)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
