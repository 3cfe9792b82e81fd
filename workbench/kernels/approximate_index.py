"""Approximate nearest rows beyond what an exact scan serves quickly: a usearch graph whose recall is measured.

A neighbour graph (HNSW; Malkov and Yashunin, 2018) answers in microseconds and misses some neighbours. How many is
counted against the exact answer when the graph is built, and stays with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.errors import InputError, MissingPackageError
from workbench.kernels.bootstrap import bootstrap_mean
from workbench.kernels.similarity_index import blocked_topk
from workbench.kernels.topk import unit_rows

ASKED = 200  # rows whose exact neighbours are compared


@dataclass(frozen=True, eq=False)
class ApproximateIndex:
    """The graph; recall [low, high] of the k nearest is the share of true neighbours found for `n_asked` rows."""

    graph: Any
    k: int
    recall: float
    low: float
    high: float
    n_asked: int

    def search(self, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """About the k most similar rows of each query by cosine, best first.

        queries [n_queries, d] -> indices int64, similarities float32 [n_queries, k]; a place that the graph leaves
        empty holds −1 and NaN. The recall was measured for `self.k`; a larger k is refused with InputError.
        """
        if not 1 <= k <= self.k:
            raise InputError(f"the recall of this index was measured for its {self.k} nearest rows. Got k = {k}.")
        return _search(self.graph, unit_rows(queries), k)

    def __str__(self) -> str:
        return f"finds {self.recall:.1%} [{self.low:.1%}, {self.high:.1%}] of the {self.k} nearest rows (n = {self.n_asked} rows)"


def build_approximate_index(
    vectors: np.ndarray, k: int, *, connectivity: int = 16, expansion: int = 128, seed: int = 0
) -> ApproximateIndex:
    """Build the graph and measure its recall of the k nearest rows, a row itself left out of neither.

    vectors [n_rows, d]. connectivity: edges a row; expansion: rows looked at a query; more of both finds more and takes
    longer. Raises MissingPackageError without usearch, InputError for vectors that are not finite or k outside 1 … n_rows.
    """
    try:
        from usearch.index import Index
    except ImportError as error:
        raise MissingPackageError(
            "an approximate index needs usearch, which is not installed.", hint="pip install usearch==2.26.6"
        ) from error
    units = unit_rows(vectors)
    if units.ndim != 2 or not 1 <= k <= len(units) or not np.isfinite(units).all():
        raise InputError(f"an index needs finite rows and k in 1 … their number. Got {units.shape}, k = {k}.")
    graph = Index(
        ndim=units.shape[1], metric="ip", dtype="f32", connectivity=connectivity, expansion_add=expansion,
        expansion_search=max(expansion, 2 * k),
    )  # fmt: skip
    graph.add(np.arange(len(units)), units)
    asked = np.random.default_rng(seed).choice(len(units), min(ASKED, len(units)), replace=False)
    found, _ = _search(graph, units[asked], k)
    _, similar = blocked_topk(units, units[asked], k)
    reached = np.einsum("qkd,qd->qk", units[np.maximum(found, 0)], units[asked])
    hit = (reached >= similar[:, -1:] - 1e-6) & (found >= 0)  # by similarity: equal rows stand for each other
    share = hit.mean(axis=1)
    return ApproximateIndex(graph, k, *bootstrap_mean(share, seed=seed), len(asked))


def _search(graph: Any, units: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    rows = np.full((len(units), k), -1, dtype=np.int64)
    similar = np.full((len(units), k), np.nan, dtype=np.float32)
    found = graph.search(units, k)
    keys, distances = np.atleast_2d(found.keys), np.atleast_2d(found.distances)
    counts = np.atleast_1d(getattr(found, "counts", keys.shape[1]))
    there = np.arange(keys.shape[1]) < np.broadcast_to(counts, len(units))[:, None]
    rows[:, : keys.shape[1]][there] = keys[there].astype(np.int64)
    similar[:, : keys.shape[1]][there] = 1 - distances[there]
    return rows, similar
