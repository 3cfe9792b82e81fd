"""Sums of singles: the strongest single counts, an absent one is the mean, a planted quadratic is found."""

import numpy as np

from workbench.models.layers.single_sums import (
    quadratic_of_sums,
    rows_of_singles,
    single_responses,
    sum_of_singles,
)

INPUTS = np.array([[-0.5, 0, 0], [-1.0, 0, 0], [0, -1.0, 0], [-1.0, -1.0, 0], [0, -1.0, -1.0]])


def test_the_strongest_single_counts_and_an_absent_one_is_the_mean():
    targets = np.arange(10.0).reshape(5, 2)
    singles, rows = single_responses(INPUTS, targets)
    np.testing.assert_array_equal(rows, [1, 2, -1])
    np.testing.assert_array_equal(singles, [targets[1], targets[2], targets.mean(axis=0)])
    np.testing.assert_array_equal(sum_of_singles(INPUTS[3:4], singles)[0], targets[1] + targets[2])
    np.testing.assert_array_equal(rows_of_singles(INPUTS[3:], rows, 5), [[0, 1, 1, 0, 0], [0, 0, 1, 0, 0]])


def test_a_planted_quadratic_is_found_and_without_combinations_it_is_the_sum():
    rng = np.random.default_rng(0)
    inputs = np.concatenate([np.eye(6), [np.eye(6)[i] + np.eye(6)[j] for i in range(6) for j in range(i)]])
    singles = rng.normal(size=(6, 3))
    total = inputs @ singles
    targets = np.concatenate([singles, 0.1 + 0.8 * total[6:] - 0.3 * total[6:] ** 2])
    np.testing.assert_allclose(quadratic_of_sums(inputs, targets, singles), [-0.3, 0.8, 0.1], atol=1e-10)
    np.testing.assert_array_equal(quadratic_of_sums(inputs[:6], singles, singles), [0, 1, 0])
