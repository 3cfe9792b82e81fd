import numpy as np
import pytest

from tests.mapped import mapped_lab  # noqa: F401
from workbench.catalog.maps import perturbation_facts, read_wells
from workbench.errors import DataQualityError
from workbench.lab import Lab
from workbench.phenomics.aggregate import aggregate
from workbench.phenomics.align import align
from workbench.phenomics.assemble import assemble, select_wells
from workbench.phenomics.recipe import Recipe, recipes_of

Z, CLIP, ZCA = {"step": "standardise"}, {"step": "clip", "at": 5.0}, {"step": "sphere", "ridge": 1.0}


@pytest.mark.parametrize(
    ("steps", "method", "same_compound", "right"),
    [
        ([Z], "mean", False, 84),
        ([Z], "mean", True, 95),
        ([Z, CLIP], "mean", False, 91),
        ([Z, CLIP, ZCA], "median", False, 96),
    ],
)
def test_bbbc021_mechanisms_as_published(
    mapped_lab: Lab,
    steps: list,
    method: str,
    same_compound: bool,
    right: int,
) -> None:
    """Nearest treatment of another compound has the same mechanism in 84, 91 and 96 of 103; 95 with the leak."""
    aligned, _ = align(read_wells(mapped_lab.catalog, "bbbc021"), steps)
    entities, vectors = aggregate(aligned, method=method)
    facts = perturbation_facts(mapped_lab.catalog, "bbbc021")
    compound = np.array([facts[name]["compound"] for name in entities])
    mechanism = np.array([facts[name]["mechanism"] for name in entities])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    similar = unit @ unit.T
    np.fill_diagonal(similar, -9)
    if not same_compound:
        similar[compound[:, None] == compound[None, :]] = -9
    assert (mechanism[similar.argmax(axis=1)] == mechanism).sum() == right
    assert len(entities) == 103


def test_nelisa_reference_numbers(mapped_lab: Lab) -> None:
    draft = assemble(read_wells(mapped_lab.catalog, "nelisa_jump_target"), recipes_of("nelisa_jump_target")[0])
    assert draft.quality["active"]["value"] == pytest.approx(0.43, abs=0.03)
    assert draft.quality["nearest_replicate"]["value"] == pytest.approx(0.15, abs=0.01)
    assert draft.quality["accepted"]
    assert draft.evidence["n_replicates"].tolist().count(4) > 250


def test_l1000_replicates_agree_more_than_chance(mapped_lab: Lab) -> None:
    draft = assemble(read_wells(mapped_lab.catalog, "l1000_orf_u2os"), recipes_of("l1000_orf_u2os")[0])
    nearest = draft.quality["nearest_replicate"]
    assert nearest["value"] == pytest.approx(0.074, abs=0.01)
    assert nearest["low"] > 10 * nearest["null"]
    assert draft.quality["n_controls"] == 72


def test_cpjump1_scores_are_refused_and_cell_counts_offered(mapped_lab: Lab) -> None:
    draft = assemble(read_wells(mapped_lab.catalog, "cpjump1"), recipes_of("cpjump1")[0])
    assert draft.quality["accepted"] is False
    assert "do not agree" in draft.quality["reason"]
    usable = {item["of"]: item for item in draft.quality["usable"]}
    assert usable["compound"]["low"] > 0.7
    assert abs(usable["compound"]["null"]) < 0.1


def test_shuffled_real_labels_are_refused(mapped_lab: Lab) -> None:
    """The gate must fail the moment replicates are none: nelisa with its labels shuffled on each plate."""
    profiles = read_wells(mapped_lab.catalog, "nelisa_jump_target")
    rng = np.random.default_rng(0)
    labels = profiles.wells["perturbation_id"].copy()
    for plate in np.unique(profiles.wells["Metadata_Plate"]):
        rows = np.flatnonzero((profiles.wells["Metadata_Plate"] == plate) & ~profiles.is_control)
        labels[rows] = rng.permutation(labels[rows])
    shuffled = type(profiles)(
        "shuffled", profiles.values, profiles.features, {**profiles.wells, "perturbation_id": labels}
    )
    assert assemble(shuffled, recipes_of("nelisa_jump_target")[0]).quality["accepted"] is False


def test_selection_drops_other_controls_and_says_when_nothing_is_left(mapped_lab: Lab) -> None:
    profiles = read_wells(mapped_lab.catalog, "l1000_orf_u2os")
    kept = select_wells(profiles, recipes_of("l1000_orf_u2os")[0])
    assert kept.n_wells == 934 + 72
    with pytest.raises(DataQualityError, match="keeps none of 1,092"):
        select_wells(profiles, Recipe("l1000_orf_u2os", "none", keep={"Metadata_Plate": ["moon"]}))
