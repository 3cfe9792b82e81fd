"""An exact cosine index: unit vectors normalised once, in memory or memory-mapped, with int8 codes that prefilter.

A code is a row rounded to 127 steps of its largest value. For a query the product with the code and a proven bound of
the rounding error tell which rows can be among the k best; those few are ranked again by their float32 vectors. One
query reads a quarter of the bytes; many queries go through blocked matrix products with a running threshold.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workbench.errors import InputError

FILES = ("units", "codes", "scale", "error")
SLACK = 1e-5  # float32 rounding of products of unit vectors, generously
FEW = 4  # queries that are scanned one by one


@dataclass(frozen=True, eq=False)
class SimilarityIndex:
    """units float32 [n_rows, d], codes int8 [n_rows, d], scale float32 [n_rows], error float32 [n_rows]."""

    units: np.ndarray
    codes: np.ndarray
    scale: np.ndarray
    error: np.ndarray

    def search(self, queries: np.ndarray, k: int, *, block: int = 4096) -> tuple[np.ndarray, np.ndarray]:
        """The k most similar rows of each query by cosine, best first, ties to the lower index.

        queries [n_queries, d] -> indices int64, similarities float32 [n_queries, k]; k is cut to n_rows.
        """
        from workbench.kernels.topk import unit_rows

        asked = unit_rows(queries)
        if asked.ndim != 2 or asked.shape[1] != self.units.shape[1] or k < 1 or not np.isfinite(asked).all():
            raise InputError(
                f"queries need {self.units.shape[1]} finite values each and k >= 1. Got {asked.shape}, {k}."
            )
        k = min(k, len(self.units))
        if len(asked) <= FEW:
            found = [self._one(query, k) for query in asked]
            return np.array([f[0] for f in found]).reshape(-1, k), np.array([f[1] for f in found]).reshape(-1, k)
        return blocked_topk(self.units, asked, k, block)

    def _one(self, query: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        from workbench.kernels.code_scan import scan  # numba comes late

        smallest = 128 * max(1, len(query)) ** 0.5 / 2**31  # so that no sum of products leaves 32 bits
        step = max(float(np.abs(query).max(initial=0)) / 32767, smallest)
        code = np.rint(query / step).astype(np.int16)
        lost = float(np.linalg.norm(query - code * np.float32(step)))  # times the code's length, at most 1 + error
        bound = self.error + np.float32(lost * 1.1 + SLACK)
        rows, _ = scan(self.codes, self.scale * np.float32(step), bound, code, k)
        rows = np.sort(rows)
        similar = self.units[rows] @ query
        order = np.argsort(-similar, kind="stable")[:k]
        return rows[order], similar[order]

    def save(self, folder: Path) -> None:
        """Write one .npy a part, so that several processes map the same pages."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            np.save(folder / f"{name}.npy", getattr(self, name))


def build_similarity_index(vectors: np.ndarray, *, block: int = 65_536) -> SimilarityIndex:
    """Normalise and encode once. vectors [n_rows, d], also a memory map; raises InputError for values not finite."""
    from workbench.kernels.topk import unit_rows

    n_rows, d = vectors.shape
    units, codes = np.empty((n_rows, d), np.float32), np.empty((n_rows, d), np.int8)
    scale, error = np.empty(n_rows, np.float32), np.empty(n_rows, np.float32)
    for start in range(0, n_rows, block):
        part = slice(start, start + block)
        units[part] = unit_rows(vectors[part])
        if not np.isfinite(units[part]).all():
            row = start + int(np.flatnonzero(~np.isfinite(units[part]).all(axis=1))[0])
            raise InputError("a vector holds values that are not finite.", where=f"row {row}")
        scale[part] = np.maximum(np.abs(units[part]).max(axis=1, initial=0), 1e-12) / 127
        codes[part] = np.rint(units[part] / scale[part, None])
        error[part] = np.linalg.norm(units[part] - codes[part] * scale[part, None], axis=1)
    return SimilarityIndex(units, codes, scale, error)


def open_similarity_index(folder: Path) -> SimilarityIndex:
    """Map a saved index [n_rows, d] into memory without reading it."""
    return SimilarityIndex(*[np.load(folder / f"{name}.npy", mmap_mode="r") for name in FILES])


def blocked_topk(units: np.ndarray, asked: np.ndarray, k: int, block: int = 4096) -> tuple[np.ndarray, np.ndarray]:
    """The k largest products of each query: blocks of products, of which only what passes a running threshold is kept.

    units [n_rows, d], asked [n_queries, d] -> indices int64, products [n_queries, k], best first, ties to the lower
    index. Memory: block · n_queries products and 2 k candidates a query.
    """
    n_queries = len(asked)
    index = np.zeros((n_queries, 0), np.int64)
    best = np.zeros((n_queries, 0), np.float32)
    threshold = np.full(n_queries, -np.inf, np.float32)
    for start in range(0, len(units), block):
        products = asked @ units[start : start + block].T
        query, column = np.nonzero(products > threshold[:, None])
        if len(query) == 0:
            continue
        touched, counts = np.unique(query, return_counts=True)
        place = np.arange(len(query)) - np.repeat(np.cumsum(counts) - counts, counts)
        width = best.shape[1] + int(counts.max())
        pool = np.full((len(touched), width), -np.inf, np.float32)
        rows = np.full((len(touched), width), np.iinfo(np.int64).max)
        pool[:, : best.shape[1]], rows[:, : best.shape[1]] = best[touched], index[touched]
        owner = np.repeat(np.arange(len(touched)), counts)
        pool[owner, best.shape[1] + place], rows[owner, best.shape[1] + place] = products[query, column], column + start
        order = np.argsort(-pool, axis=1, kind="stable")[:, :k]  # earlier rows stand first among equals
        if order.shape[1] > best.shape[1]:  # only while fewer than k rows were seen: all queries are touched
            best = np.take_along_axis(pool, order, axis=1)
            index = np.take_along_axis(rows, order, axis=1)
        else:
            best[touched] = np.take_along_axis(pool, order, axis=1)
            index[touched] = np.take_along_axis(rows, order, axis=1)
        if best.shape[1] == k:
            threshold = best[:, -1].copy()
    return index, best
