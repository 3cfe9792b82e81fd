"""TVN against its published formulas, written out plainly, and against the package itself where it is here."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import fractional_matrix_power
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from benchmarks.phenomics.referee import efaar, is_here
from workbench.errors import DataQualityError, InputError
from workbench.phenomics.align.covariance import inverse_root, principal, times_inverse_root
from workbench.phenomics.align.tvn import coral, tvn


def screen(n: int = 400, d: int = 12, n_batches: int = 4, seed: int = 0) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    batch = rng.permutation(np.arange(n) % n_batches)
    values = rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + 3 * rng.normal(size=(n_batches, d))[batch] + 100
    return values, {"Metadata_Batch": batch.astype(str), "is_control": rng.random(n) < 0.4}


def by_formulas(values: np.ndarray, wells: dict[str, np.ndarray], ridge: float = 0.5) -> np.ndarray:
    """Centre-scale on controls, PCA of the controls, centre-scale again, per batch the root through Schur."""
    control, batch = wells["is_control"], wells["Metadata_Batch"]
    x = StandardScaler().fit(values[control]).transform(values)
    x = PCA().fit(x[control]).transform(x)
    x = StandardScaler().fit(x[control]).transform(x)
    for name in np.unique(batch):
        covariance = np.cov(x[(batch == name) & control], rowvar=False, ddof=1) + ridge * np.eye(x.shape[1])
        x[batch == name] = x[batch == name] @ fractional_matrix_power(covariance, -0.5).real
    return x


def cosines(values: np.ndarray) -> np.ndarray:
    units = values / np.linalg.norm(values, axis=1, keepdims=True)
    return units @ units.T


@given(seed=st.integers(0, 1000), d=st.integers(2, 40), n_batches=st.integers(1, 6))
@settings(max_examples=20, deadline=None)
def test_tvn_equals_its_formulas(seed: int, d: int, n_batches: int) -> None:
    """Batches with more and with fewer controls than dimensions take different ways to the same root."""
    values, wells = screen(d=d, n_batches=n_batches, seed=seed)
    np.testing.assert_allclose(cosines(tvn(values, wells).values), cosines(by_formulas(values, wells)), atol=1e-10)


@pytest.mark.skipif(not is_here(), reason="efaar-benchmarking is fetched by `make referees`")
@pytest.mark.parametrize("batches", [True, False])
def test_tvn_equals_the_package(batches: bool) -> None:
    values, wells = screen(n=900, d=60, n_batches=5)
    metadata = pd.DataFrame({"gene": np.where(wells["is_control"], "control", "x"), "batch": wells["Metadata_Batch"]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # complex rounding of the Schur root
        theirs = efaar().tvn_on_controls(values, metadata, "gene", "control", "batch" if batches else None)
    ours = tvn(values, wells, by="Metadata_Batch" if batches else "").values
    np.testing.assert_allclose(cosines(ours), cosines(theirs), atol=1e-10)


def test_controls_of_each_batch_end_near_the_identity_and_the_whole_at_it() -> None:
    values, wells = screen(n=4000, d=6)
    whole = tvn(values, wells, by="").values[wells["is_control"]]
    np.testing.assert_allclose(np.cov(whole, rowvar=False, ddof=0), np.eye(6), atol=1e-9)
    aligned = tvn(values, wells, ridge=1e-9).values
    for name in np.unique(wells["Metadata_Batch"]):
        mine = aligned[(wells["Metadata_Batch"] == name) & wells["is_control"]]
        np.testing.assert_allclose(np.cov(mine, rowvar=False), np.eye(6), atol=1e-4)


def test_lost_directions_are_said_and_do_not_blow_up() -> None:
    values, wells = screen(n=60, d=50, n_batches=2)
    values = np.hstack([values, np.full((60, 2), 7.0)])
    done = tvn(values, wells)
    n_controls = int(wells["is_control"].sum())
    assert done.record["rank"] == done.values.shape[1] == n_controls - 1
    assert done.record["n_directions_lost"] == 52 - (n_controls - 1)
    assert "2 of 52 features are constant on controls" in done.warnings[0]
    assert f"{n_controls - 1} remain" in done.warnings[1]
    assert "2 of 2 batches" in done.warnings[2]
    assert np.abs(done.values).max() < 1e4


def test_a_batch_without_controls_is_named() -> None:
    values, wells = screen()
    wells["is_control"] = wells["is_control"] & (wells["Metadata_Batch"] != "2")
    for step in (tvn, coral):
        with pytest.raises(DataQualityError, match="Metadata_Batch '2' has 0 control wells"):
            step(values, wells)
        with pytest.raises(InputError, match="ridge"):
            step(values, wells, ridge=0)
    with pytest.raises(DataQualityError, match="Got 0"):
        tvn(values, {**wells, "is_control": np.zeros(len(values), bool)})


@given(n=st.integers(2, 60), d=st.integers(1, 40), ridge=st.floats(1e-3, 10), seed=st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_inverse_roots_undo_the_covariance(n: int, d: int, ridge: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    sample = rng.normal(size=(n, d))
    root = inverse_root(sample, ridge)
    covariance = np.cov(sample, rowvar=False).reshape(d, d) + ridge * np.eye(d)
    np.testing.assert_allclose(root @ covariance @ root, np.eye(d), atol=1e-8)
    values = rng.normal(size=(5, d))
    np.testing.assert_allclose(times_inverse_root(values, sample, ridge), values @ root, atol=1e-8)


@given(n=st.integers(2, 30), d=st.integers(1, 30), seed=st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_principal_directions_hold_all_the_variance(n: int, d: int, seed: int) -> None:
    sample = np.random.default_rng(seed).normal(size=(n, d))
    sample -= sample.mean(axis=0)
    directions, variances = principal(sample)
    assert len(variances) == min(n - 1, d)
    np.testing.assert_allclose(directions.T @ directions, np.eye(len(variances)), atol=1e-6)
    np.testing.assert_allclose((directions * variances) @ directions.T, sample.T @ sample / n, atol=1e-9)
