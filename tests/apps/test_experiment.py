from __future__ import annotations

import pytest

from apps.experiment import ExperimentPage, ExperimentState, _progress_html, experiment
from tests.apps.recording import RecordingFrame, texts
from tests.hypothesised import approved, queue_lab  # noqa: F401
from workbench.lab import Lab
from workbench.nouns import Job


@pytest.fixture(scope="module")
def handle(queue_lab: Lab) -> str:
    """A batch of two."""
    return queue_lab.experiments.plan([item.handle for item in approved(queue_lab, 2)]).handle


def test_without_a_batch_the_way_to_one_is_said(queue_lab: Lab) -> None:
    content = experiment(queue_lab, ExperimentState(), RecordingFrame())
    assert content.title == "No batch yet"
    assert "/queue" in texts(content.main)


def test_the_plates_and_what_can_be_done(queue_lab: Lab, handle: str) -> None:
    page = ExperimentPage(queue_lab, handle, RecordingFrame())
    shown = texts(page.main)
    assert "Plate WB0001-3 · replicate 3" in shown
    assert "held-back real wells" in shown
    labels = [str(getattr(item, "label", "")) for item in page.inspector.select()]
    assert {"All plate maps", "WB0001-1.csv", "Send to the replay lab"} <= set(labels)
    packed = next(item for item in page.inspector.select() if getattr(item, "label", "") == "All plate maps").callback()
    assert packed.read(2) == b"PK"
    listed = experiment(queue_lab, ExperimentState("E-77"), RecordingFrame())
    assert "there is no experiment" in texts(listed.main)
    assert handle in texts(listed.main)


def test_a_dropped_file_is_understood_or_refused_in_words(queue_lab: Lab, handle: str) -> None:
    page = ExperimentPage(queue_lab, handle, RecordingFrame())
    page._received("bad.csv", b"a,b\n1,2\n")
    assert "bad.csv cannot be used" in texts(page.understood)
    assert "lacks the column plate_barcode and well" in texts(page.understood)
    queue_lab.experiments.replay(handle, inline=True, train=False)
    content = (queue_lab.settings.home / "lab" / f"{handle}-replay.csv").read_bytes()
    page._received("again.csv", content)
    assert "imported before" in texts(page.understood)
    assert any(getattr(item, "label", "") == "Nothing to import" for item in page.understood.select())
    page.refresh()
    assert "Quality of the results" in texts(page.main)
    assert "What the model learned" in texts(page.inspector)


def test_progress_and_failure_are_said() -> None:
    job = Job("J", "intake", "Import results", "running", progress=0.5, message="Judging")
    assert "Judging" in _progress_html(job)
    assert "width:50%" in _progress_html(job)
    failed = Job("J", "intake", "Import", "failed", error={"message": "no <controls>", "hint": "Bring them."})
    assert "no &lt;controls&gt; Bring them." in _progress_html(failed)
    assert _progress_html(Job("J", "intake", "Import", "done")) == ""
