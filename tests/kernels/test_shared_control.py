"""The noise of a shared control: equal to the evaluation's check on leave-one-gene-out folds, none without noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.evaluation.control_check import check_controls
from workbench.evaluation.split import Fold
from workbench.kernels.shared_control import shared_control


@given(st.integers(0, 10_000), st.integers(2, 6))
def test_it_equals_leave_one_unit_out_of_the_evaluation(seed: int, n_units: int) -> None:
    rng = np.random.default_rng(seed)
    units = np.concatenate([np.arange(n_units), rng.integers(0, n_units, 6)])
    first, second = rng.normal(size=(2, len(units), 9))
    folds = [
        Fold(str(unit), np.flatnonzero(units != unit), np.flatnonzero(units == unit)) for unit in range(n_units)
    ]  # fmt: skip
    wanted = check_controls(first, second, folds)
    found = shared_control(first, second, units)
    assert found.n == wanted.n
    assert (found.same, found.disjoint) == pytest.approx((wanted.same, wanted.disjoint), abs=1e-9)


def test_planted_control_noise_is_found_and_absent_noise_is_not() -> None:
    rng = np.random.default_rng(0)
    own, noise = rng.normal(size=(60, 400)), rng.normal(size=(2, 1, 400))
    clean = shared_control(own, own, np.arange(60))
    noisy = shared_control(own - noise[0], own - noise[1], np.arange(60))
    assert clean.same == clean.disjoint
    assert noisy.same > 0.6
    assert abs(noisy.disjoint) < 0.1


def test_one_unit_has_no_others() -> None:
    found = shared_control(np.ones((3, 4)), np.ones((3, 4)), np.array(["A", "A", "A"]))
    assert (found.n, np.isnan(found.same)) == (0, True)
