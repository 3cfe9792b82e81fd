"""Conformal widths: coverage on exchangeable data, infinite when there are too few units."""

import numpy as np
import pytest

from workbench.kernels import conformal


def test_the_quantile_is_the_kth_smallest_score():
    scores = np.arange(1, 10, dtype=float)[:, None]
    assert conformal.quantile(scores, 0.9)[0] == 9  # k = ceil(10 * 0.9) = 9
    assert conformal.quantile(scores, 0.5)[0] == 5


def test_too_few_units_give_an_infinite_width():
    assert np.isinf(conformal.quantile(np.ones((8, 2)), 0.9)).all()
    assert np.isfinite(conformal.quantile(np.ones((9, 2)), 0.9)).all()


def test_coverage_of_new_units_is_at_least_the_level():
    rng = np.random.default_rng(0)
    inside = [
        (np.abs(rng.normal(size=200)) <= conformal.quantile(np.abs(rng.normal(size=(99, 1))), 0.9)[0]).mean()
        for _ in range(200)
    ]
    assert np.mean(inside) == pytest.approx(0.9, abs=0.01)


def test_one_row_is_drawn_from_each_group():
    residuals = np.array([[1.0], [2], [3], [4]])
    groups = np.array(["a", "a", "b", "c"])
    drawn = {tuple(conformal.scores_by_group(residuals, groups, np.random.default_rng(s))[:, 0]) for s in range(20)}
    assert drawn == {(1.0, 3.0, 4.0), (2.0, 3.0, 4.0)}


def test_coverage_counts_the_readouts_inside():
    truth = np.array([[0.0, 1, 2, 3]])
    np.testing.assert_allclose(conformal.coverage(truth, truth * 0, truth * 0 + 1.5), [0.5])
