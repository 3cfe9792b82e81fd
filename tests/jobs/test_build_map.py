import pytest

from tests.mapped import InlineRun, mapped_lab  # noqa: F401
from workbench.errors import UnknownNameError
from workbench.jobs.build_map import build_map
from workbench.lab import Lab


def test_building_twice_gives_the_same_map(mapped_lab: Lab) -> None:
    before = mapped_lab.maps.get("nelisa_jump_target")
    run = InlineRun(mapped_lab.catalog)
    assert build_map(run, "nelisa_jump_target") == "nelisa_jump_target"
    assert [step.split()[0] for step in run.steps] == ["evidence", "layout", "write"]
    after = mapped_lab.maps.get("nelisa_jump_target")
    assert after is not before  # the cache let the old map go
    assert after.entities == before.entities
    assert (after.layout == before.layout).all()
    assert after.recipe_hash == before.recipe_hash


def test_a_refused_map_has_no_points_and_its_reason(mapped_lab: Lab) -> None:
    refused = mapped_lab.maps.get("cpjump1")
    assert len(refused) == 0
    assert "do not agree" in refused.quality["reason"]


def test_periscope_keeps_the_authors_coordinates(mapped_lab: Lab) -> None:
    assert len(mapped_lab.maps.get("periscope")) == 1930
    assert len(mapped_lab.maps.get("periscope_hplm")) == 1553


def test_a_data_set_that_is_not_there_is_named(mapped_lab: Lab) -> None:
    with pytest.raises(UnknownNameError, match="moon"):
        build_map(InlineRun(mapped_lab.catalog), "moon")
