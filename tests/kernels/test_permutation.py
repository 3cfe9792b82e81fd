import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from workbench.errors import InputError
from workbench.kernels.permutation import benjamini_hochberg, p_lower, p_two_sided, p_upper, shuffle_within


def test_p_counts_the_observation_and_is_never_zero() -> None:
    null = np.arange(9)
    np.testing.assert_allclose(p_upper(np.array([100, 8, -1]), null), [0.1, 0.2, 1.0])
    np.testing.assert_allclose(p_lower(np.array([-1, 0, 100]), null), [0.1, 0.2, 1.0])
    np.testing.assert_allclose(p_two_sided(np.array([100, 4]), null), [0.2, 1.0])
    assert np.isnan(p_upper(np.array([np.nan]), null)[0])


def test_an_empty_or_broken_null_is_refused() -> None:
    with pytest.raises(InputError, match="0 values"):
        p_upper(np.array([1.0]), np.array([]))
    with pytest.raises(InputError, match="finite"):
        p_upper(np.array([1.0]), np.array([1.0, np.nan]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=60))
def test_q_values_equal_scipy(p: list[float]) -> None:
    np.testing.assert_allclose(benjamini_hochberg(np.array(p)), stats.false_discovery_control(p, method="bh"))


def test_missing_p_values_are_not_counted() -> None:
    q = benjamini_hochberg(np.array([0.01, np.nan, 0.02]))
    np.testing.assert_allclose(q[[0, 2]], [0.02, 0.02])
    assert np.isnan(q[1])


def test_labels_move_only_within_their_group() -> None:
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(5), 20)
    labels = np.arange(100)
    shuffled = shuffle_within(labels, groups, rng)
    assert (shuffled // 20 == groups).all()
    assert not (shuffled == labels).all()
    assert sorted(shuffled.tolist()) == labels.tolist()
