import numpy as np
import pytest

from tests.mapped import mapped_lab  # noqa: F401
from workbench.errors import DataQualityError, UnknownNameError
from workbench.lab import Lab
from workbench.lab.maps import Maps

BRAF = "over-expression:BRAF/BRDN0000464953"


def test_the_list_says_which_maps_are_refused_and_why(mapped_lab: Lab) -> None:
    rows = {row["map_id"]: row for row in mapped_lab.maps.list()}
    assert rows["bbbc021"]["accepted"]
    assert not rows["cpjump1"]["accepted"]
    assert rows["cpjump1"]["quality"]["n"] > 2000


def test_sessions_share_one_map_object(mapped_lab: Lab) -> None:
    assert Maps(mapped_lab.catalog).get("bbbc021") is mapped_lab.maps.get("bbbc021")


def test_neighbours_of_braf_are_its_pathway_with_evidence(mapped_lab: Lab) -> None:
    found = mapped_lab.maps.neighbours("l1000_orf_u2os", BRAF, k=12)
    near = found[found["sign"] == "same"]
    assert {"RAF1", "BRAF_V600E"} <= set(near["label"])
    assert near.loc[near["label"] == "RAF1", "known_relation"].str.contains("Reactome").any()
    assert near.loc[near["label"] == "BRAF_V600E", "known_relation"].eq("same gene").all()
    assert found["similarity"].is_monotonic_decreasing
    assert (found.loc[found["sign"] == "opposite", "similarity"] < 0).all()
    assert found["q"].between(found["p"], 1).all()


def test_compounds_with_one_mechanism_are_badged(mapped_lab: Lab) -> None:
    map_ = mapped_lab.maps.get("bbbc021")
    row = next(i for i, name in enumerate(map_.columns["mechanism"]) if name == "Eg5 inhibitors")
    found = mapped_lab.maps.neighbours("bbbc021", map_.entities[row], k=6)
    assert found["known_relation"].str.contains("same").any()


def test_where_a_gene_lies(mapped_lab: Lab) -> None:
    places = mapped_lab.maps.where(gene="BRAF")
    assert BRAF in {place["perturbation_id"] for place in places}
    assert all(np.isfinite(place["x"]) for place in places)
    assert mapped_lab.maps.where(gene="NOT-A-GENE") == []


def test_refused_and_unknown_are_errors_in_words(mapped_lab: Lab) -> None:
    with pytest.raises(DataQualityError, match="do not agree"):
        mapped_lab.maps.neighbours("cpjump1", "anything")
    with pytest.raises(UnknownNameError, match="not on the map"):
        mapped_lab.maps.neighbours("bbbc021", "compound:nothing@1")


def test_replicates_and_their_plate(mapped_lab: Lab) -> None:
    wells = mapped_lab.maps.replicates("l1000_orf_u2os", BRAF)
    assert wells["plate"].nunique() == 3
    plate = mapped_lab.maps.plate("l1000_orf_u2os", wells["plate"].iloc[0])
    assert np.isfinite(plate["strength"]).all()
    assert plate["is_control"].sum() == 24
    with pytest.raises(UnknownNameError, match="moon"):
        mapped_lab.maps.plate("l1000_orf_u2os", "moon")


def test_cohorts_hold_entities_of_the_map(mapped_lab: Lab) -> None:
    saved = mapped_lab.maps.cohort("l1000_orf_u2os", [BRAF], "one construct")
    assert saved in mapped_lab.maps.cohorts(entity=BRAF)
    assert mapped_lab.maps.get_cohort(saved.cohort_id).person == "tester"
    with pytest.raises(UnknownNameError, match="not on the map"):
        mapped_lab.maps.cohort("l1000_orf_u2os", ["nothing"], "bad")
