"""The suite: units are averaged first, intervals hold the value, coverage counts."""

import numpy as np
import pytest

from workbench.evaluation import suite

RNG = np.random.default_rng(0)


def test_units_count_once_however_many_rows_they_have():
    values, units = np.array([1.0, 1, 1, 4]), np.array(["a", "a", "a", "b"])
    np.testing.assert_allclose(suite.by_unit(values, units), [1, 4])


def test_scores_are_a_row_a_unit():
    truth = RNG.normal(size=(6, 20))
    units = np.array(["a", "a", "b", "c", "c", "d"])
    scores = suite.score_units(truth, truth, truth.mean(axis=0), units)
    assert {name: len(values) for name, values in scores.items()} == {"rdmean": 4, "pds": 4, "mae": 4}
    np.testing.assert_allclose(scores["rdmean"], 1)


def test_the_interval_holds_the_value_and_names_n():
    row = suite.summary(RNG.normal(size=50), "rdmean")
    assert row["low"] < row["value"] < row["high"]
    assert row["n"] == 50


def test_coverage_by_unit():
    truth = np.zeros((2, 4))
    low, high = np.full((2, 4), -1.0), np.array([[1.0] * 4, [-0.5] * 4])
    np.testing.assert_allclose(suite.coverage_units(truth, low, high, np.array(["a", "b"])), [1, 0])
    assert pytest.approx(1) == suite.coverage_units(truth, low, -low, np.array(["a", "b"])).mean()
