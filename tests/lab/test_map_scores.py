import numpy as np
import pytest

from workbench.errors import DataQualityError, UnknownNameError
from workbench.lab import Lab
from workbench.lab.map_scores import COLUMNS
from workbench.phenomics.recipe import Recipe


def test_scores_before_and_after_lie_in_one_row_and_survive_a_subset(lab: Lab) -> None:
    assert lab.maps.scores("nelisa_jump_target").empty
    assert tuple(lab.maps.scores("nelisa_jump_target").columns) == COLUMNS
    lab.maps.relayout("nelisa_jump_target", np.arange(0, 80, 2), "every second", inline=True)
    job = lab.maps.score("nelisa_jump_target", inline=True)
    assert job.result_id == "nelisa_jump_target"
    table = lab.maps.scores("nelisa_jump_target").set_index("measure")
    assert set(table["map_id"]) == {"nelisa_jump_target"}
    active = table.loc["active share"]
    assert active["value"] == pytest.approx(0.43, abs=0.03)
    assert active["low"] < active["value"] < active["high"]
    assert active["before"] < active["value"]
    assert table["is_current"].all()
    report = lab.maps.report("nelisa_jump_target")
    assert [map_.map_id for map_ in report["maps"]] == ["nelisa_jump_target"]
    assert len(report["scores"]["nelisa_jump_target"]) == len(table)


def test_scores_of_an_earlier_recipe_say_so(lab: Lab) -> None:
    from dataclasses import replace

    from workbench.catalog.maps import read_map, write_map

    lab.maps.score("simulated_lab", inline=True)
    map_ = read_map(lab.catalog, "simulated_lab")
    assert Recipe.from_json(map_.recipe).sha256 == map_.recipe_hash
    write_map(lab.catalog, replace(map_, recipe_hash="0" * 64))
    assert not lab.maps.scores("simulated_lab")["is_current"].any()


def test_no_report_without_a_map(lab: Lab) -> None:
    with pytest.raises(UnknownNameError, match="moon"):
        lab.maps.report("moon")
    with pytest.raises(DataQualityError, match="no map of 'screen_il2'"):
        lab.maps.report("screen_il2")
