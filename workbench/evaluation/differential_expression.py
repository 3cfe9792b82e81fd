"""Differentially expressed genes of predicted against real cells: rank-sum tests and the scores made of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import mannwhitneyu, spearmanr

from workbench.errors import DataQualityError, InputError
from workbench.kernels.permutation import benjamini_hochberg

FDR = 0.05


class DifferentialExpression(NamedTuple):
    """One row a perturbation, one column a gene: log2_fold_change, p, q [n_perturbations, n_genes]."""

    log2_fold_change: np.ndarray
    p: np.ndarray
    q: np.ndarray

    @property
    def significant(self) -> np.ndarray:
        """Genes at a false discovery rate of 5 % [n_perturbations, n_genes]."""
        return self.q < FDR


def rank_sum_tests(
    values: np.ndarray, labels: np.ndarray, perturbations: np.ndarray, control: str
) -> DifferentialExpression:
    """Wilcoxon rank-sum test of the cells of each perturbation against the control cells, gene by gene.

    values [n_cells, n_genes] log1p expression, labels [n_cells], perturbations [n]. Normal approximation with ties
    and continuity corrected; a gene without any variation has p 1; q of Benjamini and Hochberg over the genes of one
    perturbation. Fold change of the geometric means, log2(expm1(mean) / expm1(control mean)): infinite where one side
    is all zero, 0 where both are (cell-eval 0.8 with pdex). Raises DataQualityError without cells of a label.
    """
    values = np.asarray(values, dtype=np.float64)
    reference = _cells_of(values, labels, control)
    base = np.expm1(reference.mean(axis=0))
    shape = (len(perturbations), values.shape[1])
    change, p, q = np.zeros(shape), np.ones(shape), np.ones(shape)
    for i, name in enumerate(perturbations):
        cells = _cells_of(values, labels, str(name))
        varies = np.ptp(np.concatenate([cells, reference]), axis=0) > 0
        if varies.any():
            p[i, varies] = mannwhitneyu(cells[:, varies], reference[:, varies], method="asymptotic", axis=0).pvalue
        q[i] = benjamini_hochberg(p[i])
        with np.errstate(divide="ignore", invalid="ignore"):
            change[i] = np.nan_to_num(
                np.log2(np.expm1(cells.mean(axis=0)) / base), nan=0.0, posinf=np.inf, neginf=-np.inf
            )
    return DifferentialExpression(change, p, q)


def overlap_at(real: DifferentialExpression, predicted: DifferentialExpression, k: int | None = None) -> np.ndarray:
    """Differential expression score: share of the top real genes that are among as many top predicted ones [n].

    Genes significant at 5 % by falling |log2 fold change|; as many as the truth has (k None), at most k; 0 where a list
    is empty (overlap_at_N, overlap_at_50 … of cell-eval).
    """
    return _shared(real, predicted, k, of_predicted=False)


def precision_at(real: DifferentialExpression, predicted: DifferentialExpression, k: int | None = None) -> np.ndarray:
    """As `overlap_at`, with as many genes as the prediction calls significant: share of its top genes that are real
    ones [n] (precision_at_N, precision_at_50 … of cell-eval)."""
    return _shared(real, predicted, k, of_predicted=True)


def direction_match(real: DifferentialExpression, predicted: DifferentialExpression) -> np.ndarray:
    """Share of the truly significant genes predicted to move the same way [n]; NaN without a significant gene."""
    same = np.sign(real.log2_fold_change) == np.sign(predicted.log2_fold_change)
    return _share(same, real.significant)


def significant_recall(real: DifferentialExpression, predicted: DifferentialExpression) -> np.ndarray:
    """Share of the truly significant genes that are significant in the prediction [n]; NaN without one.

    A prediction without any spread calls nearly everything significant and gets a high recall: read it beside
    `precision_at`.
    """
    return _share(predicted.significant, real.significant)


def fold_change_correlation(real: DifferentialExpression, predicted: DifferentialExpression) -> np.ndarray:
    """Spearman correlation of the fold changes over the truly significant genes [n] (de_spearman_lfc_sig).

    NaN below two such genes or where one side is constant.
    """
    found = np.full(len(real.q), np.nan)
    for i, chosen in enumerate(real.significant):
        found[i] = _spearman(real.log2_fold_change[i, chosen], predicted.log2_fold_change[i, chosen])
    return found


def count_correlation(real: DifferentialExpression, predicted: DifferentialExpression) -> float:
    """Spearman correlation, over the perturbations with a truly significant gene, of the numbers of significant genes
    (de_spearman_sig); 1 when the truth has none at all, NaN where one side is constant."""
    n_real, n_predicted = real.significant.sum(axis=1), predicted.significant.sum(axis=1)
    if not n_real.any():
        return 1.0
    return _spearman(n_real[n_real > 0], n_predicted[n_real > 0])


def _shared(
    real: DifferentialExpression, predicted: DifferentialExpression, k: int | None, *, of_predicted: bool
) -> np.ndarray:
    if k is not None and k < 1:
        raise InputError(f"the top {k} genes do not exist.")
    found = np.zeros(len(real.q))
    for i in range(len(found)):
        lists = [_ranked(side, i) for side in (real, predicted)]
        size = len(lists[1 if of_predicted else 0])
        size = size if k is None else min(k, size)
        if size:
            found[i] = np.intersect1d(lists[0][:size], lists[1][:size]).size / size
    return found


def _ranked(side: DifferentialExpression, row: int) -> np.ndarray:
    chosen = np.flatnonzero(side.significant[row])
    return chosen[np.argsort(-np.abs(side.log2_fold_change[row, chosen]), kind="stable")]


def _share(hits: np.ndarray, among: np.ndarray) -> np.ndarray:
    n = among.sum(axis=1)
    return np.divide((hits & among).sum(axis=1), n, out=np.full(len(n), np.nan), where=n > 0)


def _spearman(a: np.ndarray, b: np.ndarray) -> float:
    if len(a) < 2 or (a == a[0]).all() or (b == b[0]).all():
        return float("nan")
    return float(spearmanr(a, b).statistic)


def _cells_of(values: np.ndarray, labels: np.ndarray, name: str) -> np.ndarray:
    cells = values[np.asarray(labels) == name]
    if not len(cells):
        raise DataQualityError(f"there is no cell of {name!r}.", hint="Name the perturbations as the cells do.")
    return cells
