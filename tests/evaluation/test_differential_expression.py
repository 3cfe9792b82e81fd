"""Rank-sum tests and the scores made of them: referee, planted genes, empty lists."""

import numpy as np
import pytest
from scipy.stats import false_discovery_control, mannwhitneyu

from workbench.errors import DataQualityError, InputError
from workbench.evaluation import differential_expression as de


def expressed(change, q):
    change, q = np.atleast_2d(np.array(change, dtype=float)), np.atleast_2d(np.array(q, dtype=float))
    return de.DifferentialExpression(change, q, q)


def test_tests_equal_scipy_gene_by_gene(real):
    found = de.rank_sum_tests(real.values, real.labels, np.array(["KLF1"]), "control")
    cells, controls = (real.values[real.labels == name] for name in ("KLF1", "control"))
    p = [mannwhitneyu(cells[:, g], controls[:, g], method="asymptotic").pvalue for g in range(50)]
    np.testing.assert_allclose(found.p[0, :50], np.nan_to_num(p, nan=1.0), atol=1e-6)
    np.testing.assert_allclose(found.q[0], false_discovery_control(found.p[0]))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log2(np.expm1(cells.mean(axis=0)) / np.expm1(controls.mean(axis=0)))
    finite = np.isfinite(ratio)
    np.testing.assert_allclose(found.log2_fold_change[0, finite], ratio[finite], atol=1e-4)


def test_planted_genes_are_found_and_silent_ones_are_not():
    rng = np.random.default_rng(0)
    values = rng.poisson(2.0, (200, 60)).astype(float)
    values[:, 59] = 0
    labels = np.repeat(["control", "A"], 100)
    values[100:, :5] += 3
    found = de.rank_sum_tests(np.log1p(values), labels, np.array(["A"]), "control")
    assert set(np.flatnonzero(found.significant[0])) == set(range(5))
    assert (found.log2_fold_change[0, :5] > 0.5).all()
    assert (found.p[0, 59], found.log2_fold_change[0, 59]) == (1.0, 0.0)


def test_overlap_takes_the_strongest_of_both_lists():
    truth = expressed([3, -2, 1, 0.5], [0.01, 0.01, 0.2, 0.01])
    asked = expressed([0.1, -2, 9, 3], [0.01, 0.01, 0.01, 0.9])
    assert de.overlap_at(truth, asked)[0] == pytest.approx(2 / 3)  # real 0, 1, 3; predicted 2, 1, 0
    assert de.overlap_at(truth, asked, 1)[0] == 0
    assert de.precision_at(truth, asked)[0] == pytest.approx(2 / 3)
    assert de.precision_at(truth, asked, 2)[0] == pytest.approx(1 / 2)
    with pytest.raises(InputError, match="top 0"):
        de.overlap_at(truth, asked, 0)


def test_shares_over_the_truly_significant_genes():
    truth = expressed([3, -2, 1, 0.5], [0.01, 0.01, 0.2, 0.01])
    asked = expressed([1, 2, -1, 0.7], [0.01, 0.5, 0.01, 0.9])
    assert de.direction_match(truth, asked)[0] == pytest.approx(2 / 3)
    assert de.significant_recall(truth, asked)[0] == pytest.approx(1 / 3)
    assert de.fold_change_correlation(truth, asked)[0] == pytest.approx(-0.5)


def test_empty_lists_score_zero_or_are_undefined():
    truth, nothing = expressed([1, 2, 3], [0.01, 0.01, 0.01]), expressed([1, 2, 3], [1, 1, 1])
    assert de.overlap_at(truth, nothing)[0] == de.precision_at(truth, nothing)[0] == 0
    assert de.overlap_at(nothing, truth)[0] == 0
    assert np.isnan(de.direction_match(nothing, truth)[0])
    assert np.isnan(de.significant_recall(nothing, truth)[0])
    assert np.isnan(de.fold_change_correlation(nothing, truth)[0])
    assert de.count_correlation(nothing, truth) == 1.0


def test_a_perturbation_without_cells_is_named(real):
    with pytest.raises(DataQualityError, match="NOSUCH"):
        de.rank_sum_tests(real.values, real.labels, np.array(["NOSUCH"]), "control")
