"""Calibration: CRPS against the integral that defines it, spread against error."""

import numpy as np
import pytest
from scipy.stats import norm

from workbench.errors import InputError
from workbench.evaluation import calibration

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("seed", range(5))
def test_crps_is_the_integral_of_the_squared_distance_of_distributions(seed):
    rng = np.random.default_rng(seed)
    mean, spread, truth = rng.uniform(-5, 5), rng.uniform(0.05, 5), rng.uniform(-10, 10)
    x = np.linspace(-60, 60, 400_001)
    expected = np.trapezoid(np.square(norm.cdf(x, mean, spread) - (x >= truth)), x)
    found = calibration.crps_gaussian(*(np.array([[value]]) for value in (mean, spread, truth)))[0]
    assert found == pytest.approx(expected, abs=5e-4)


def test_without_spread_it_is_the_absolute_error_and_the_true_spread_is_best():
    truth = RNG.normal(0, 2, (5, 4000))
    zero = np.zeros_like(truth)
    np.testing.assert_allclose(calibration.crps_gaussian(zero, zero, truth), np.abs(truth).mean(axis=1))
    by_spread = [calibration.crps_gaussian(zero, np.full_like(truth, s), truth).mean() for s in (1, 2, 4)]
    assert np.argmin(by_spread) == 1
    with pytest.raises(InputError, match="not negative"):
        calibration.crps_gaussian(zero, zero - 1, truth)


def test_error_follows_an_honest_spread_and_not_a_shuffled_one():
    spread = RNG.uniform(0.2, 3, (20, 200))
    error = RNG.normal(0, spread)
    assert calibration.spread_correlation(error, spread).mean() > 0.5
    shuffled = RNG.permuted(spread, axis=1)
    assert abs(calibration.spread_correlation(error, shuffled).mean()) < 0.05
    assert calibration.spread_correlation(error, np.ones_like(spread)).tolist() == [0.0] * 20


def test_width_is_the_mean_over_readouts():
    assert calibration.interval_width(np.zeros((2, 3)), np.array([[1.0, 2, 3], [2, 2, 2]])).tolist() == [2.0, 2.0]
