"""Similarity of genes by networks and gene sets: random walks with restart, shared neighbours, shared sets.

Features are computed for the genes asked about only; a kernel is the cosine of their features.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp


def adjacency(n_genes: int, source: np.ndarray, target: np.ndarray) -> sp.csr_matrix:
    """Symmetric 0/1 adjacency [n_genes, n_genes] without self loops; source, target [n_edges] gene numbers."""
    keep = source != target
    rows = np.concatenate([source[keep], target[keep]])
    columns = np.concatenate([target[keep], source[keep]])
    matrix = sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(n_genes, n_genes))
    matrix.data[:] = 1.0
    return matrix


def diffusion_features(matrix: sp.csr_matrix, genes: np.ndarray, restart: float = 0.5, n_steps: int = 30) -> np.ndarray:
    """Random walk with restart from each gene: stationary visits [n_asked, n_genes], scaled by 1/sqrt(degree).

    genes [n_asked]; p <- (1 - restart) p T + restart e (Köhler et al., 2008). A gene without edges has zero features.
    """
    degree = np.asarray(matrix.sum(axis=1)).ravel()
    transition = sp.diags(np.divide(1.0, degree, out=np.zeros_like(degree), where=degree > 0)) @ matrix
    start = np.zeros((len(genes), matrix.shape[0]))
    start[np.arange(len(genes)), genes] = 1.0
    visits = start.copy()
    for _ in range(n_steps):
        visits = (1 - restart) * (transition.T @ visits.T).T + restart * start
    visits /= np.sqrt(np.maximum(degree, 1.0))
    visits[degree[genes] == 0] = 0.0
    return visits


def diffusion_overlap(matrix: sp.csr_matrix, known: np.ndarray, restart: float = 0.5, degree: int = 16) -> np.ndarray:
    """Cosine of the diffusion features of every gene with those of known genes [n_genes, n_known], without the features
    of all genes: for thousands of genes at once.

    known [n_known]. The features are D^-1/2 F with F = restart (I - (1 - restart) S)^-1 and S = D^-1/2 A D^-1/2, so a
    cosine is (F F')_ij over the norms of the rows of F. F is applied by its Chebyshev series (error below 1e-8 at this
    degree); the norms by `_row_norms` (error below 1e-4). Genes without edges give 0.
    """
    total = np.asarray(matrix.sum(axis=1)).ravel()
    linked = np.flatnonzero(total > 0)
    place = np.full(len(total), -1)
    place[linked] = np.arange(len(linked))
    root = sp.diags(1 / np.sqrt(total[linked]))
    walk = (root @ matrix[linked][:, linked] @ root).tocsr().astype(np.float32)
    columns = np.flatnonzero(total[known] > 0)
    start = np.zeros((len(linked), len(columns)), dtype=np.float32)
    start[place[known[columns]], np.arange(len(columns))] = 1.0
    series = _chebyshev(lambda x: restart / (1 - (1 - restart) * x), degree)
    rows = _apply(walk, series, start)  # columns of F, which is symmetric
    norms = _row_norms(walk, restart)
    both = _apply(walk, series, rows) / norms[:, None] / np.linalg.norm(rows, axis=0)
    found = np.zeros((len(total), len(known)))
    found[np.ix_(linked, columns)] = np.clip(both, 0.0, 1.0)
    return found


def _row_norms(walk: sp.csr_matrix, restart: float, block: int = 256) -> np.ndarray:
    """Norm of each row of restart (I - (1 - restart) walk)^-1 [n]: diagonal of its square by a Chebyshev series of degree 8.

    The diagonal of T_k needs half the products only: T_2k = 2 T_k T_k - 1 and T_2k+1 = 2 T_k T_k+1 - T_1.
    """
    weight = _chebyshev(lambda x: (restart / (1 - (1 - restart) * x)) ** 2, 9)
    second = (2 * (walk @ walk) - sp.identity(walk.shape[0], dtype=np.float32)).tocsr()
    squared = np.zeros(walk.shape[0])
    for first in range(0, walk.shape[0], block):
        rows = slice(first, first + block)
        one, two = walk[:, rows].toarray(), second[:, rows].toarray()
        three = 2 * (walk @ two) - one
        four = 2 * (walk @ three) - two
        inner = lambda a, b: 2 * np.einsum("ij,ij->j", a, b)  # noqa: E731
        moments = (1.0, 0.0, inner(one, one) - 1, inner(one, two), inner(two, two) - 1, inner(two, three),
                   inner(three, three) - 1, inner(three, four), inner(four, four) - 1)  # fmt: skip
        squared[rows] = sum(w * moment for w, moment in zip(weight, moments, strict=True))
    return np.sqrt(np.maximum(squared, 1e-12))


def _chebyshev(function: Callable[[np.ndarray], np.ndarray], n_terms: int) -> np.ndarray:
    """Coefficients [n_terms] of a function on [-1, 1] in Chebyshev polynomials."""
    angle = (np.arange(256) + 0.5) * np.pi / 256
    values = function(np.cos(angle))
    found = np.array([2 * np.mean(values * np.cos(k * angle)) for k in range(n_terms)])
    found[0] /= 2
    return found


def _apply(walk: sp.csr_matrix, series: np.ndarray, start: np.ndarray) -> np.ndarray:
    """A Chebyshev series of a symmetric matrix times columns [n, n_columns], by the three-term recursion."""
    before, now = start, walk @ start
    total = series[0] * before + series[1] * now
    for weight in series[2:]:
        before, now = now, 2 * (walk @ now) - before
        total = total + np.float32(weight) * now
    return total


def neighbour_features(matrix: sp.csr_matrix, genes: np.ndarray) -> sp.csr_matrix:
    """Neighbours of each gene and itself, weighted by rarity [n_asked, n_genes]; zero without edges."""
    degree = np.asarray(matrix.sum(axis=1)).ravel()
    rows = (matrix + sp.identity(matrix.shape[0], format="csr"))[genes].tocsr()
    features = rows @ sp.diags(inverse_frequency(degree + 1, matrix.shape[0]))
    return sp.diags((degree[genes] > 0).astype(float)) @ features


def signed_adjacency(n_genes: int, source: np.ndarray, target: np.ndarray, sign: np.ndarray) -> sp.csr_matrix:
    """Directed matrix [n_genes, n_genes] of signs: +1, -1, or half a plus where a source gives no sign.

    source, target, sign [n_edges]; an edge given twice with both signs keeps the sum of them, within ±1.
    """
    values = np.where(sign == 0, 0.5, np.sign(sign).astype(float))
    matrix = sp.csr_matrix((values, (source, target)), shape=(n_genes, n_genes))
    matrix.data = np.clip(matrix.data, -1.0, 1.0)
    matrix.eliminate_zeros()
    return matrix


def signed_features(matrix: sp.csr_matrix, genes: np.ndarray, *, regulators: bool) -> sp.csr_matrix:
    """Signed targets of each gene [n_asked, n_genes], weighted by rarity; with `regulators` those beside them (× 2).

    matrix [n_genes, n_genes] directed signs, genes [n_asked]. Two genes are alike when they push the same targets the
    same way (and are pushed alike by the same regulators), opposite when they push them apart.
    """
    parts = []
    for directed in (matrix, matrix.T.tocsr())[: 2 if regulators else 1]:
        counts = np.asarray((directed != 0).sum(axis=0)).ravel()
        parts.append(directed[genes] @ sp.diags(inverse_frequency(counts, matrix.shape[0])))
    return sp.hstack(parts).tocsr()


def inverse_frequency(counts: np.ndarray, n: int) -> np.ndarray:
    """Weight log(1 + n / count) of features [n_features] that occur `count` times among n; 0 where a count is 0."""
    return np.where(counts > 0, np.log1p(n / np.maximum(counts, 1)), 0.0)


def cosine_kernel(left: np.ndarray | sp.spmatrix, right: np.ndarray | sp.spmatrix) -> np.ndarray:
    """Cosine of every row of left [n_left, d] with every row of right [n_right, d]; zero rows give 0."""
    return np.asarray(_dense(unit_rows(left) @ unit_rows(right).T))


def unit_rows(features: np.ndarray | sp.spmatrix) -> np.ndarray | sp.spmatrix:
    """Rows of features [n, d] scaled to length one; zero rows stay zero."""
    if sp.issparse(features):
        norm = np.sqrt(np.asarray(features.multiply(features).sum(axis=1)).ravel())
        return sp.diags(np.divide(1.0, norm, out=np.zeros_like(norm), where=norm > 0)) @ features
    norm = np.linalg.norm(features, axis=1, keepdims=True)
    return np.divide(features, norm, out=np.zeros_like(features), where=norm > 0)


def _dense(matrix: np.ndarray | sp.spmatrix) -> np.ndarray:
    return matrix.toarray() if sp.issparse(matrix) else matrix
