"""Energy distance: the facts' values on real cells, both forms, bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import DataQualityError
from workbench.evaluation.energy_distance import distance_agreement, distances_from_control, energy_distance


def test_two_points_each_by_hand():
    x, y = np.array([[0.0], [1.0]]), np.array([[2.0], [3.0]])
    assert energy_distance(x, y) == pytest.approx(3.0)
    assert energy_distance(x, y, unbiased=True) == pytest.approx(2.0)


def test_real_perturbations_against_their_controls(norman):
    cells = norman[0]
    names = np.array(["KLF1", "MAPK1", "TMSB4X", "SGK1+TBX3", "PTPN12+PTPN9"])
    found = distances_from_control(cells.values, cells.labels, names, "control")
    np.testing.assert_allclose(found, [1.067, 0.868, 1.362, 3.127, 1.317], atol=1e-3)
    found = distances_from_control(cells.values, cells.labels, names, "control", unbiased=True)
    np.testing.assert_allclose(found, [0.998, 0.795, 1.290, 3.048, 1.243], atol=1e-3)


def test_halves_of_the_same_cells_are_apart_only_in_the_v_statistic(norman):
    controls = norman[0].values[norman[0].labels == "control"]
    assert energy_distance(controls[::2], controls[1::2]) == pytest.approx(0.122, abs=1e-3)
    assert energy_distance(controls[::2], controls[1::2], unbiased=True) == pytest.approx(-0.021, abs=1e-3)


@given(st.integers(0, 500), st.integers(2, 12), st.integers(2, 12))
def test_it_is_symmetric_never_negative_and_ignores_shifts(seed, n, m):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, 4)), rng.normal(size=(m, 4)) + rng.normal()
    found = energy_distance(x, y)
    assert found >= -1e-12
    assert energy_distance(y, x) == pytest.approx(found)
    assert energy_distance(x + 7, y + 7) == pytest.approx(found)
    assert energy_distance(x, x) == pytest.approx(0, abs=1e-12)


def test_agreement_of_constant_distances_is_undefined_and_too_few_cells_are_refused():
    assert np.isnan(distance_agreement(np.array([1.0, 2, 3]), np.array([5.0, 5, 5])))
    assert distance_agreement(np.array([1.0, 2, 3]), np.array([2.0, 4, 6])) == pytest.approx(1)
    with pytest.raises(DataQualityError, match="2 cells a group; got 1 and 3"):
        energy_distance(np.zeros((1, 2)), np.zeros((3, 2)), unbiased=True)
