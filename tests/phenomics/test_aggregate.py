import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from workbench.errors import InputError
from workbench.nouns import Profiles
from workbench.phenomics.aggregate import aggregate, modz

VALUES = np.array([[1.0, 10], [3, 30], [8, 80], [5, 5], [9, 9]])
WELLS = {"perturbation_id": np.array(["b", "b", "b", "a", "c"]), "is_control": np.array([0, 0, 0, 0, 1], bool)}
PROFILES = Profiles("small", VALUES, ("x", "y"), WELLS)


def test_mean_and_median_leave_controls_out() -> None:
    entities, mean = aggregate(PROFILES)
    assert entities.tolist() == ["a", "b"]
    np.testing.assert_allclose(mean, [[5, 5], [4, 40]])
    np.testing.assert_allclose(aggregate(PROFILES, method="median")[1], [[5, 5], [3, 30]])


def test_the_order_of_wells_does_not_matter() -> None:
    order = np.array([4, 2, 0, 3, 1])
    mixed = Profiles("small", VALUES[order], ("x", "y"), {name: column[order] for name, column in WELLS.items()})
    np.testing.assert_allclose(aggregate(mixed)[1], aggregate(PROFILES)[1])


def test_unknown_methods_and_plates_of_controls_are_refused() -> None:
    with pytest.raises(InputError, match="mode"):
        aggregate(PROFILES, method="mode")
    only = Profiles("controls", VALUES, ("x", "y"), {**WELLS, "is_control": np.ones(5, bool)})
    with pytest.raises(InputError, match="no treated wells among 5"):
        aggregate(only)


def test_modz_by_its_definition_and_a_bad_replicate_counts_little() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(size=50)
    replicates = np.vstack([truth + 0.1 * rng.normal(size=50) for _ in range(3)] + [-5 * truth])
    rho = np.clip(spearmanr(replicates, axis=1).statistic, 0, None)
    raw = np.maximum((rho.sum(axis=1) - 1) / 3, 0.01)
    np.testing.assert_allclose(modz(replicates), raw @ replicates / raw.sum())
    assert np.corrcoef(modz(replicates), truth)[0, 1] > 0.99
    assert np.corrcoef(replicates.mean(axis=0), truth)[0, 1] < 0
    np.testing.assert_allclose(modz(replicates[2:]), replicates[2:].mean(axis=0))
    assert np.isfinite(modz(np.vstack([replicates[:2], np.zeros(50)]))).all()


@given(seed=st.integers(0, 1000), factor=st.floats(0.1, 100))
@settings(max_examples=20, deadline=None)
def test_modz_scales_with_its_replicates_and_forgets_their_order(seed: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    replicates = rng.normal(size=(5, 12))
    np.testing.assert_allclose(modz(factor * replicates[rng.permutation(5)]), factor * modz(replicates), atol=1e-9)


def test_a_guide_with_many_wells_counts_no_more_than_another() -> None:
    values = np.array([[0.0], [0], [0], [9], [4]])
    wells = {"perturbation_id": np.array(["g", "g", "g", "g", "h"]), "guide": np.array(["1", "1", "1", "2", "1"]),
             "is_control": np.zeros(5, bool)}  # fmt: skip
    profiles = Profiles("guides", values, ("x",), wells)
    assert aggregate(profiles)[1][:, 0].tolist() == [2.25, 4]
    assert aggregate(profiles, guides="guide")[1][:, 0].tolist() == [4.5, 4]
    with pytest.raises(InputError, match="'moon'"):
        aggregate(profiles, guides="moon")
