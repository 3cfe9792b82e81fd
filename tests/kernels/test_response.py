"""Change against matched controls: by hand, by invariance, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import DataQualityError
from workbench.kernels.response import against_controls, mean_pairwise_correlation, summarise

PLATES = np.array(["a"] * 4 + ["b"] * 4)
CONTROL = np.array([True, True, False, False] * 2)


def test_delta_is_against_the_controls_of_the_same_plate():
    values = np.array([[1.0], [3], [5], [7], [10], [20], [15], [25]])
    delta = against_controls(values, PLATES, CONTROL)
    np.testing.assert_allclose(delta[:, 0], [-1, 1, 3, 5, -5, 5, 0, 10])


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_a_plate_offset_changes_nothing(one, other):
    values = np.random.default_rng(0).normal(size=(8, 3))
    shifted = values + np.where(PLATES == "a", one, other)[:, None]
    np.testing.assert_allclose(
        against_controls(shifted, PLATES, CONTROL), against_controls(values, PLATES, CONTROL), atol=1e-9
    )


def test_a_plate_without_two_controls_is_refused_by_name():
    with pytest.raises(DataQualityError, match=r"plate b has 1 negative control"):
        against_controls(np.zeros((8, 1)), PLATES, np.array([True, True, False, False, True, False, False, False]))


def test_summary_equals_numpy_group_by_group():
    rng = np.random.default_rng(1)
    delta, groups = rng.normal(size=(7, 5)), np.array(["x", "y", "x", "z", "y", "x", "y"])
    found = summarise(delta, groups)
    assert list(found.groups) == ["x", "y", "z"]
    for i, name in enumerate(found.groups):
        block = delta[groups == name]
        np.testing.assert_allclose(found.delta[i], block.mean(axis=0))
        assert found.n[i] == len(block)
        if len(block) > 1:
            np.testing.assert_allclose(found.standard_error[i], block.std(axis=0, ddof=1) / np.sqrt(len(block)))
            pairs = np.corrcoef(block)[np.triu_indices(len(block), 1)]
            assert found.agreement[i] == pytest.approx(pairs.mean())
    assert np.isnan(found.standard_error[2]).all()
    assert np.isnan(found.agreement[2])


def test_agreement_of_identical_and_opposite_rows():
    row = np.arange(5.0)
    assert mean_pairwise_correlation(np.stack([row, 2 * row + 1])) == pytest.approx(1)
    assert mean_pairwise_correlation(np.stack([row, -row])) == pytest.approx(-1)
    assert np.isnan(mean_pairwise_correlation(row[None]))
