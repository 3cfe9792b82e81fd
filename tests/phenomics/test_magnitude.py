import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.phenomics.referee import efaar, is_here
from workbench.errors import DataQualityError, InputError
from workbench.phenomics.magnitude import energy_distance, magnitude_against, perturbation_magnitude, shift_norm


def screen(shift: float, n: int = 80, n_controls: int = 200, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Six wells a perturbation, the first half moved away from the controls."""
    rng = np.random.default_rng(seed)
    code = np.repeat(np.arange(n), 6)
    direction = rng.normal(size=(n, 8)) * (np.arange(n) < n // 2)[:, None]
    values = np.vstack([shift * direction[code] + rng.normal(size=(len(code), 8)), rng.normal(size=(n_controls, 8))])
    entity = np.array([f"p{i:02d}" for i in code] + ["control"] * n_controls)
    return values, entity, entity == "control"


def plain(x: np.ndarray, y: np.ndarray) -> float:
    """The definition pair by pair."""
    mean = lambda a, b: np.mean([[np.sqrt(np.sum((u - v) ** 2)) for v in b] for u in a])
    return 2 * mean(x, y) - mean(x, x) - mean(y, y)


def test_energy_distance_by_hand_and_by_definition() -> None:
    assert energy_distance(np.array([[0.0]]), np.array([[3.0]])) == 6
    assert energy_distance(np.array([[0.0], [2.0]]), np.array([[1.0]])) == pytest.approx(2 * 1 - 1)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 4)), rng.normal(size=(9, 4)) + 1
    assert energy_distance(x, y) == pytest.approx(plain(x, y), abs=1e-12)


@given(seed=st.integers(0, 1000), shift=st.floats(-5, 5))
@settings(max_examples=30, deadline=None)
def test_energy_distance_is_symmetric_not_negative_and_blind_to_where_both_lie(seed: int, shift: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(5, 3)), rng.normal(size=(7, 3))
    value = energy_distance(x, y)
    assert value >= -1e-12
    assert energy_distance(y, x) == pytest.approx(value, abs=1e-12)
    assert energy_distance(x + shift, y + shift) == pytest.approx(value, abs=1e-9)
    assert energy_distance(x, x) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("measure", [perturbation_magnitude, shift_norm])
def test_the_planted_half_is_found_and_the_other_half_behaves_as_the_null(measure) -> None:
    found = measure(*screen(1.5))
    first = np.arange(80) < 40
    assert np.mean(found.q[first] < 0.05) > 0.9
    assert np.mean(found.p[~first] < 0.05) < 0.15
    assert found.p.min() > 0
    again = measure(*screen(1.5))
    np.testing.assert_array_equal(found.p, again.p)


@pytest.mark.parametrize("measure", [perturbation_magnitude, shift_norm])
def test_without_effect_the_share_is_chance(measure) -> None:
    found = measure(*screen(0.0, n=400, n_controls=600))
    share = found.share()
    assert share["low"] - 0.02 < 0.05 < share["high"] + 0.02
    assert found.p.mean() == pytest.approx(0.5, abs=0.06)


def test_a_spread_without_a_shift_is_seen_by_the_energy_distance_alone() -> None:
    values, entity, control = screen(0.0)
    wide = ~control & (entity < "p40")
    values[wide] *= 4
    by_energy, by_shift = perturbation_magnitude(values, entity, control), shift_norm(values, entity, control)
    assert np.mean(by_energy.q[:40] < 0.05) > 0.9
    assert np.mean(by_energy.q[40:] < 0.05) < 0.1
    assert by_shift.value[:40].mean() > by_shift.value[40:].mean()


@pytest.mark.skipif(not is_here(), reason="make referees")
def test_values_and_p_are_the_packages_with_geomloss_written_out(monkeypatch) -> None:
    """geomloss' energy loss is ½⟨α − β, −|x − y| ∗ (α − β)⟩; the package doubles it."""
    import torch

    def samples_loss(name: str):
        assert name == "energy"
        far = lambda a, b: torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist").mean()
        return lambda x, y: far(x, y) - far(x, x) / 2 - far(y, y) / 2

    module = efaar("benchmarking")
    monkeypatch.setattr(module, "SamplesLoss", samples_loss)
    values, entity, control = screen(1.0)
    null = np.unique(entity[~control])[40:]
    ours = magnitude_against(values, entity, control, null)
    theirs = module.pert_signal_magnitude_benchmark(
        values, pd.DataFrame({"gene": entity}), "gene", list(null), "control", n_jobs=1
    ).set_index("pert").loc[ours.entities]  # fmt: skip
    np.testing.assert_allclose(ours.value, theirs["edist"], atol=1e-12)
    np.testing.assert_allclose(ours.p, (theirs["pval"] * 40 + 1) / 41, atol=1e-12)


def test_too_few_wells_or_controls_are_refused() -> None:
    values, entity, control = screen(1.0, n_controls=8)
    with pytest.raises(DataQualityError, match="8 controls are too few for a null of sets of 6; at least 12"):
        perturbation_magnitude(values, entity, control)
    with pytest.raises(DataQualityError, match="none of 80 perturbations has 7 wells, the most is 6"):
        perturbation_magnitude(values, entity, control, least_replicates=7)
    with pytest.raises(DataQualityError, match="at least 2 control wells. Got 0"):
        shift_norm(values, entity, np.zeros(len(values), bool))
    with pytest.raises(InputError, match="as many marks"):
        shift_norm(values, entity, control[:-1])
    few = screen(1.0)
    keep = np.ones(len(few[0]), bool)
    keep[:3] = False
    found = perturbation_magnitude(*(part[keep] for part in few))
    assert np.isnan(found.p[0])
    assert np.isfinite(found.p[1:]).all()
