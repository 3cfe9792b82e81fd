import numpy as np
import pytest

from tests.mapped import mapped_lab  # noqa: F401
from workbench.catalog.maps import perturbation_facts, read_wells
from workbench.errors import DataQualityError, InputError
from workbench.lab import Lab
from workbench.phenomics.choose import candidate_maps, choose
from workbench.phenomics.mechanism import mechanism_score, nearest_mechanism
from workbench.phenomics.recipe import Recipe

Z, CLIP, ZCA = {"step": "standardise"}, {"step": "clip", "at": 5.0}, {"step": "sphere", "ridge": 1.0}
RECIPES = [
    Recipe("bbbc021", "x", steps=(Z,)), Recipe("bbbc021", "x", steps=(Z, CLIP)),
    Recipe("bbbc021", "x", steps=(Z, CLIP, ZCA), aggregate="median"),
]  # fmt: skip


def test_bbbc021_as_published_its_leak_and_an_honest_choice(mapped_lab: Lab) -> None:
    """84, 91 and 96 of 103 mechanisms; 95 when doses of the same compound may answer; the nested choice lies below."""
    profiles = read_wells(mapped_lab.catalog, "bbbc021")
    facts = perturbation_facts(mapped_lab.catalog, "bbbc021")
    entities, maps = candidate_maps(profiles, RECIPES)
    compound = np.array([facts[name]["compound"] for name in entities])
    mechanism = np.array([facts[name]["mechanism"] for name in entities])
    found = [mechanism_score(vectors, mechanism, compound) for vectors in maps.values()]
    assert [int(score.right.sum()) for score in found] == [84, 91, 96]
    assert all(score.n == 103 and score.n_compounds == 38 for score in found)
    assert all(score.low < score.value < score.high and score.null < 0.2 and score.p < 0.01 for score in found)
    leak = nearest_mechanism(next(iter(maps.values())), mechanism, np.arange(103).astype(str))
    assert leak.sum() == 95
    batch_of = dict(zip(profiles.wells["perturbation_id"], profiles.wells["Metadata_Batch"], strict=True))
    batch = np.array([batch_of[name] for name in entities])
    other_week = mechanism_score(next(iter(maps.values())), mechanism, compound, batch=batch)
    assert other_week.n == 92
    assert other_week.value < found[0].value

    def right(vectors: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return nearest_mechanism(vectors[rows], mechanism[rows], compound[rows])

    nested = choose(maps, compound, right)
    assert nested.value <= max(score.value for score in found)
    assert nested.value > 0.8
    assert nested.n_groups == 38
    assert sum(nested.chosen.values()) == 38


def test_the_definitions_on_a_planted_plane() -> None:
    """Four directions; a and b share a mechanism and a direction, a2 is another dose of a, c shares b's batch."""
    vectors = np.array([[1, 0.0], [1, 0.01], [1, 0.2], [0.9, 0.5]])
    compound, mechanism = np.array(["a", "a", "b", "c"]), np.array(["m", "m", "m", "n"])
    assert nearest_mechanism(vectors, mechanism, compound).tolist() == [1, 1, 1, 0]
    batch = np.array(["1", "1", "1", "2"])
    assert np.isnan(nearest_mechanism(vectors, mechanism, compound, batch=batch)).all()
    batch = np.array(["1", "1", "2", "2"])
    np.testing.assert_array_equal(nearest_mechanism(vectors, mechanism, compound, batch=batch), [1, 1, 1, np.nan])


def test_random_vectors_score_as_the_shuffled_null() -> None:
    rng = np.random.default_rng(0)
    compound = np.repeat(np.arange(60), 3).astype(str)
    mechanism = (np.repeat(np.arange(60), 3) % 6).astype(str)
    score = mechanism_score(rng.normal(size=(180, 20)), mechanism, compound)
    assert score.low < score.null < score.high
    assert score.p > 0.01
    assert "60 compounds" in repr(score)


def test_what_cannot_be_scored_is_refused() -> None:
    with pytest.raises(InputError, match="'a' has two mechanisms"):
        mechanism_score(np.eye(2), np.array(["m", "n"]), np.array(["a", "a"]))
    with pytest.raises(DataQualityError, match="none of 2"):
        mechanism_score(np.eye(2), np.array(["m", "m"]), np.array(["a", "a"]))
