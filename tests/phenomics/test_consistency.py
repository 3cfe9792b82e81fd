import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.phenomics.referee import efaar, is_here
from workbench.errors import DataQualityError, InputError
from workbench.phenomics.consistency import consistency_against, perturbation_consistency, random_sets

needs_efaar = pytest.mark.skipif(not is_here(), reason="make referees")


def screen(effect: float, n: int = 120, d: int = 12, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Perturbations with 2 to 5 wells; the first half has a direction of its own."""
    rng = np.random.default_rng(seed)
    code = np.repeat(np.arange(n), 2 + np.arange(n) % 4)
    direction = rng.normal(size=(n, d)) * (np.arange(n) < n // 2)[:, None]
    return effect * direction[code] + rng.normal(size=(len(code), d)), np.array([f"p{i:03d}" for i in code])


def test_the_planted_half_is_found_and_the_other_half_behaves_as_the_null() -> None:
    found = perturbation_consistency(*screen(2.0), n_null=2000)
    first = np.arange(120) < 60
    assert np.mean(found.q[first] < 0.05) > 0.9
    assert np.mean(found.p[~first] < 0.05) < 0.15
    assert abs(found.null) < 0.05
    share = found.share()
    assert share["low"] < share["value"] < share["high"]
    assert share["n"] == 120
    assert found.p.min() >= 1 / 2001


def test_without_effect_p_is_uniform() -> None:
    found = perturbation_consistency(*screen(0.0, n=600), n_null=3000)
    share = found.share()
    assert share["low"] < 0.05 < share["high"]
    assert found.p.mean() == pytest.approx(0.5, abs=0.05)


def test_the_seed_alone_decides_the_null() -> None:
    wells = screen(1.0)
    one, same, other = (perturbation_consistency(*wells, n_null=500, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.p, same.p)
    assert (one.p != other.p).any()
    np.testing.assert_array_equal(one.value, other.value)


@needs_efaar
def test_values_and_p_are_the_packages_up_to_the_observation_that_counts_itself() -> None:
    values, entity = screen(1.5)
    null = np.unique(entity)[60:]
    ours = consistency_against(values, entity, null)
    theirs = efaar("benchmarking").pert_signal_consistency_benchmark(
        values, pd.DataFrame({"gene": entity}), "gene", list(null), n_jobs=1
    ).set_index("pert").loc[ours.entities]  # fmt: skip
    np.testing.assert_allclose(ours.value, theirs["avgcossim"], atol=1e-12)
    np.testing.assert_allclose(ours.p, (theirs["pval"] * 60 + 1) / 61, atol=1e-12)
    assert theirs["pval"].min() == 0  # what (k + 1) / (n + 1) is for
    assert ours.n_null == 60


@given(seed=st.integers(0, 50), scale=st.floats(0.01, 100))
@settings(max_examples=20, deadline=None)
def test_consistency_does_not_see_the_order_or_the_length_of_wells(seed: int, scale: float) -> None:
    values, entity = screen(1.0, n=12, seed=seed)
    base = perturbation_consistency(values, entity, n_null=50)
    order = np.random.default_rng(seed).permutation(len(entity))
    turned = perturbation_consistency(scale * values[order], entity[order], n_null=50)
    np.testing.assert_allclose(turned.value, base.value, atol=1e-9)
    assert (np.abs(base.value) <= 1 + 1e-12).all()


def test_random_sets_hold_each_row_once() -> None:
    sets = random_sets(11, 4, 50, np.random.default_rng(0))
    assert sets.shape == (50, 4)
    assert all(len(set(row)) == 4 for row in sets.tolist())
    assert set(sets.ravel().tolist()) == set(range(11))
    with pytest.raises(DataQualityError, match="hold no set of 4"):
        random_sets(3, 4, 1, np.random.default_rng(0))


def test_a_single_well_is_not_asked_and_bad_input_is_named() -> None:
    values, entity = screen(1.0)
    entity = entity.copy()
    entity[0] = "solo"
    found = perturbation_consistency(values, entity, n_null=100)
    alone = found.entities == "solo"
    assert np.isnan(found.value[alone]).all()
    assert np.isnan(found.q[alone]).all()
    assert found.share()["n"] == np.isfinite(found.value).sum() == 119
    with pytest.raises(DataQualityError, match="none of 3 perturbations has two wells"):
        perturbation_consistency(np.eye(3), np.array(list("abc")))
    with pytest.raises(DataQualityError, match="2 of 2 null perturbations"):
        consistency_against(values, entity, np.unique(entity)[10:12])
    with pytest.raises(InputError, match="row 3"):
        broken = values.copy()
        broken[3, 1] = np.nan
        perturbation_consistency(broken, entity)
    with pytest.raises(InputError, match="a profile and a name"):
        perturbation_consistency(values, entity[1:])
