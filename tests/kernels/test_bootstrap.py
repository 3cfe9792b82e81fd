import numpy as np
import pytest

from workbench.errors import InputError
from workbench.kernels.bootstrap import (
    bootstrap_correlation,
    bootstrap_difference,
    bootstrap_groups,
    bootstrap_mean,
    bootstrap_median,
)


def test_interval_covers_the_planted_mean_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    hits = 0
    for i in range(200):
        _, low, high = bootstrap_mean(rng.normal(1.0, 2.0, 60), level=0.9, n_draws=400, seed=i)
        hits += low <= 1.0 <= high
    assert 165 <= hits <= 195


def test_same_seed_same_interval_and_missing_values_are_left_out() -> None:
    values = np.array([1.0, 2, 3, np.nan])
    assert bootstrap_mean(values, seed=3) == bootstrap_mean(values[:3], seed=3)
    assert bootstrap_mean(np.ones(4)) == (1.0, 1.0, 1.0)


def test_paired_difference_uses_pairs() -> None:
    old = np.random.default_rng(0).normal(0, 10, 50)
    difference, low, high = bootstrap_difference(old + 1, old)
    assert difference == pytest.approx(1)
    assert high - low < 1e-9
    with pytest.raises(InputError, match="equal lengths"):
        bootstrap_difference(old, old[:3])


def test_no_values_is_an_error() -> None:
    with pytest.raises(InputError, match="0 values"):
        bootstrap_mean(np.array([np.nan]))


def test_values_of_one_group_widen_the_interval_and_single_values_do_not() -> None:
    values = np.random.default_rng(0).normal(size=50)
    alone = bootstrap_groups(values, np.arange(50))
    repeated = bootstrap_groups(np.repeat(values, 10), np.repeat(np.arange(50), 10))
    np.testing.assert_allclose(repeated, alone)  # ten copies of a value teach nothing
    plain = bootstrap_mean(np.repeat(values, 10))
    assert plain[2] - plain[1] < 0.5 * (alone[2] - alone[1])
    with pytest.raises(InputError, match="Got none"):
        bootstrap_groups(np.zeros(0), np.zeros(0))


def test_the_interval_of_a_median_covers_the_planted_one_about_as_often_as_it_says() -> None:
    covered = 0
    for seed in range(100):
        values = np.append(np.random.default_rng(seed).exponential(size=60), np.nan)
        median, low, high = bootstrap_median(values, n_draws=200, seed=seed)
        assert median == np.nanmedian(values)
        covered += low <= np.log(2) <= high
    assert 85 <= covered <= 100
    with pytest.raises(InputError, match="Got 0 values"):
        bootstrap_median(np.array([np.nan]))


def test_a_correlation_over_groups_is_pearsons_and_wider_when_groups_repeat():
    rng = np.random.default_rng(0)
    x = rng.normal(size=60)
    y = x + rng.normal(size=60)
    r, low, high = bootstrap_correlation(x, y, np.arange(60))
    assert r == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert low < r < high
    repeated = bootstrap_correlation(np.repeat(x, 4), np.repeat(y, 4), np.repeat(np.arange(60), 4))
    assert repeated == pytest.approx((r, low, high))  # four copies are no new evidence
    assert bootstrap_correlation(x, np.ones(60), np.arange(60)) == (0.0, 0.0, 0.0)
    with pytest.raises(InputError, match="three pairs"):
        bootstrap_correlation(x[:2], y[:2], np.arange(2))
