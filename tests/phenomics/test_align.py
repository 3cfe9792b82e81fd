import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataQualityError, InputError, UnknownNameError
from workbench.nouns import Profiles
from workbench.phenomics import ALIGNERS
from workbench.phenomics.align import align, check_steps


def wells(n_plates: int = 3, n_controls: int = 8, n_treated: int = 12, d: int = 5, seed: int = 0) -> Profiles:
    """Plates that differ by a shift and a scale; treated wells by a planted effect."""
    rng = np.random.default_rng(seed)
    n = n_controls + n_treated
    plate = np.repeat([f"P{i}" for i in range(n_plates)], n)
    is_control = np.tile(np.arange(n) < n_controls, n_plates)
    values = rng.normal(size=(n_plates * n, d)) + 3.0 * (~is_control)[:, None]
    scale = np.repeat(rng.uniform(1, 5, n_plates), n)[:, None]
    columns = {"Metadata_Plate": plate, "Metadata_Batch": plate, "Metadata_Well": np.arange(len(plate)).astype(str),
               "is_control": is_control, "cell_count": rng.integers(50, 350, len(plate)).astype(float),
               "perturbation_id": np.where(is_control, "control", np.char.add("g", np.tile(np.arange(n), n_plates).astype(str))),
               "chromosome_arm": np.where(is_control, "", np.tile(np.arange(n) % 2, n_plates).astype(str))}  # fmt: skip
    return Profiles("planted", values * scale + scale, tuple(f"f{i}" for i in range(d)), columns)


def test_each_aligner_keeps_rows_finite_and_says_what_it_did() -> None:
    arguments = {"clip": {"at": 3.0}}
    assert len(ALIGNERS) >= 14
    for entry in ALIGNERS:
        if entry.name == "harmony":
            pytest.importorskip("harmonypy")
        profiles = wells()
        if entry.name == "log1p":
            profiles = Profiles("counts", np.abs(profiles.values), profiles.features, profiles.wells)
        aligned, records = align(profiles, [{"step": entry.name, **arguments.get(entry.name, {})}])
        assert aligned.n_wells == profiles.n_wells
        assert np.isfinite(aligned.values).all()
        assert records[0]["n_dimensions"] == len(aligned.features)
        assert entry.facts["title"]


def test_standardised_controls_have_mean_0_and_sd_1_on_each_plate() -> None:
    aligned, _ = align(wells(), [{"step": "standardise"}])
    for plate in ("P0", "P1", "P2"):
        controls = aligned.values[(aligned.wells["Metadata_Plate"] == plate) & aligned.is_control]
        np.testing.assert_allclose(controls.mean(axis=0), 0, atol=1e-5)
        np.testing.assert_allclose(controls.std(axis=0), 1, atol=1e-5)


def test_plate_shift_and_scale_do_not_matter() -> None:
    one, two = wells(), wells()
    moved = Profiles("planted", two.values * 7 - 40, two.features, two.wells)
    np.testing.assert_allclose(
        align(one, [{"step": "standardise"}])[0].values, align(moved, [{"step": "standardise"}])[0].values, atol=2e-3
    )


def test_a_feature_constant_on_one_plates_controls_is_dropped_and_said() -> None:
    profiles = wells()
    values = profiles.values.copy()
    values[(profiles.wells["Metadata_Plate"] == "P1") & profiles.is_control, 2] = 1.5
    aligned, records = align(Profiles("planted", values, profiles.features, profiles.wells), [{"step": "standardise"}])
    assert aligned.features == ("f0", "f1", "f3", "f4")
    assert records[0]["n_dropped"] == 1
    assert "constant" in records[0]["warnings"][0]


def test_sphered_controls_are_uncorrelated() -> None:
    profiles = wells(n_controls=200)
    mixed = profiles.values @ np.random.default_rng(1).normal(size=(5, 5))
    aligned, records = align(
        Profiles("planted", mixed, profiles.features, profiles.wells), [{"step": "sphere", "ridge": 1e-6}]
    )
    np.testing.assert_allclose(np.cov(aligned.values[aligned.is_control], rowvar=False), np.eye(5), atol=1e-3)
    assert records[0]["warnings"] == []


def test_too_few_controls_name_the_plate() -> None:
    with pytest.raises(DataQualityError, match="'P0' has 2 control wells"):
        align(wells(n_controls=2), [{"step": "standardise"}])
    with pytest.raises(DataQualityError, match="no control"):
        align(wells(n_controls=0), [{"step": "centre"}])


def test_missing_values_name_feature_and_well() -> None:
    profiles = wells()
    values = profiles.values.copy()
    values[7, 3] = np.nan
    with pytest.raises(InputError, match="'f3' of well 7"):
        align(Profiles("planted", values, profiles.features, profiles.wells), [])


def test_unknown_steps_and_bad_arguments_are_named() -> None:
    with pytest.raises(UnknownNameError, match="standardise"):
        align(wells(), [{"step": "standardize"}])
    with pytest.raises(InputError, match="-1"):
        align(wells(), [{"step": "clip", "at": -1}])
    with pytest.raises(InputError, match="Metadata_Moon"):
        align(wells(), [{"step": "standardise", "by": "Metadata_Moon"}])


def test_arguments_a_step_does_not_take_are_named_with_those_it_takes() -> None:
    with pytest.raises(InputError, match="'clip' takes no 'limit'"):
        align(wells(), [{"step": "clip", "limit": 5}])
    with pytest.raises(InputError, match="takes no 'ridges'"):
        check_steps([{"step": "standardise"}, {"step": "tvn", "ridges": 1}])


@given(
    seed=st.integers(0, 10_000), step=st.sampled_from(["standardise", "zscore", "robust", "tvn", "sphere", "whiten"])
)
@settings(max_examples=30, deadline=None)
def test_the_order_of_wells_changes_nothing(seed: int, step: str) -> None:
    profiles = wells(seed=3)
    order = np.random.default_rng(seed).permutation(profiles.n_wells)
    mixed = Profiles(
        "mixed", profiles.values[order], profiles.features, {k: v[order] for k, v in profiles.wells.items()}
    )
    left, right = (align(one, [{"step": step}])[0].values for one in (profiles, mixed))
    np.testing.assert_allclose(right, left[order], atol=2e-4)


@given(seed=st.integers(0, 10_000), step=st.sampled_from(["standardise", "zscore", "robust", "tvn"]))
@settings(max_examples=30, deadline=None)
def test_the_unit_of_a_feature_changes_nothing(seed: int, step: str) -> None:
    """Scaling each feature by its own positive factor and shifting it leaves every cosine as it was."""
    profiles = wells(seed=4)
    rng = np.random.default_rng(seed)
    values = profiles.values.astype(float) * rng.uniform(0.1, 10, 5) + rng.uniform(-5, 5, 5)
    step_of = ALIGNERS.find(step).thing
    before, after = step_of(profiles.values.astype(float), profiles.wells), step_of(values, profiles.wells)
    np.testing.assert_allclose(cosines(after.values), cosines(before.values), atol=1e-8)


def cosines(values: np.ndarray) -> np.ndarray:
    units = values / np.linalg.norm(values, axis=1, keepdims=True)
    return units @ units.T


def test_a_shift_of_each_plate_is_removed_by_every_step_that_looks_at_plates() -> None:
    """Planted: plates moved far apart. A nearest-centroid guess of the plate must fall to chance, effects must stay."""
    rng = np.random.default_rng(5)
    plate = np.repeat([f"P{i}" for i in range(4)], 60)
    entity = np.tile(np.repeat(np.arange(6), 10), 4)
    effect = np.vstack([np.zeros(8), 4 * rng.normal(size=(5, 8))])
    values = rng.normal(size=(240, 8)) + effect[entity] + np.repeat(30 * rng.normal(size=(4, 8)), 60, axis=0)
    columns = {"Metadata_Plate": plate, "Metadata_Batch": plate, "is_control": entity == 0,
               "perturbation_id": entity.astype(str)}  # fmt: skip
    assert guessed(values, plate) > 0.95
    for steps in ([{"step": "standardise"}], [{"step": "zscore"}], [{"step": "robust"}], [{"step": "centre"}],
                  [{"step": "centre"}, {"step": "tvn"}]):  # fmt: skip
        aligned = align(Profiles("planted", values, tuple("abcdefgh"), columns), steps)[0].values
        assert guessed(aligned, plate) < 0.5, steps  # chance is 0.25; scales from 10 controls differ a little
        assert guessed(aligned, entity.astype(str)) > 0.8, steps


def guessed(values: np.ndarray, label: np.ndarray) -> float:
    """Share of wells whose own label has the nearest mean."""
    names = np.unique(label)
    centroids = np.vstack([values[label == name].mean(axis=0) for name in names])
    distance = ((values[:, None] - centroids[None]) ** 2).sum(axis=2)
    return float(np.mean(names[distance.argmin(axis=1)] == label))


def test_no_wells_are_refused() -> None:
    empty = wells()
    with pytest.raises(InputError, match="no wells"):
        align(Profiles("none", empty.values[:0], empty.features, {k: v[:0] for k, v in empty.wells.items()}), [])
