from __future__ import annotations

import re

from apps.home import home
from tests.apps.recording import RecordingFrame
from workbench.lab import Lab
from workbench.views.frame.pages import Content, NoState


def opened(lab: Lab) -> tuple[Content, str]:
    content = home(lab, NoState(), RecordingFrame())
    return content, content.main.object


def test_a_fresh_lab_with_data_shows_the_tour_with_links_that_carry_their_state(shared_lab: Lab) -> None:
    content, text = opened(shared_lab)
    assert content.title.startswith("Welcome")
    links = re.findall(r'class="card step" href="([^"]+)"', text)
    assert len(links) == 4
    assert links[0].startswith("/explore?map=l1000_orf_u2os&amp;entity=over-expression%3ABRAF")
    assert links[1].startswith("/cell?task=l1000_orf&amp;perturbation=over-expression%3ABRAF")
    for words in (
        "Explore a map",
        "Ask the cell",
        "Draw a molecule",
        f"{len(shared_lab.data.list())} data sets at a glance",
    ):
        assert words in text


def test_every_data_set_has_its_row_and_simulated_data_are_marked(shared_lab: Lab) -> None:
    _, text = opened(shared_lab)
    for dataset in shared_lab.data.list():
        assert f"/data?dataset={dataset.dataset}" in text
    row = text[text.index("dataset=simulated_lab") :]
    assert "chip simulated" in row[: row.index("</tr>")]
    assert "6.2\u202f% agree: no map" in text


def test_an_empty_lab_says_how_to_fill_it(empty_catalog) -> None:
    content, text = opened(Lab(empty_catalog))
    assert content.title.startswith("An empty lab")
    assert "workbench setup" in text
    assert "at a glance" not in text


def test_what_waits_and_what_is_new(lab: Lab) -> None:
    first = lab.hypotheses.suggest("l1000_orf", 2, person="me")
    content, text = opened(lab)
    assert content.title == "2 things wait for you"
    assert "Hypotheses to approve" in text
    assert "Four steps" not in text
    assert f"machine proposed {first[0].handle}" in text[text.index("Others did") :]
    lab.hypotheses.mark_read("me")
    assert "Others did" not in opened(lab)[1]
    lab.hypotheses.approve([first[0].handle], person="me")
    experiment = lab.experiments.plan([first[0].handle], lab="replay", person="me")
    lab.experiments.replay(experiment.handle, inline=True)
    _, text = opened(lab)
    outcome = lab.hypotheses.get(first[0].handle).outcome["outcome"]
    assert f"/hypothesis?id={first[0].handle}" in text
    assert f">{outcome}<" in text
