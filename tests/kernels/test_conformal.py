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


def test_with_one_row_a_group_the_quantile_by_group_is_the_plain_one():
    scores = np.random.default_rng(1).exponential(size=(23, 4))
    for level in (0.5, 0.9, 0.95, 0.99):
        found = conformal.quantile_by_group(scores, np.arange(23), level)
        np.testing.assert_array_equal(found, conformal.quantile(scores, level))


def test_many_rows_of_one_group_do_not_outvote_the_others():
    scores = np.r_[np.full(1000, 5.0), np.arange(1.0, 20)][:, None]
    groups = np.r_[np.zeros(1000), np.arange(1, 20)]
    assert conformal.quantile_by_group(scores, groups, 0.5)[0] < 12
    drawn = np.random.default_rng(0).permutation(len(scores))
    assert conformal.quantile_by_group(scores[drawn], groups[drawn], 0.5) == conformal.quantile_by_group(
        scores, groups, 0.5
    )


def test_new_groups_are_covered_when_rows_of_a_group_are_alike():
    rng, inside = np.random.default_rng(3), []
    for _ in range(300):
        size = rng.exponential(size=31)[:, None]
        rows = np.abs(size * rng.normal(size=(31, 6)))
        width = conformal.quantile_by_group(rows[:30].reshape(-1, 1), np.repeat(np.arange(30), 6), 0.9)
        inside.append((rows[30] <= width).mean())
    assert np.mean(inside) == pytest.approx(0.9, abs=0.035)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95])
def test_the_smallest_number_of_units_with_a_finite_width(level):
    n = conformal.units_needed(level)
    assert np.isfinite(conformal.quantile(np.ones((n, 1)), level)).all()
    assert np.isinf(conformal.quantile(np.ones((n - 1, 1)), level)).all()


def test_classes_have_their_own_widths_and_say_when_they_are_too_small():
    scores = np.r_[np.arange(1.0, 21), np.arange(10.0, 210, 10), [3.0]][:, None]
    classes = np.repeat([0, 1, 2], [20, 20, 1])
    widths, n_units = conformal.widths_by_class(scores, np.arange(41), classes, 3, 0.9)
    assert widths[:, 0].tolist() == [19, 190, np.inf]
    assert n_units.tolist() == [20, 20, 1]


def test_coverage_counts_the_readouts_inside():
    truth = np.array([[0.0, 1, 2, 3]])
    np.testing.assert_allclose(conformal.coverage(truth, truth * 0, truth * 0 + 1.5), [0.5])
