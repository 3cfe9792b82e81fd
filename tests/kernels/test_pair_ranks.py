import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.kernels.pair_ranks import pair_order_statistics


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 90), st.integers(1, 5), st.integers(1, 40), st.booleans(), st.randoms(use_true_random=False))
def test_ranks_equal_sorting_all_pairs_with_and_without_ties(n_rows, d, block, coarse, random) -> None:
    rng = np.random.default_rng(random.randrange(10_000))
    units = rng.normal(size=(n_rows, d))
    if coarse:  # a few values only, so that nearly everything is tied
        units = np.sign(units.round(0))
    n_pairs = n_rows * (n_rows - 1) // 2
    ranks = sorted({0, n_pairs - 1, n_pairs // 20, n_pairs // 2, (n_pairs * 19) // 20} - {n_pairs})
    left, right = np.triu_indices(n_rows, k=1)
    values, asked = pair_order_statistics(units, ranks, right, left, block=block)
    np.testing.assert_allclose(asked, (units @ units.T)[left, right], atol=1e-12)
    np.testing.assert_array_equal(values, np.sort(asked)[ranks])  # to the last bit: both come from the same products


def test_a_bracket_that_misses_is_widened() -> None:
    """One row unlike all others: its 399 pairs are 0.5 % of the pairs and may be absent from a sample's edge."""
    units = np.ones((400, 3))
    units[0] = -1
    values, _ = pair_order_statistics(units, [0, 398, 399, 79_799], np.zeros(0, int), np.zeros(0, int))
    assert values.tolist() == [-3, -3, 3, 3]


def test_ranks_that_do_not_exist_are_named() -> None:
    with pytest.raises(InputError, match="ranks"):
        pair_order_statistics(np.eye(3), [3], np.zeros(0, int), np.zeros(0, int))
