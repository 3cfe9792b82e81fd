import numpy as np
import pytest
from sklearn.decomposition import PCA

from workbench.errors import DataQualityError, InputError
from workbench.phenomics.align.whiten import pca, sphere, whiten

RNG = np.random.default_rng(0)
VALUES = RNG.normal(size=(200, 8)) @ RNG.normal(size=(8, 8)) + 5
WELLS = {"is_control": np.arange(200) < 80}


def test_components_equal_those_of_scikit_learn_up_to_sign() -> None:
    ours, theirs = pca(VALUES, WELLS, n=3), PCA(3).fit_transform(VALUES)
    np.testing.assert_allclose(np.abs(ours.values), np.abs(theirs), atol=1e-8)
    assert ours.record["n_directions_lost"] == 5
    assert ours.warnings == ()
    assert 0 < ours.record["share_of_variance"] < 1
    controls = pca(VALUES, WELLS, n=8, on="controls").values[WELLS["is_control"]]
    np.testing.assert_allclose(controls.mean(axis=0), 0, atol=1e-9)


def test_more_components_than_directions_are_said() -> None:
    flat = VALUES[:, :3] @ RNG.normal(size=(3, 8))
    done = pca(flat, WELLS, n=6)
    assert done.values.shape == (200, 3)
    assert "3 of 6 directions do not vary" in done.warnings[0]
    with pytest.raises(DataQualityError, match="none of 8 features varies"):
        pca(np.ones((200, 8)), WELLS)
    with pytest.raises(InputError, match="n = 0"):
        pca(VALUES, WELLS, n=0)


def test_whitened_controls_have_the_identity_as_covariance() -> None:
    done = whiten(VALUES, WELLS)
    np.testing.assert_allclose(np.cov(done.values[WELLS["is_control"]], rowvar=False, ddof=0), np.eye(8), atol=1e-9)
    assert whiten(VALUES, WELLS, n=2).values.shape == (200, 2)
    few = whiten(VALUES, {"is_control": np.arange(200) < 5})
    assert few.values.shape == (200, 4)
    assert "4 remain" in few.warnings[0]
    assert np.isfinite(few.values).all()


def test_sphering_needs_a_ridge_and_two_controls() -> None:
    with pytest.raises(InputError, match="ridge"):
        sphere(VALUES, WELLS, ridge=0)
    for step in (sphere, whiten):
        with pytest.raises(DataQualityError, match="Got 1"):
            step(VALUES, {"is_control": np.arange(200) < 1})


def test_sphering_in_many_dimensions_is_the_plain_formula() -> None:
    values, wells = RNG.normal(size=(40, 100)), {"is_control": np.arange(40) < 15}
    controls = values[:15]
    variances, directions = np.linalg.eigh(np.cov(controls, rowvar=False) + 0.7 * np.eye(100))
    expected = (values - controls.mean(axis=0)) @ (directions / np.sqrt(variances)) @ directions.T
    done = sphere(values, wells, ridge=0.7)
    np.testing.assert_allclose(done.values, expected, atol=1e-9)
    assert "86 of 100 directions" in done.warnings[0]
