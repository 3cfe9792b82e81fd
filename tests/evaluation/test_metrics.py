"""Metrics: known values, ties, invariances (definitions of cell-eval and Systema)."""

import numpy as np
import pytest

from workbench.evaluation import metrics

RNG = np.random.default_rng(0)
TRUTH = RNG.normal(size=(9, 40))
REFERENCE = TRUTH.mean(axis=0)


def test_a_perfect_prediction_scores_one():
    np.testing.assert_allclose(metrics.rdmean(TRUTH, TRUTH, REFERENCE), 1)
    np.testing.assert_allclose(metrics.discrimination(TRUTH, TRUTH, REFERENCE), 1)
    np.testing.assert_allclose(metrics.mean_absolute_error(TRUTH, TRUTH), 0)


def test_the_mean_scores_zero_and_one_half_never_nan():
    mean = np.tile(REFERENCE, (9, 1))
    np.testing.assert_array_equal(metrics.rdmean(mean, TRUTH, REFERENCE), 0)
    np.testing.assert_array_equal(metrics.discrimination(mean, TRUTH, REFERENCE), 0.5)


def test_permuted_predictions_are_at_chance_on_average():
    scores = [
        metrics.discrimination(TRUTH[np.random.default_rng(s).permutation(9)], TRUTH, REFERENCE).mean()
        for s in range(300)
    ]
    assert np.mean(scores) == pytest.approx(0.5, abs=0.03)


def test_discrimination_ignores_the_scale_of_the_deviation():
    scaled = REFERENCE + 10 * (TRUTH - REFERENCE)
    np.testing.assert_allclose(metrics.discrimination(scaled, TRUTH, REFERENCE), 1)


def test_correlation_equals_numpy():
    other = TRUTH + RNG.normal(size=TRUTH.shape)
    expected = [np.corrcoef(a, b)[0, 1] for a, b in zip(TRUTH, other, strict=True)]
    np.testing.assert_allclose(metrics.row_correlation(TRUTH, other), expected)


def test_a_single_row_cannot_be_discriminated():
    assert np.isnan(metrics.discrimination(TRUTH[:1], TRUTH[:1], REFERENCE)).all()
