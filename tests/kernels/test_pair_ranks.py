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
    values, sides = pair_order_statistics(units, ranks, right, left, block=block)
    products = np.einsum("ij,ij->i", units[left], units[right])
    np.testing.assert_array_equal(values, np.sort(products)[ranks])  # to the last bit
    np.testing.assert_array_equal(sides, np.sign(products - values[:, None]))


@settings(max_examples=20, deadline=None)
@given(st.integers(20, 120), st.floats(1e-9, 1e-5), st.integers(0, 10_000))
def test_pairs_nearer_than_single_precision_are_told_apart(n_rows: int, apart: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    units = np.full((n_rows, 40), 1 / np.sqrt(40)) + apart * rng.normal(size=(n_rows, 40))
    left, right = np.triu_indices(n_rows, k=1)
    products = np.einsum("ij,ij->i", units[left], units[right])
    ranks = [len(left) // 20, len(left) // 2, len(left) * 19 // 20]
    values, sides = pair_order_statistics(units, ranks, left, right)
    np.testing.assert_array_equal(values, np.sort(products)[ranks])
    np.testing.assert_array_equal(sides, np.sign(products - values[:, None]))


def test_a_bracket_that_misses_is_widened() -> None:
    """One row unlike all others: its 399 pairs are 0.5 % of the pairs and may be absent from a sample's edge."""
    units = np.ones((400, 3))
    units[0] = -1
    values, _ = pair_order_statistics(units, [0, 398, 399, 79_799], np.zeros(0, int), np.zeros(0, int))
    assert values.tolist() == [-3, -3, 3, 3]


def test_ranks_that_do_not_exist_are_named() -> None:
    with pytest.raises(InputError, match="ranks"):
        pair_order_statistics(np.eye(3), [3], np.zeros(0, int), np.zeros(0, int))
