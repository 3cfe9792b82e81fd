"""Does a compound look like the knock-out of its target? The compound–gene benchmark of RxRx3-core.

Kraus et al. (LMRL at ICLR, 2025): the score of a compound and a gene is the largest cosine over the compound's
concentrations; genes are ranked by its absolute value, a compound's known targets against other genes of the ground
truth; AUC and average precision a compound, and their medians over compounds. Beside them the same with the genes'
names shuffled, which keeps that some genes resemble everything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.kernels.bootstrap import bootstrap_median
from workbench.kernels.topk import unit_rows
from workbench.phenomics.precision import average_precision

N_NULL = 200


@dataclass(frozen=True, eq=False)
class CompoundGene:
    """compounds [n] with auc, precision, n_targets [n]; medians with 95 % intervals over compounds, their median when
    genes are shuffled (`auc_null`, `precision_null`) and p; n_genes that took part."""

    compounds: np.ndarray
    auc: np.ndarray
    precision: np.ndarray
    n_targets: np.ndarray
    auc_median: tuple[float, float, float]
    precision_median: tuple[float, float, float]
    auc_null: float
    precision_null: float
    auc_p: float
    precision_p: float
    n_genes: int


def compound_gene_benchmark(
    compound_vectors: np.ndarray,
    compound: np.ndarray,
    gene_vectors: np.ndarray,
    genes: np.ndarray,
    targets: np.ndarray,
    *,
    n_negative: int = 0,
    n_null: int = N_NULL,
    seed: int = 0,
) -> CompoundGene:
    """AUC and average precision of known targets among the genes of the ground truth, per compound and in the median.

    compound_vectors [n_rows, d], compound [n_rows] text: one row a concentration; gene_vectors [n_genes, d], genes
    [n_genes] text; targets [n_pairs, 2] of (compound, gene). Other genes of the ground truth are the negatives: all of
    them, or `n_negative` drawn for each compound. Pairs off the map are left out. Raises InputError for shapes or a gene
    twice, DataQualityError when no compound has a target and a negative.
    """
    compound, genes = np.asarray(compound).astype(str), np.asarray(genes).astype(str)
    targets = np.asarray(targets).astype(str)
    _check(compound_vectors, compound, gene_vectors, genes, targets)
    on_map = np.isin(targets[:, 0], compound) & np.isin(targets[:, 1], genes)
    truth = np.unique(targets[on_map, 1])
    known = {name: np.flatnonzero(np.isin(truth, targets[on_map & (targets[:, 0] == name), 1]))
             for name in np.unique(targets[on_map, 0]).tolist()}  # fmt: skip
    known = {name: rows for name, rows in known.items() if len(rows) < len(truth)}
    if not known:
        raise DataQualityError(
            f"none of {len(targets):,} pairs has its compound and its gene on the map, beside a gene that is no target.",
            hint="Name compounds and genes as the map does.",
        )
    row_of = {name: i for i, name in enumerate(genes.tolist())}
    among = unit_rows(gene_vectors, exact=True)[[row_of[name] for name in truth.tolist()]]
    units = unit_rows(compound_vectors, exact=True)
    score = np.array([np.abs((units[compound == name] @ among.T).max(axis=0)) for name in known])
    rng = np.random.default_rng(seed)
    n_targets = np.array([len(rows) for rows in known.values()])
    positive, is_negative = np.zeros((len(known), n_targets.max()), dtype=int), np.zeros(score.shape, dtype=bool)
    is_positive = np.arange(n_targets.max()) < n_targets[:, None]
    for i, rows in enumerate(known.values()):
        positive[i, : len(rows)] = rows
        is_negative[i, _negatives(rows, len(truth), n_negative, rng)] = True
    auc, precision = _judge(score, positive, is_positive, is_negative)
    drawn = np.array([
        np.median(_judge(score[:, rng.permutation(len(truth))], positive, is_positive, is_negative), axis=1)
        for _ in range(n_null)
    ])  # fmt: skip
    medians = [bootstrap_median(part, seed=seed) for part in (auc, precision)]
    p = [(1 + np.sum(drawn[:, i] >= medians[i][0] - 1e-12)) / (n_null + 1) for i in range(2)]
    return CompoundGene(
        np.array(list(known)), auc, precision, n_targets, medians[0], medians[1],
        float(np.median(drawn[:, 0])), float(np.median(drawn[:, 1])), float(p[0]), float(p[1]), len(truth),
    )  # fmt: skip


def _check(
    compound_vectors: np.ndarray, compound: np.ndarray, gene_vectors: np.ndarray, genes: np.ndarray, targets: np.ndarray
) -> None:
    if compound_vectors.ndim != 2 or gene_vectors.ndim != 2 or compound_vectors.shape[1] != gene_vectors.shape[1]:
        raise InputError(
            f"compounds and genes need vectors of one space. Got {compound_vectors.shape} and {gene_vectors.shape}."
        )
    if len(compound) != len(compound_vectors) or len(genes) != len(gene_vectors):
        raise InputError(f"every vector needs a name. Got {len(compound)} compound and {len(genes)} gene names.")
    if targets.ndim != 2 or targets.shape[1] != 2:
        raise InputError(f"targets are pairs of (compound, gene). Got an array of shape {targets.shape}.")
    names, counts = np.unique(genes, return_counts=True)
    if (counts > 1).any():
        raise InputError(f"the gene {str(names[counts > 1][0])!r} is on the map more than once: aggregate its guides.")


def _negatives(positive: np.ndarray, n_genes: int, n_negative: int, rng: np.random.Generator) -> np.ndarray:
    others = np.setdiff1d(np.arange(n_genes), positive)
    return others if not n_negative or n_negative >= len(others) else rng.choice(others, n_negative, replace=False)


def _judge(
    score: np.ndarray, positive: np.ndarray, is_positive: np.ndarray, is_negative: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """AUC (ties half) and average precision (ties against us) of each compound: score [n_compounds, n_genes], positive
    [n_compounds, most targets] columns with a mask of those that count, is_negative [n_compounds, n_genes]."""
    mine = np.take_along_axis(score, positive, axis=1)
    others = np.where(is_negative, score, np.nan)  # no comparison with NaN holds
    below = np.zeros(mine.shape, dtype=int)
    for j in range(mine.shape[1]):
        rows, at = is_positive[:, j], mine[is_positive[:, j], j, None]
        below[rows, j] = np.count_nonzero(others[rows] < at, axis=1) + np.count_nonzero(others[rows] <= at, axis=1)
    auc = below.sum(axis=1) / is_positive.sum(axis=1) / (2 * is_negative.sum(axis=1))
    return auc, average_precision(mine, is_positive, score, is_negative)
