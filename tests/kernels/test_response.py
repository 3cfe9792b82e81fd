import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from workbench.errors import DataQualityError
from workbench.kernels.response import against_controls, control_sd, error_draws, mean_pairwise_correlation, summarise

RNG = np.random.default_rng(0)
PLATES = np.repeat(["p1", "p2"], 10)
CONTROLS = np.tile(np.arange(10) < 4, 2)


def test_a_planted_change_is_found_whatever_the_plate_adds() -> None:
    change = RNG.normal(size=30)
    values = RNG.normal(scale=1e-3, size=(20, 30)) + np.where(PLATES == "p1", 5.0, -7.0)[:, None]
    values[~CONTROLS] += change
    found = summarise(against_controls(values, PLATES, CONTROLS)[~CONTROLS], np.repeat("x", 12))
    np.testing.assert_allclose(found.delta[0], change, atol=2e-3)
    assert found.n.tolist() == [12]
    assert found.agreement[0] > 0.999


def test_controls_are_zero_on_average_on_each_plate() -> None:
    delta = against_controls(RNG.normal(size=(20, 5)), PLATES, CONTROLS)
    for plate in ("p1", "p2"):
        np.testing.assert_allclose(delta[CONTROLS & (plate == PLATES)].mean(axis=0), 0, atol=1e-12)


def test_order_of_wells_does_not_matter() -> None:
    values, groups = RNG.normal(size=(20, 5)), np.array(list("abcde" * 4))
    order = RNG.permutation(20)
    one = summarise(against_controls(values, PLATES, CONTROLS), groups)
    two = summarise(against_controls(values[order], PLATES[order], CONTROLS[order]), groups[order])
    assert one.groups.tolist() == two.groups.tolist()
    for a, b in zip(one[1:], two[1:], strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)


def test_standard_error_and_agreement_are_those_of_scipy() -> None:
    delta = RNG.normal(size=(4, 50)) + RNG.normal(size=50)
    found = summarise(delta, np.array(["x"] * 4))
    np.testing.assert_allclose(found.standard_error[0], stats.sem(delta, axis=0))
    pairs = [stats.pearsonr(delta[i], delta[j])[0] for i in range(4) for j in range(i)]
    assert found.agreement[0] == pytest.approx(np.mean(pairs))


def test_one_replicate_has_no_error_and_no_agreement() -> None:
    found = summarise(RNG.normal(size=(1, 3)), np.array(["x"]))
    assert np.isnan(found.standard_error).all()
    assert np.isnan(found.agreement).all()


def test_replicates_without_spread_are_left_out_of_the_agreement() -> None:
    block = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [5.0, 5.0, 5.0]])
    assert mean_pairwise_correlation(block) == pytest.approx(1.0)
    assert np.isnan(mean_pairwise_correlation(block[2:]))
    assert np.isnan(mean_pairwise_correlation(np.ones((2, 3))))


@pytest.mark.parametrize("n", [0, 1])
def test_a_plate_with_too_few_controls_is_named(n: int) -> None:
    controls = CONTROLS & (PLATES == "p1") | ((PLATES == "p2") & (np.arange(20) < 10 + n))
    with pytest.raises(DataQualityError, match=f"plate p2 has {n} negative control"):
        against_controls(RNG.normal(size=(20, 2)), PLATES, controls)


@given(st.lists(st.floats(-1e3, 1e3), min_size=6, max_size=6), st.floats(-1e3, 1e3))
def test_adding_a_constant_to_a_plate_changes_nothing(row: list[float], shift: float) -> None:
    values = np.array(row).reshape(3, 2)
    plates, controls = np.array(["p"] * 3), np.array([True, True, False])
    one, two = against_controls(values, plates, controls), against_controls(values + shift, plates, controls)
    np.testing.assert_allclose(one, two, atol=1e-9)


def test_an_error_draw_has_the_variance_of_the_mean():
    rng = np.random.default_rng(0)
    for n in (2, 3, 5):
        groups = np.repeat(np.arange(4000), n)
        delta = rng.normal(size=(len(groups), 1))
        assert abs(error_draws(delta, groups).var() * n - 1) < 0.1
    assert np.isnan(error_draws(np.ones((1, 2)), np.zeros(1))).all()


def test_the_scale_of_controls_is_pooled_within_plates_and_ignores_shifts_between_them():
    rng = np.random.default_rng(0)
    plates, is_control = np.repeat(["a", "b"], 200), np.tile([True, False], 200)
    values = rng.normal(size=(400, 3)) * [1.0, 1000.0, 0.0] + np.array([0.0, 5e4, 7.0])
    values[plates == "b"] += 1e5
    values[~is_control] *= 3
    sd = control_sd(values, plates, is_control)
    np.testing.assert_allclose(sd[:2], [1.0, 1000.0], rtol=0.15)
    assert sd[2] == 1.0
