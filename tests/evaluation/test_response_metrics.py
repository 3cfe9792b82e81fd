"""Metrics of responses: known values, invariances, hostile input (definitions of cell-eval and Systema)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.evaluation import response_metrics as metrics

RNG = np.random.default_rng(0)
TRUTH = RNG.normal(size=(9, 40))
REFERENCE = TRUTH.mean(axis=0)


def test_a_perfect_prediction_scores_one():
    np.testing.assert_allclose(metrics.rdmean(TRUTH, TRUTH, REFERENCE), 1)
    np.testing.assert_allclose(metrics.mean_absolute_error(TRUTH, TRUTH), 0)
    np.testing.assert_allclose(metrics.mean_squared_error(TRUTH, TRUTH), 0)
    np.testing.assert_allclose(metrics.top_k_overlap(TRUTH, TRUTH, 10), 1)


def test_the_mean_scores_zero_never_nan():
    mean = np.tile(REFERENCE, (9, 1))
    np.testing.assert_array_equal(metrics.rdmean(mean, TRUTH, REFERENCE), 0)
    np.testing.assert_array_equal(metrics.row_correlation(np.zeros_like(TRUTH), TRUTH), 0)
    np.testing.assert_array_equal(metrics.top_k_overlap(np.zeros_like(TRUTH), TRUTH, 10), 0)


def test_correlation_equals_numpy():
    other = TRUTH + RNG.normal(size=TRUTH.shape)
    expected = [np.corrcoef(a, b)[0, 1] for a, b in zip(TRUTH, other, strict=True)]
    np.testing.assert_allclose(metrics.row_correlation(TRUTH, other), expected)


@given(st.floats(0.1, 100), st.floats(-10, 10), st.integers(0, 1000))
def test_correlation_ignores_scale_and_shift_and_the_order_of_readouts(scale, shift, seed):
    other = TRUTH + np.random.default_rng(seed).normal(size=TRUTH.shape)
    order = np.random.default_rng(seed).permutation(40)
    expected = metrics.row_correlation(other, TRUTH)
    np.testing.assert_allclose(metrics.row_correlation(scale * other[:, order] + shift, TRUTH[:, order]), expected)
    top = metrics.top_k_overlap(other, TRUTH, 10)
    np.testing.assert_allclose(metrics.top_k_overlap(scale * other[:, order], TRUTH[:, order], 10), top)


def test_a_wrong_sign_is_not_a_find():
    np.testing.assert_array_equal(metrics.top_k_overlap(-TRUTH, TRUTH, 10), 0)
    chance = [
        metrics.top_k_overlap(np.random.default_rng(s).normal(size=TRUTH.shape), TRUTH, 10).mean() for s in range(200)
    ]
    assert np.mean(chance) == pytest.approx(10 / 80, abs=0.02)


def test_unequal_shapes_and_an_impossible_top_are_refused():
    with pytest.raises(InputError, match="one shape"):
        metrics.row_correlation(TRUTH, TRUTH[:3])
    with pytest.raises(InputError, match="top 41 of 40"):
        metrics.top_k_overlap(TRUTH, TRUTH, 41)
