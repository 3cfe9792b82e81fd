import numpy as np
import pytest

from workbench.errors import DataQualityError, InputError, UnknownNameError
from workbench.nouns import Profiles
from workbench.phenomics import ALIGNERS
from workbench.phenomics.align import align


def wells(n_plates: int = 3, n_controls: int = 8, n_treated: int = 12, d: int = 5, seed: int = 0) -> Profiles:
    """Plates that differ by a shift and a scale; treated wells by a planted effect."""
    rng = np.random.default_rng(seed)
    n = n_controls + n_treated
    plate = np.repeat([f"P{i}" for i in range(n_plates)], n)
    is_control = np.tile(np.arange(n) < n_controls, n_plates)
    values = rng.normal(size=(n_plates * n, d)) + 3.0 * (~is_control)[:, None]
    scale = np.repeat(rng.uniform(1, 5, n_plates), n)[:, None]
    columns = {"Metadata_Plate": plate, "Metadata_Well": np.arange(len(plate)).astype(str), "is_control": is_control}
    return Profiles("planted", values * scale + scale, tuple(f"f{i}" for i in range(d)), columns)


def test_each_aligner_keeps_rows_finite_and_says_what_it_did() -> None:
    arguments = {"clip": {"at": 3.0}}
    assert len(ALIGNERS) >= 5
    for entry in ALIGNERS:
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
