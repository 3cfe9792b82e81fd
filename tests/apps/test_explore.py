import numpy as np
import pytest

from apps.explore import Explorer, ExploreState, explore
from apps.explorer.benchmarks import BenchmarksPanel
from apps.explorer.opening import preview
from tests.apps.recording import RecordingFrame, texts
from tests.mapped import mapped_lab  # noqa: F401
from workbench.lab import Lab

BRAF = "over-expression:BRAF/BRDN0000464953"


def page(lab: Lab, **state: str) -> tuple[Explorer, RecordingFrame]:
    frame = RecordingFrame()
    maps = lab.maps.list()
    row = next(row for row in maps if row["map_id"] == state.get("map", "l1000_orf_u2os"))
    return Explorer(lab, ExploreState(**state), frame, row, maps), frame


def test_without_state_an_accepted_map_opens(mapped_lab: Lab) -> None:
    content = explore(mapped_lab, ExploreState(), RecordingFrame())
    assert "Breast-cancer cells" in content.title
    assert content.python.startswith("wb.draw(lab.maps.get('bbbc021')")


def test_a_refused_map_shows_numbers_instead_of_points(mapped_lab: Lab) -> None:
    content = explore(mapped_lab, ExploreState(map="cpjump1"), RecordingFrame())
    assert "no map is drawn" in content.title
    assert "What can be used" in texts(content.main)


def test_an_entity_in_the_address_opens_its_evidence(mapped_lab: Lab) -> None:
    explorer, _ = page(mapped_lab, map="l1000_orf_u2os", entity=BRAF)
    shown = texts(explorer.inspector)
    for text in ("BRAF", "RAF1", "Reactome", "3 replicate wells on 3 plates", "squares: controls"):
        assert text in shown


def test_unknown_maps_and_entities_are_said(mapped_lab: Lab) -> None:
    frame = RecordingFrame()
    explore(mapped_lab, ExploreState(map="moon"), frame)
    assert "no map 'moon'" in frame.messages[0]
    _, frame = page(mapped_lab, map="l1000_orf_u2os", entity="nobody")
    assert "not on the map" in frame.messages[0]


def test_a_selection_is_counted_and_saved_as_a_cohort_that_reopens(mapped_lab: Lab) -> None:
    explorer, frame = page(mapped_lab, map="l1000_orf_u2os")
    rows = np.arange(7)
    explorer.view.selected = rows
    explorer._selected(rows)
    assert "<b>7</b> of 324" in explorer.count.object
    assert len(explorer.table_place[0].value) == 7
    explorer.cohort_name.value = "first seven"
    explorer._save(None)
    again, _ = page(mapped_lab, map="l1000_orf_u2os", cohort=frame.url["cohort"])
    assert again.view.selected.tolist() == rows.tolist()
    assert "first seven" in again.count.object


def test_a_tap_updates_address_and_inspector(mapped_lab: Lab) -> None:
    explorer, frame = page(mapped_lab, map="bbbc021")
    explorer._tapped(4)
    assert frame.url["entity"] == explorer.map.entities[4]
    assert explorer.map.labels[4] in texts(explorer.inspector)
    explorer._tapped(None)
    assert frame.url["entity"] == ""


@pytest.mark.parametrize("map_id", ["bbbc021", "nelisa_jump_target", "l1000_orf_u2os", "periscope"])
def test_every_offered_colour_draws(mapped_lab: Lab, map_id: str) -> None:
    explorer, _ = page(mapped_lab, map=map_id)
    chooser = explorer._colour_chooser()
    assert len(chooser.options) >= 3
    for name in chooser.options.values():
        chooser.value = name
        assert explorer.view.colour == ("" if name == "one colour" else name)


@pytest.mark.parametrize("map_id", ["bbbc021", "nelisa_jump_target", "l1000_orf_u2os", "periscope", "simulated_lab"])
def test_the_inspector_opens_on_a_selection_and_on_a_point_of_every_map(mapped_lab: Lab, map_id: str) -> None:
    explorer, _ = page(mapped_lab, map=map_id)
    explorer.view.select(np.arange(12))
    explorer._selected(explorer.view.selected)
    shown = texts(explorer.inspector)
    for text in ("12 selected", "Over-represented", "each", "How alike they are", "Median cosine"):
        assert text in shown
    assert ("squares: controls" in shown) == (map_id != "periscope")  # a pooled screen has no plate positions
    explorer._tapped(3)
    assert "Nearest neighbours" in texts(explorer.inspector)


def buttons(panel: object) -> list[str]:
    return [item.label for item in panel.select() if type(item).__name__ in ("Button", "FileDownload")]


def test_a_map_without_scores_offers_to_make_them_and_shows_them_with_a_report(mapped_lab: Lab) -> None:
    explorer, _ = page(mapped_lab, map="simulated_lab")
    assert "Not scored yet" in texts(explorer.inspector)
    assert buttons(explorer.inspector) == ["Score this map", "Report"]
    block = BenchmarksPanel(mapped_lab, "simulated_lab", "simulated_lab", RecordingFrame())
    block.panel()
    block.followed.begin()  # no worker runs here: the job waits
    (job,) = [job for job in mapped_lab.jobs.list(active=True) if job.kind == "score_maps"]
    assert "waiting for a worker" in texts(block.followed.place)
    again, _ = page(mapped_lab, map="simulated_lab")
    assert "Scoring, 0%" in texts(again.inspector)  # whoever comes later sees that it is under way
    block.followed.begin()
    assert len([one for one in mapped_lab.jobs.list(active=True) if one.kind == "score_maps"]) == 1
    mapped_lab.jobs.cancel(job.job_id)
    mapped_lab.maps.score("simulated_lab", inline=True)
    block.followed.look(job.job_id)
    shown = texts(block.followed.place)
    for text in (
        "Replicates found among controls",
        "simulated prior pairs recalled",
        "chance",
        "n = 160 perturbations",
    ):
        assert text in shown
    assert buttons(block.followed.place) == ["Score again", "Report"]
    report = block._report().getvalue().decode()
    assert "Simulated lab" in report
    assert "simulated prior pairs recalled" in report


def test_a_refused_map_has_its_benchmarks_beside_the_refusal(mapped_lab: Lab) -> None:
    content = explore(mapped_lab, ExploreState(map="cpjump1"), RecordingFrame())
    assert "Benchmarks" in texts(content.inspector)


def test_a_map_in_memory_is_shown_before_the_page_stands(mapped_lab: Lab) -> None:
    state = ExploreState(map="l1000_orf_u2os")
    content = explore(mapped_lab, state, RecordingFrame())
    early = preview(mapped_lab, state)
    assert (early.title, early.chips) == (content.title, content.chips)
    assert early.html.count("<circle") == 324
    assert preview(mapped_lab, ExploreState(map="l1000_orf_u2os", second="bbbc021")) is None
    assert preview(mapped_lab, ExploreState(map="cpjump1")) is None  # nothing is drawn of a refused map
