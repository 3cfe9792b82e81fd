"""The Cell page without a browser: lazy tabs, compare, screen, trust, why."""

import re

import pytest

from apps.asking.compare import ComparePanel
from apps.asking.screen import ANSWER, OWN, ScreenPanel
from apps.asking.trust import TrustPanel
from apps.asking.why import WhyPanel
from apps.cell import CellState, cell
from tests.apps.recording import RecordingFrame, texts
from workbench.errors import InputError, UnknownNameError
from workbench.lab import Lab
from workbench.nouns import Claim

TABS = ["Answer", "Why", "Evidence", "Trust", "Compare", "Screen"]


def tabs_of(content):
    return next(item for item in content.main.select() if type(item).__name__ == "Tabs" and "Why" in item._names)


def asked_readout(content) -> str:
    (readout,) = [item for item in content.inspector.select() if getattr(item, "label", "") == "Readout"]
    return readout.value


def names_of(lab: Lab, task: str) -> dict[str, str]:
    questions = lab.cells.perturbations(task)
    return dict(zip(questions["name"], questions["perturbation_id"], strict=True))


def test_a_tab_is_filled_when_it_is_opened_and_the_address_follows(shared_lab: Lab) -> None:
    frame = RecordingFrame()
    content = cell(shared_lab, CellState(), frame)
    tabs = tabs_of(content)
    assert [name for name, _ in zip(tabs._names, tabs, strict=True)] == TABS
    filled = [bool(len(place)) for place in tabs]
    assert filled == [True, False, False, False, False, False]
    tabs.active = 2
    assert frame.url["tab"] == "evidence"
    assert "exact weights" in texts(tabs[2])
    assert "the model was trained on it" in texts(content.main)
    content = cell(shared_lab, CellState(tab="trust"), RecordingFrame())
    again = tabs_of(content)
    assert again.active == 3
    content.later()
    assert "Evaluation suite" in texts(again[3])


def test_the_chooser_asks_in_place_and_the_open_tab_follows(shared_lab: Lab) -> None:
    frame = RecordingFrame()
    content = cell(shared_lab, CellState(tab="evidence", readout="CALU"), frame)
    content.later()
    assert asked_readout(content) == "CALU"
    tabs = tabs_of(content)
    before = texts(tabs[2])
    chooser = next(item for item in content.main.select() if type(item).__name__ == "AutocompleteInput")
    chooser.value = "tp53"
    assert "TP53" in frame.title
    assert "over-expression:TP53" in frame.python
    assert frame.url == {"task": "l1000_orf", "perturbation": "over-expression:TP53", "against": "", "readout": ""}
    assert asked_readout(content) != "CALU"  # that was said of the question before
    assert "never measured here" in texts(content.inspector)
    assert "TP53: " in texts(content.main)
    assert texts(tabs[2]) != before
    assert not len(tabs[1])  # nothing is made for a tab that is not open
    assert chooser.value == "TP53"  # nobody's list holds it, and it stays in the sentence


def test_a_pair_that_was_never_done_is_asked_by_its_names(shared_lab: Lab) -> None:
    frame = RecordingFrame()
    content = cell(shared_lab, CellState(task="norman19"), frame)
    chooser = next(item for item in content.main.select() if type(item).__name__ == "AutocompleteInput")
    assert "KLF1 + MAP2K6" in content.title
    chooser.value = "klf1 + MAPK1"
    assert frame.url["perturbation"] == "activation:KLF1+activation:MAPK1"
    assert "infinite" in texts(content.main)
    outside = cell(
        shared_lab, CellState(task="norman19", perturbation="activation:KLF1+activation:SET"), RecordingFrame()
    )
    assert "SET was never measured alone" in texts(outside.main)


def test_a_perturbation_nobody_measured_is_predicted_and_one_without_links_is_outside(shared_lab: Lab) -> None:
    content = cell(shared_lab, CellState(perturbation="over-expression:TP53"), RecordingFrame())
    assert "never measured here" in texts(content.inspector)
    outside = cell(shared_lab, CellState(perturbation="over-expression:NOT-A-GENE"), RecordingFrame())
    assert "outside my domain" in texts(outside.main)
    assert "the model knows nothing of this question" in texts(outside.main)


def test_two_perturbations_are_compared_and_a_wrong_one_is_refused_in_place(shared_lab: Lab) -> None:
    said = shared_lab.cells.predict("over-expression:XBP1", task="l1000_orf")
    frame = RecordingFrame()
    panel = ComparePanel(shared_lab, said, names_of(shared_lab, "l1000_orf"), "", frame)
    assert "What should it be compared with?" in texts(panel.panel())
    panel.other.value = "ern1"
    assert frame.url["against"] == "over-expression:ERN1"
    assert re.search(r"\d+ of 978 readouts differ|No readout of 978", texts(panel.place))
    said = shared_lab.cells.predict(next(iter(names_of(shared_lab, "cellbox").values())), task="cellbox")
    refused = ComparePanel(shared_lab, said, {}, "nonsense", RecordingFrame())
    assert "has no perturbation called" in texts(refused.panel())


def test_another_version_answers_the_same_question(lab: Lab) -> None:
    lab.models.train("cellbox", inline=True)
    name = next(iter(names_of(lab, "cellbox").values()))
    said = lab.cells.predict(name, task="cellbox")
    (other,) = {v.name for v in lab.models.list("cellbox")} - {said.model_name}
    panel = ComparePanel(lab, said, {}, other, RecordingFrame())
    assert other in texts(panel.panel())
    assert "held-out" in texts(panel.place)  # the comparison that decided between the two
    with pytest.raises(UnknownNameError, match="does not answer l1000_orf"):
        lab.cells.predict("over-expression:XBP1", task="l1000_orf", version=other)


def test_everything_is_ranked_and_what_is_ticked_is_queued(lab: Lab) -> None:
    said = lab.cells.predict(next(iter(names_of(lab, "cellbox").values())), task="cellbox")
    frame = RecordingFrame()
    panel = ScreenPanel(lab, said, "", frame)
    panel.panel()
    assert "perturbations ranked by" in texts(panel.place)
    panel.view.table.selection = [2, 0]
    assert panel.queue.label == "Queue 2 as hypotheses"
    panel.add()
    assert frame.url["path"] == "/queue"
    first, second = sorted(lab.hypotheses.list(), key=lambda item: item.number)
    assert first.perturbation.perturbation_id == panel.view.screening.perturbations[0]
    assert second.rule.readout == panel.readout.value
    assert f"Rank 3 of {len(panel.view.screening):,}" in second.rationale
    panel.by.value = ANSWER
    panel.way.value = True
    panel.rank()
    assert panel.view.screening.aim.startswith("the opposite of what ")
    panel.by.value = OWN
    assert panel.text.visible
    panel.text.value = "nothing here"
    with pytest.raises(InputError, match="'here' is not a number"):
        panel.rank()


def test_the_suite_is_offered_followed_and_shown(lab: Lab) -> None:
    said = lab.cells.predict(next(iter(names_of(lab, "cellbox").values())), task="cellbox")
    panel = TrustPanel(lab, said, RecordingFrame())
    assert "Not evaluated yet" in texts(panel.panel())
    panel.followed.begin()
    (job,) = [job for job in lab.jobs.list(active=True) if job.kind == "evaluate_cell"]
    assert "waiting for a worker" in texts(panel.followed.place)
    lab.jobs.cancel(job.job_id)
    lab.cells.evaluate(panel.version.architecture, "cellbox_skmel133", permutations=2, inline=True)
    panel.followed.look(job.job_id)
    assert "PDS" in texts(panel.followed.place)
    assert "permuted null" in texts(panel.followed.place)


def test_why_gives_files_and_queues_what_would_refute_a_claim(lab: Lab) -> None:
    frame = RecordingFrame()
    panel = WhyPanel(lab, lab.cells.predict("over-expression:XBP1", task="l1000_orf"), frame)
    assert "claims hold up against chance" in texts(panel.panel())
    assert panel.file("svg").startswith(b"<svg")
    assert b'"paragraph"' in panel.file("json")
    assert panel.file("csv").startswith(b"claim_id,")
    asked = {"kind": "over-expression", "gene": "ERN1", "perturbation_id": "over-expression:ERN1", "readout": "FKBP14",
             "direction": "up", "reason": "it leads over ERN1"}  # fmt: skip
    panel.refute(
        Claim("Paths lead over ERN1", "signed path", 3, 1.0, verdict="supported", claim_id="C7", refuted_by=asked)
    )
    assert frame.url["path"] == "/hypothesis"
    queued = lab.hypotheses.get(frame.url["id"])
    assert (queued.perturbation.genes, queued.rule.readout, queued.rule.direction) == (("ERN1",), "FKBP14", "up")
    assert queued.rationale.startswith("Would refute C7 of XBP1. it leads over ERN1")
    other = asked | {"kind": "knock-down", "gene": "XBP1", "perturbation_id": "knock-down:XBP1", "direction": "down"}
    panel.refute(Claim("XBP1 does it", "relation", 3, 1.0, verdict="supported", claim_id="C8", refuted_by=other))
    again = lab.hypotheses.get(frame.url["id"])
    assert (again.perturbation.kind, again.perturbation.genes) == ("over-expression", ("XBP1",))
    assert "measured again, since no virtual cell here predicts knock-down" in again.rationale
