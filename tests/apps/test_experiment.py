from __future__ import annotations

import numpy as np
import pandas as pd
import panel_material_ui as pmui
import pytest

from apps.batch.design import DesignChooser
from apps.batch.exports import Exports
from apps.experiment import ExperimentPage, ExperimentState, _progress_html, experiment
from tests.apps.recording import RecordingFrame, texts
from tests.hypothesised import approved, queue_lab  # noqa: F401
from workbench.lab import Lab
from workbench.nouns import Job
from workbench.nouns.experiment import Design


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
    assert {"Keep this layout", "WB0001-1.csv", "Send to the replay lab", "Take to the bench"} <= set(labels)
    listed = experiment(queue_lab, ExperimentState("E-77"), RecordingFrame())
    assert "there is no experiment" in texts(listed.main)
    assert handle in texts(listed.main)


def test_every_choice_of_a_layout_is_painted_and_counts_only_when_kept(queue_lab: Lab) -> None:
    batch = queue_lab.experiments.plan([item.handle for item in approved(queue_lab, 2)], lab="bench")
    page = ExperimentPage(queue_lab, batch.handle, RecordingFrame())
    chooser = DesignChooser(queue_lab, batch, page.frame, page._preview, page.refresh)
    assert chooser.keep.disabled
    chooser.fields["n_wells"].value = 384
    assert "preview" in texts(page.plates)
    assert queue_lab.experiments.get(batch.handle).design.n_wells == 96
    chooser.fields["per_plate"].value = 3
    assert "1 plate, 6 treated wells on each, 14 wells in all" in chooser.words.object
    chooser.fields["n_wells"].value, chooser.fields["n_negative"].value = 96, 70
    assert "leave no room" in chooser.words.object
    assert chooser.keep.disabled
    chooser.fields["n_negative"].value = 8
    known = next(name for name in chooser._positives if name != "no positive control")
    chooser.fields["positive_control"].value = known
    assert "18 wells in all" in chooser.words.object
    chooser._keep()
    kept = queue_lab.experiments.get(batch.handle).design
    assert (kept.per_plate, kept.n_negative, kept.n_positive) == (3, 8, 4)
    assert known.split(" (")[0] in texts(page.plates)
    assert "preview" not in texts(page.plates)


def test_a_list_for_a_machine_says_what_stock_is_missing_until_it_is_brought(queue_lab: Lab, handle: str) -> None:
    made = Exports(queue_lab, queue_lab.experiments.get(handle), RecordingFrame())
    assert made._content().read().startswith(b"plate_barcode,well,role")
    made.form.value = "pdf"
    assert made._content().read(4) == b"%PDF"
    made.form.value = "echo"
    assert "have no stock" in made.words.object
    assert made.button.disabled
    wells = {well.perturbation_id for plate in queue_lab.experiments.get(handle).plates for well in plate.wells}
    rows = [f"S1,A{i:02d},{name},50000" for i, name in enumerate(sorted(wells), start=1)]
    made._stock_arrived("s.csv", "\n".join(["source_plate,source_well,perturbation_id,volume_nl", *rows]).encode())
    assert made.stock.said == "s.csv: 3 source wells."
    assert not made.button.disabled
    assert made.button.filename == f"{handle}-echo-picklist.csv"
    assert b"S1,A1," in made._content().read()


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


def result_file(lab: Lab, handle: str, shift: float = 0.0) -> pd.DataFrame:
    """Noise for every planned well; on the first plate those of the rows A to D shifted."""
    readouts = list(lab.data.profiles("l1000_orf_u2os").features)
    batch = lab.experiments.get(handle)
    wells = [(well.plate_barcode, well.well) for plate in batch.plates for well in plate.wells]
    values = np.random.default_rng(3).normal(size=(len(wells), len(readouts)))
    values[[barcode.endswith("-1") and well[0] < "E" for barcode, well in wells]] += shift
    head = pd.DataFrame(wells, columns=["plate_barcode", "well"])
    return pd.concat([head, pd.DataFrame(values, columns=readouts)], axis=1)


def test_a_stopped_plate_counts_only_with_a_reason_and_an_open_question_is_asked(queue_lab: Lab) -> None:
    asked_about = [item.handle for item in approved(queue_lab, 2)]
    batch = queue_lab.experiments.plan(asked_about, lab="bench", design=Design(n_negative=40)).handle
    page = ExperimentPage(queue_lab, batch, RecordingFrame())
    table = result_file(queue_lab, batch, shift=40.0)
    first = table[table["plate_barcode"].str.endswith("-1")]
    page._received("r.csv", first.drop(columns="plate_barcode").to_csv(index=False).encode())
    assert "names no plate: which one is it of?" in texts(page.understood)
    (asked,) = page.understood.select(pmui.AutocompleteInput)
    asked.value = asked.options[0]
    clicked(page, "Go on")
    assert "of the variance follows the rows" in texts(page.understood)
    assert "stop" in texts(page.understood)
    (button,) = [item for item in page.understood.select(pmui.Button) if item.label.startswith("Import")]
    assert button.label.endswith("all the same")
    assert button.disabled
    (note,) = page.understood.select(pmui.TextInput)
    note.value_input = "the left half was warm; the rule looks at ranks"
    assert not button.disabled
    jobs = []
    page.file.on_job = jobs.append
    button.clicks += 1
    (job,) = jobs
    assert queue_lab.jobs.get(job).kind == "intake"
    queue_lab.jobs.cancel(job)


def clicked(page: ExperimentPage, label: str) -> None:
    next(item for item in page.understood.select(pmui.Button) if item.label == label).clicks += 1


def test_progress_and_failure_are_said() -> None:
    job = Job("J", "intake", "Import results", "running", progress=0.5, message="Judging")
    assert "Judging" in _progress_html(job)
    assert "width:50%" in _progress_html(job)
    failed = Job("J", "intake", "Import", "failed", error={"message": "no <controls>", "hint": "Bring them."})
    assert "no &lt;controls&gt; Bring them." in _progress_html(failed)
    assert _progress_html(Job("J", "intake", "Import", "done")) == ""
