import numpy as np
import pytest
from scipy.stats import ks_2samp, mannwhitneyu

from tests.mapped import mapped_lab  # noqa: F401
from workbench.catalog.maps import read_wells
from workbench.errors import DataQualityError, InputError
from workbench.lab import Lab
from workbench.nouns import Profiles
from workbench.phenomics.align.confounders import arm as subtract_arm
from workbench.phenomics.align.confounders import cell_count as regress_cell_count
from workbench.phenomics.assemble import assemble
from workbench.phenomics.confounding import (
    arm_proximity,
    cell_count_confounding,
    confounders,
    few_cells,
    flagged_arms,
)
from workbench.phenomics.recipe import Recipe, recipes_of


def toxic(strength: float, n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Profiles that follow the logarithm of the number of cells along one direction, planted."""
    rng = np.random.default_rng(0)
    cells = rng.integers(20, 400, n).astype(float)
    return rng.normal(size=(n, 20)) + strength * np.outer(
        np.log1p(cells) - np.log1p(cells).mean(), rng.normal(size=20)
    ), cells


def on_arms(strength: float, n: int = 200, n_arms: int = 8) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    code = rng.integers(0, n_arms, n)
    return rng.normal(size=(n, 20)) + strength * rng.normal(size=(n_arms, 20))[code], np.array([f"{i}p" for i in code])


def test_the_statistics_are_scipys_on_the_same_pairs() -> None:
    vectors, arm = on_arms(0.6)
    found = arm_proximity(vectors, arm)
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    left, right = np.triu_indices(200, k=1)
    cosine, same = (units @ units.T)[left, right], arm[left] == arm[right]
    assert found.ks == pytest.approx(ks_2samp(cosine[same], cosine[~same]).statistic, abs=1e-4)  # float32 cosines
    u = mannwhitneyu(cosine[same], cosine[~same]).statistic
    assert found.more_alike == pytest.approx(u / (same.sum() * (~same).sum()), abs=1e-4)
    assert (found.n_sharing, found.n_pairs, found.n_entities) == (same.sum(), len(same), 200)
    top = cosine >= np.quantile(cosine, 0.95)
    assert found.top_share == pytest.approx(same[top].mean(), abs=2e-3)
    assert found.top_share > 2 * found.base_share


def test_planted_causes_are_flagged_and_their_absence_is_not() -> None:
    assert cell_count_confounding(*toxic(1.0)).flagged
    assert arm_proximity(*on_arms(1.0)).flagged
    for found in (cell_count_confounding(*toxic(0.0)), arm_proximity(*on_arms(0.0))):
        assert not found.flagged
        assert found.p > 0.01
        assert found.more_alike == pytest.approx(0.5, abs=0.05)


def test_the_corrections_take_the_flags_away() -> None:
    vectors, cells = toxic(1.0)
    wells = {"is_control": np.zeros(200, bool), "cell_count": cells, "Metadata_Plate": np.array(["p"] * 200)}
    corrected = cell_count_confounding(regress_cell_count(vectors, wells).values, cells)
    assert not corrected.flagged
    assert corrected.ks < cell_count_confounding(vectors, cells).ks / 3
    vectors, arm = on_arms(1.0)
    wells = {"is_control": np.zeros(200, bool), "chromosome_arm": arm, "perturbation_id": np.arange(200).astype(str)}
    corrected = arm_proximity(subtract_arm(vectors, wells).values, arm)
    assert not corrected.flagged


def test_the_arms_that_are_alike_are_named() -> None:
    vectors, arm = on_arms(0.0)
    vectors[arm == "3p"] += 2
    found = flagged_arms(vectors, arm)
    assert found.entities[found.q < 0.01].tolist() == ["3p"]
    assert found.n_replicates.sum() == 200


def test_few_cells_are_the_lowest_tenth_and_unknown_counts_are_not_few() -> None:
    counts = np.append(np.arange(100.0), np.nan)
    assert few_cells(counts).sum() == 10
    assert not few_cells(counts)[-1]
    assert not few_cells(np.full(3, np.nan)).any()


def test_a_map_says_what_moves_it_and_what_cannot_be_asked() -> None:
    vectors, cells = toxic(1.5)
    found, warnings = confounders(vectors, cells, None)
    assert found["cell_count"]["flagged"]
    assert "after the step 'cell_count'" in warnings[0]
    assert set(found) == {"cell_count"}
    found, warnings = confounders(vectors, np.full(200, 7.0), np.array([""] * 200))
    assert "do not vary" in found["cell_count"]["reason"]
    assert "too few pairs" in found["arm"]["reason"]
    assert warnings == ()
    with pytest.raises(InputError, match="a vector and a cause"):
        arm_proximity(vectors, np.array(["1p"] * 3))
    with pytest.raises(DataQualityError, match="do not vary"):
        cell_count_confounding(vectors, np.full(200, 7.0))


def test_a_real_screen_carries_it_in_its_quality(mapped_lab: Lab) -> None:
    (recipe, *_) = recipes_of("periscope")
    draft = assemble(read_wells(mapped_lab.catalog, "periscope"), recipe)
    found = draft.quality["confounders"]["cell_count"]
    assert found["n_entities"] == 1000
    assert 0 < found["null"] < found["ks"]


def test_wells_that_know_their_arm_are_asked_about_it() -> None:
    vectors, arm = on_arms(1.0)
    wells = {
        "perturbation_id": np.char.add("gene", np.tile(np.arange(200), 2).astype(str)),
        "chromosome_arm": np.tile(arm, 2), "is_control": np.zeros(400, bool), "context_id": np.array(["c"] * 400),
        "Metadata_Plate": np.repeat(["a", "b"], 200), "Metadata_Well": np.tile(np.arange(200).astype(str), 2),
    }  # fmt: skip
    profiles = Profiles("x", np.vstack([vectors, vectors]) + np.random.default_rng(1).normal(size=(400, 20)) / 2,
                        tuple(f"f{i}" for i in range(20)), wells)  # fmt: skip
    draft = assemble(profiles, Recipe("x", "x"))
    assert draft.quality["confounders"]["arm"]["flagged"]
    assert any("step 'arm'" in text for text in draft.quality["warnings"])
