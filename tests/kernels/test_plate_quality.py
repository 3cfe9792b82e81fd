import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataQualityError, InputError
from workbench.kernels.plate_quality import (
    controls_differ,
    plate_quality,
    position_effects,
    project_on_controls,
    ssmd,
    z_prime,
    z_prime_robust,
)

POSITIVE, NEGATIVE = np.array([9.0, 10.0, 11.0]), np.array([-2.0, 0.0, 2.0])


def test_the_three_measures_by_hand() -> None:
    """Means 10 and 0, sd 1 and 2, medians 10 and 0, MAD 1 and 2."""
    assert z_prime(POSITIVE, NEGATIVE) == pytest.approx(1 - 3 * (1 + 2) / 10)
    assert z_prime_robust(POSITIVE, NEGATIVE) == pytest.approx(1 - 3 * 1.4826 * (1 + 2) / 10, abs=1e-5)
    assert ssmd(POSITIVE, NEGATIVE) == pytest.approx(10 / np.sqrt(5))
    assert ssmd(NEGATIVE, POSITIVE) == pytest.approx(-10 / np.sqrt(5))


def test_planted_gaussians_give_their_own_measures() -> None:
    rng = np.random.default_rng(0)
    positive, negative = rng.normal(20, 1, 40_000), rng.normal(0, 2, 40_000)
    assert z_prime(positive, negative) == pytest.approx(1 - 9 / 20, abs=0.01)
    assert z_prime_robust(positive, negative) == pytest.approx(1 - 9 / 20, abs=0.01)
    assert ssmd(positive, negative) == pytest.approx(20 / np.sqrt(5), abs=0.1)


def test_one_broken_well_moves_the_robust_version_little() -> None:
    rng = np.random.default_rng(0)
    positive, negative = rng.normal(10, 1, 30), rng.normal(0, 1, 30)
    before, robust = z_prime(positive, negative), z_prime_robust(positive, negative)
    positive[0] = 500
    assert before - z_prime(positive, negative) > 1
    assert abs(robust - z_prime_robust(positive, negative)) < 0.1


@given(seed=st.integers(0, 500), scale=st.floats(0.01, 100), shift=st.floats(-100, 100))
@settings(max_examples=40, deadline=None)
def test_units_and_names_of_the_two_kinds_do_not_matter(seed: int, scale: float, shift: float) -> None:
    rng = np.random.default_rng(seed)
    positive, negative = rng.normal(5, 1, 8), rng.normal(0, 1, 9)
    for measure in (z_prime, z_prime_robust):
        assert measure(positive, negative) <= 1
        assert measure(scale * positive + shift, scale * negative + shift) == pytest.approx(
            measure(positive, negative), rel=1e-6
        )
        assert measure(negative, positive) == pytest.approx(measure(positive, negative))
    assert ssmd(-positive, -negative) == pytest.approx(-ssmd(positive, negative))


def test_plates_are_judged_apart_and_one_without_controls_says_so() -> None:
    rng = np.random.default_rng(0)
    plate = np.repeat(["a", "b", "c"], 24)
    positive = np.tile(np.arange(24) < 8, 3) & (plate != "c")
    negative = np.tile((np.arange(24) >= 8) & (np.arange(24) < 16), 3)
    readout = rng.normal(size=72) + 12 * positive * (plate == "a") + 2 * positive * (plate == "b")
    good, poor, empty = plate_quality(readout, plate, positive, negative)
    assert good.z_prime == pytest.approx(
        z_prime(readout[(plate == "a") & positive], readout[(plate == "a") & negative])
    )
    assert good.low < good.z_prime < good.high
    assert good.low > 0 > poor.z_prime
    assert (empty.n_positive, empty.n_negative) == (0, 8)
    assert np.isnan(empty.z_prime)
    again = plate_quality(readout, plate, positive, negative)
    assert again[0] == good


def test_an_axis_fitted_on_the_plate_itself_would_flatter_noise() -> None:
    """Controls without any difference in 50 dimensions: fitted on itself a plate looks separated, on others it does not."""
    rng = np.random.default_rng(0)
    plate = np.repeat([f"p{i}" for i in range(8)], 16)
    positive = np.tile(np.arange(16) < 8, 8)
    values = rng.normal(size=(128, 50))
    honest = project_on_controls(values, plate, positive, ~positive)
    crossed = [
        ssmd(honest[(plate == name) & positive], honest[(plate == name) & ~positive]) for name in np.unique(plate)
    ]
    flattered = []
    for name in np.unique(plate):
        mine = plate == name
        axis = values[mine & positive].mean(axis=0) - values[mine & ~positive].mean(axis=0)
        flattered.append(ssmd(values[mine & positive] @ axis, values[mine & ~positive] @ axis))
    assert np.mean(flattered) > 2 > 0.5 > abs(np.mean(crossed))
    values[positive] += 3
    shifted = project_on_controls(values, plate, positive, ~positive)
    assert shifted[positive].mean() == pytest.approx(1, abs=0.1)
    assert shifted[~positive].mean() == pytest.approx(0, abs=0.1)
    assert min(row.z_prime for row in plate_quality(shifted, plate, positive, ~positive)) > 0.3


def test_what_cannot_be_judged_is_named() -> None:
    with pytest.raises(DataQualityError, match="Got 1 and 3"):
        z_prime(POSITIVE[:1], NEGATIVE)
    with pytest.raises(InputError, match="not finite"):
        ssmd(np.array([1, np.nan]), NEGATIVE)
    assert z_prime(np.ones(3), np.ones(3)) == -np.inf
    assert ssmd(np.ones(3), np.ones(3)) == 0
    assert ssmd(np.ones(3), np.zeros(3)) == np.inf
    assert z_prime(np.ones(3), np.zeros(3)) == 1
    marks = np.array([True, True, False, False])
    with pytest.raises(InputError, match="2 wells are both controls"):
        plate_quality(np.arange(4.0), np.array(list("aaaa")), marks, marks)
    with pytest.raises(DataQualityError, match="no plate but 'a'"):
        project_on_controls(np.eye(4), np.array(list("aaaa")), marks, ~marks)
    with pytest.raises(DataQualityError, match="coincide on all plates but 'a'"):
        project_on_controls(np.ones((4, 2)), np.array(list("abab")), marks, ~marks)


def test_position_effects_are_shares_of_variance_with_a_uniform_null() -> None:
    """R squared of a one-way analysis of variance where there is one readout; p uniform without an effect."""
    rng = np.random.default_rng(5)
    groups = np.repeat(np.arange(8), 12)
    strata = np.zeros(96, dtype=int)
    values = rng.normal(size=(96, 1)) + 0.5 * (np.arange(8) - 3.5)[groups][:, None]
    centred = values[:, 0] - values.mean()
    between = sum(12 * centred[groups == g].mean() ** 2 for g in range(8)) / (centred**2).sum()
    found = position_effects(values, {"row": groups}, strata)["row"]
    assert found.share == pytest.approx(between)
    assert found.p < 0.02
    assert found.n == 96
    drawn = [
        position_effects(rng.normal(size=(96, 3)), {"row": groups}, strata, n_draws=60)["row"].p for _ in range(60)
    ]
    assert 0.35 < np.mean(drawn) < 0.65
    wide = position_effects(rng.normal(size=(96, 400)) + np.sin(groups)[:, None], {"row": groups}, strata)["row"]
    assert wide.p < 0.02
    assert np.isnan(position_effects(values, {"row": np.zeros(96)}, strata)["row"].share)
    with pytest.raises(InputError, match="need a group and a stratum"):
        position_effects(values, {"row": groups[:5]}, strata)


def two_kinds(rng: np.random.Generator, shift: float, n_plates: int = 4) -> tuple[np.ndarray, ...]:
    """Two positive and twelve negative wells a plate, plates far apart; 30 readouts of which a third are shifted."""
    plate = np.repeat([f"P{i}" for i in range(n_plates)], 14)
    positive = np.tile([True] * 2 + [False] * 12, n_plates)
    values = rng.normal(size=(len(plate), 30)) + 20 * rng.normal(size=(n_plates, 30)).repeat(14, axis=0)
    values[positive, :10] += shift
    return values, plate, positive, ~positive


def test_controls_that_differ_a_little_are_told_on_all_plates_together() -> None:
    assert controls_differ(*two_kinds(np.random.default_rng(0), 1.5)) < 0.01
    assert np.isnan(controls_differ(np.zeros((3, 2)), np.array(["a"] * 3), np.zeros(3, bool), np.ones(3, bool)))


def test_p_of_controls_is_uniform_where_there_is_nothing() -> None:
    p = [controls_differ(*two_kinds(np.random.default_rng(i), 0.0), n_draws=99, seed=i) for i in range(200)]
    assert abs(np.mean(p) - 0.5) < 0.08
    assert np.mean(np.array(p) <= 0.1) == pytest.approx(0.1, abs=0.06)


def test_units_of_readouts_and_levels_of_plates_do_not_matter() -> None:
    values, plate, positive, negative = two_kinds(np.random.default_rng(1), 0.6)
    changed = values * np.geomspace(1e-3, 1e3, 30) + np.array([int(name[1]) for name in plate])[:, None] * 7.0
    assert controls_differ(values, plate, positive, negative) == controls_differ(changed, plate, positive, negative)
