import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from workbench.errors import DataQualityError, InputError
from workbench.phenomics.align.centre_scale import robust, standardise, zscore

RNG = np.random.default_rng(0)
VALUES = RNG.normal(size=(60, 4)) * [1, 10, 0.1, 5] + [0, 100, -3, 7]
WELLS = {"Metadata_Plate": np.repeat(["A", "B"], 30), "is_control": np.tile(np.arange(30) < 10, 2)}


def test_the_whole_screen_is_one_batch() -> None:
    expected = StandardScaler().fit(VALUES[WELLS["is_control"]]).transform(VALUES)
    done = standardise(VALUES, WELLS, by="")
    np.testing.assert_allclose(done.values, expected)
    assert done.record["controls_per_batch"] == [20, 20]


def test_zscore_uses_every_well_of_its_batch() -> None:
    expected = np.vstack([StandardScaler().fit_transform(VALUES[:30]), StandardScaler().fit_transform(VALUES[30:])])
    np.testing.assert_allclose(zscore(VALUES, WELLS).values, expected)
    with pytest.raises(DataQualityError, match="'C' has 1 wells"):
        zscore(VALUES[:31], {"Metadata_Plate": np.repeat(["A", "C"], [30, 1]), "is_control": np.zeros(31, bool)})


def test_robust_scaling_by_its_formula_and_unmoved_by_an_outlier() -> None:
    controls = VALUES[:10]
    middle = np.median(controls, axis=0)
    expected = (VALUES[:30] - middle) / (1.4826 * np.median(np.abs(controls - middle), axis=0))
    np.testing.assert_allclose(robust(VALUES, WELLS).values[:30], expected)
    wild = VALUES.copy()
    wild[WELLS["is_control"].argmax()] = 1e9
    assert robust(wild, WELLS).values[10:30].std(axis=0).min() > 0.5 * expected[10:].std(axis=0).min()
    assert standardise(wild, WELLS).values[10:30].std(axis=0).max() < 1e-6
    everything = robust(VALUES, WELLS, on="all").values
    np.testing.assert_allclose(np.median(everything[:30], axis=0), 0, atol=1e-12)
    with pytest.raises(InputError, match="'moon'"):
        robust(VALUES, WELLS, on="moon")


def test_a_feature_with_a_vanishing_mad_is_dropped_and_cannot_dominate() -> None:
    """Most controls hold the same count of 0: an epsilon in place of the MAD would make this feature 1e18."""
    values = VALUES.copy()
    values[:10, 1] = [0, 0, 0, 0, 0, 0, 0, 0, 3, 5]
    done = robust(values, WELLS)
    assert done.kept.tolist() == [0, 2, 3]
    assert "1 of 4 features" in done.warnings[0]
    assert np.abs(done.values).max() < 100


def test_nothing_left_is_an_error_that_says_where() -> None:
    with pytest.raises(DataQualityError, match="all 4 features"):
        standardise(np.ones((60, 4)), WELLS)
