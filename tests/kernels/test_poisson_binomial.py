"""Counts of unlike chances: the binomial where they are alike, certainty, and brute force."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from workbench.errors import InputError
from workbench.kernels.poisson_binomial import count_band, count_distribution


@given(st.integers(0, 1000).map(lambda k: k / 1000), st.integers(0, 40))  # SciPy overflows at 1e-300
def test_equal_chances_are_binomial(chance, n):
    np.testing.assert_allclose(
        count_distribution(np.full(n, chance)), binom.pmf(np.arange(n + 1), n, chance), atol=1e-12
    )


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_it_is_the_sum_over_all_outcomes(chances):
    expected = np.zeros(len(chances) + 1)
    for outcome in product((0, 1), repeat=len(chances)):
        expected[sum(outcome)] += np.prod([p if hit else 1 - p for p, hit in zip(chances, outcome, strict=True)])
    np.testing.assert_allclose(count_distribution(np.array(chances)), expected, atol=1e-12)


@given(st.lists(st.floats(0, 1), max_size=30), st.sampled_from([0.5, 0.9, 0.95]))
def test_the_band_holds_its_share(chances, level):
    mean, low, high = count_band(np.array(chances), level)
    assert 0 <= low <= high <= len(chances)
    assert count_distribution(np.array(chances))[low : high + 1].sum() >= level - 1e-9
    assert mean == pytest.approx(sum(chances))


def test_certainty_and_nonsense():
    assert count_band(np.ones(3)) == (3.0, 3, 3)
    assert count_band(np.zeros(0)) == (0.0, 0, 0)
    with pytest.raises(InputError, match="between 0 and 1"):
        count_distribution(np.array([0.5, 1.2]))
