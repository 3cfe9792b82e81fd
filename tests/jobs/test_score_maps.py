import pytest

from tests.mapped import InlineRun, mapped_lab  # noqa: F401
from workbench.catalog.metrics import ALIGNED, UNALIGNED, read_map_scores
from workbench.errors import DataQualityError
from workbench.jobs.score_maps import score_maps
from workbench.lab import Lab


class DyingRun(InlineRun):
    """Keeps the results of finished steps as the engine does, and dies before a given one."""

    def __init__(self, catalog, kept, dies_before=""):
        super().__init__(catalog)
        self.kept, self.dies_before = kept, dies_before

    def step(self, name, function, *arguments):
        if name == self.dies_before:
            raise KeyboardInterrupt(name)
        if name not in self.kept:
            self.kept[name] = super().step(name, function, *arguments)
        return self.kept[name]


def test_scores_name_their_snapshot_and_are_kept_beside_those_without_alignment(lab: Lab) -> None:
    before = lab.catalog.lake.current_snapshot()
    assert score_maps(InlineRun(lab.catalog), "bbbc021") == "bbbc021"
    rows = read_map_scores(lab.catalog, "bbbc021")
    found = {(row["measure"], row["stratum"]): row for row in rows}
    aligned, plain = found["nsc", ALIGNED], found["nsc", UNALIGNED]
    assert aligned["value"] == pytest.approx(96 / 103)
    assert plain["value"] < aligned["low"]
    assert (aligned["n"], aligned["unit"]) == (103, "treatments")
    assert aligned["low"] < aligned["value"] < aligned["high"]
    assert aligned["snapshot"] == before
    assert aligned["code_version"].startswith("0.")
    assert aligned["recipe_hash"] == lab.maps.get("bbbc021").recipe_hash
    assert found["nscb", ALIGNED]["n"] == 92


def test_a_worker_that_dies_is_followed_by_one_that_repeats_nothing_and_writes_once(lab: Lab) -> None:
    kept: dict = {}
    with pytest.raises(KeyboardInterrupt):
        score_maps(DyingRun(lab.catalog, kept, "write nelisa_jump_target"), "nelisa_jump_target")
    assert read_map_scores(lab.catalog, "nelisa_jump_target") == []
    second = DyingRun(lab.catalog, kept)
    score_maps(second, "nelisa_jump_target")
    assert second.steps == ["write nelisa_jump_target"]
    n = len(read_map_scores(lab.catalog, "nelisa_jump_target"))
    kept.pop("write nelisa_jump_target")  # died after writing, before the step was recorded
    score_maps(DyingRun(lab.catalog, kept), "nelisa_jump_target")
    count = "SELECT count(*) FROM lake.metric WHERE subject = 'nelisa_jump_target'"
    assert lab.catalog.lake.value(count) == n > 10


def test_genes_of_several_maps_are_held_against_every_network_in_the_catalog(lab: Lab) -> None:
    score_maps(InlineRun(lab.catalog), "periscope")
    for map_id in ("periscope", "periscope_hplm"):
        rows = {row["measure"]: row for row in read_map_scores(lab.catalog, map_id) if row["stratum"] == ALIGNED}
        for source in ("Reactome", "STRING", "hu.MAP"):
            similar = rows[f"recall {source}, similar only"]
            assert similar["low"] > similar["null"] == pytest.approx(0.05)
        assert "replicates on another plate" in rows["replicate precision"]["how"]


def test_a_refused_map_is_scored_at_chance_or_below(lab: Lab) -> None:
    score_maps(InlineRun(lab.catalog), "cpjump1")
    rows = {row["measure"]: row for row in read_map_scores(lab.catalog, "cpjump1") if row["stratum"] == ALIGNED}
    assert rows["replicate precision"]["high"] < rows["replicate precision"]["null"]
    assert rows["active share"]["value"] == 0
    assert rows["active share"]["high"] > 0
    for name in ("recall Reactome, both tails", "recall STRING, both tails"):
        assert rows[name]["low"] <= 0.10


def test_removing_a_data_set_removes_its_scores(lab: Lab) -> None:
    score_maps(InlineRun(lab.catalog), "l1000_orf_u2os")
    assert read_map_scores(lab.catalog, "l1000_orf_u2os")
    lab.data.remove("l1000_orf_u2os")
    assert read_map_scores(lab.catalog, "l1000_orf_u2os") == []


def test_a_data_set_without_a_map_is_said(mapped_lab: Lab) -> None:
    with pytest.raises(DataQualityError, match="no map of 'moon'"):
        score_maps(InlineRun(mapped_lab.catalog), "moon")
