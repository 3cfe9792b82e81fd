"""Dynamic range: a metric without room between mean and replicate is barred, one with room places a model."""

import numpy as np
import pytest

from workbench.errors import InputError
from workbench.evaluation.dynamic_range import dynamic_range, position

RNG = np.random.default_rng(0)


def test_room_is_a_share_of_the_way_to_the_best():
    limits = dynamic_range(np.full(40, 0.5), RNG.normal(0.7, 0.01, 40), best=1.0)
    assert limits.ranks
    assert limits.fraction == pytest.approx(0.4, abs=0.01)
    assert limits.low < limits.room < limits.high
    assert limits.n == 40
    assert position(0.6, limits) == pytest.approx(0.5, abs=0.02)


def test_a_replicate_that_does_not_beat_the_mean_bars_the_metric():
    limits = dynamic_range(RNG.normal(0.22, 0.1, 40), RNG.normal(0.09, 0.1, 40), best=1.0)
    assert not limits.ranks
    assert limits.fraction < 0
    assert np.isnan(position(0.3, limits))


def test_an_error_falls_from_mean_to_replicate():
    limits = dynamic_range(RNG.normal(0.72, 0.05, 40), RNG.normal(0.4, 0.05, 40), best=0.0, better="lower")
    assert limits.ranks
    assert position(limits.negative, limits) == pytest.approx(0)
    assert position(limits.positive, limits) == pytest.approx(1)


def test_strange_directions_and_unequal_units_are_refused():
    with pytest.raises(InputError, match="sideways"):
        dynamic_range(np.ones(3), np.ones(3), best=1.0, better="sideways")
    with pytest.raises(InputError, match="equal lengths"):
        dynamic_range(np.ones(3), np.ones(4), best=1.0)
