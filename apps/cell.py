"""Cell: ask the virtual cell what a perturbation does and why."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.views.explanation import ExplanationView
from workbench.views.frame.pages import Content, Frame, link, page
from workbench.views.model_version import ModelVersionView
from workbench.views.prediction import PredictionView, evidence_html
from workbench.views.style.parts import chip, empty, html

if TYPE_CHECKING:
    from workbench.lab import Lab
    from workbench.nouns import Prediction

EXAMPLE = {"l1000_orf": "XBP1", "cellbox": "PD-0325901 1.5 µM", "simulated": "SIM-001"}
ROLE = {
    "train": "measured; the model was trained on it",
    "replay": "held back: the replay lab can reveal it",
    "held_out": "held out: never shown to any version",
}


@dataclass(frozen=True)
class CellState:
    """What the address keeps."""

    task: str = "l1000_orf"
    perturbation: str = ""
    readout: str = ""


@page("/cell", "Cell", icon="biotech", order=2, state=CellState)
def cell(lab: Lab, state: CellState, frame: Frame) -> Content:
    """A question as a sentence, the answer at once, and why."""
    tasks = [task for task in lab.cells.tasks() if task["version"]]
    if not tasks:
        note = empty(
            "No virtual cell is trained yet",
            "A virtual cell learns from measured perturbations.",
            "/data",
            "Import data",
        )
        return Content("Ask the virtual cell", note)
    task = next((row for row in tasks if row["task"] == state.task), tasks[0])
    questions = lab.cells.perturbations(task["task"])
    chosen = state.perturbation or _example(questions, task["task"])
    prediction = lab.cells.predict(task["task"], chosen)
    form = _form(tasks, task, questions, chosen, frame)
    answer = PredictionView(prediction, measured=lab.cells.measured(prediction), dark=frame.dark)
    main = pn.Column(form, answer.panel(), _tabs(lab, prediction), sizing_mode="stretch_width")
    chips = (task["dataset"], task["context"], prediction.model_name, f"snapshot {prediction.snapshot}")
    chips += ("simulated",) if task["simulated"] else ()
    title = task["question"].format(perturbation=prediction.perturbation.name)
    return Content(title, main, chips, _inspector(lab, prediction, questions, state, frame), answer.python())


def _example(questions: Any, task: str) -> str:
    named = questions[questions["name"].str.startswith(EXAMPLE.get(task, ""))]
    return str((named if len(named) else questions)["perturbation_id"].iloc[0])


def _form(tasks: list[dict[str, Any]], task: dict[str, Any], questions: Any, chosen: str, frame: Frame) -> Any:
    """Which cell, and its question as a sentence with the perturbation to fill in."""
    cells = pmui.Select(
        label="Virtual cell", options={row["title"]: row["task"] for row in tasks}, value=task["task"], width=340,
        size="small", margin=0,
    )  # fmt: skip
    cells.param.watch(frame.guard(lambda event: frame.go("/cell", task=event.new)), "value")
    names = _names(questions)
    shown = {value: key for key, value in names.items()}
    chooser = pmui.AutocompleteInput(
        label=f"One of {len(names):,}", options=list(names), value=shown.get(chosen, chosen.partition(":")[2]),
        width=260 if task["kind"] == "combination" else 190, size="small", placeholder="type a gene or drug",
        restrict=False, case_sensitive=False, min_characters=1, margin=0,
    )  # fmt: skip

    def ask(event: Any) -> None:
        text = (event.new or "").strip()
        if text:
            known = names.get(text) or f"{task['kind']}:{text.upper()}"
            frame.go("/cell", task=task["task"], perturbation=known)

    chooser.param.watch(frame.guard(ask), "value")
    before, _, after = task["question"].partition("{perturbation}")
    gap = {"gap": "10px", "align_items": "center", "sizing_mode": "stretch_width"}
    sentence = pmui.FlexBox(_words(before), chooser, _words(after), margin=(10, 0), **gap)
    return pn.Column(cells, sentence, sizing_mode="stretch_width")


def _words(text: str) -> Any:
    return html(f'<span style="font-size:16px">{escape(text.strip())}</span>', sizing_mode=None)


def _names(questions: Any) -> dict[str, str]:
    """Name to show → perturbation id; names that occur twice carry the end of their construct's name."""
    twice = questions["name"].duplicated(keep=False)
    return {
        f"{row.name} ({row.perturbation_id[-5:]})" if again else row.name: row.perturbation_id
        for row, again in zip(
            questions[["name", "perturbation_id"]].itertuples(index=False, name="Row"), twice, strict=True
        )
    }


def _tabs(lab: Lab, prediction: Prediction) -> Any:
    evidence = html(
        '<div class="card"><h3>Nearest measured evidence, with exact weights</h3><p class="muted small">'
        "prediction = mean + sum of weight × (measured response − mean)</p>"
        f"{evidence_html(prediction, lambda gene: link('/entity', kind='gene', id=gene))}</div>"
    )
    trust = ModelVersionView(lab.models.get(prediction.model_version)).panel()
    why = ExplanationView(lab.cells.explain(prediction)).panel()
    return pmui.Tabs(
        ("Why", why), ("Evidence", evidence), ("Trust", trust), sizing_mode="stretch_width", margin=(14, 0)
    )


def _inspector(lab: Lab, prediction: Prediction, questions: Any, state: CellState, frame: Frame) -> Any:
    """What is asked, whether it was measured, and the way into the queue."""
    known = questions[questions["perturbation_id"] == prediction.perturbation.perturbation_id]
    role = ROLE[known["role"].iloc[0]] if len(known) else "never measured here"
    if len(known) and bool(known["measured"].iloc[0]) and known["role"].iloc[0] != "train":
        role = "measured by an experiment of the queue"
    links = [
        f'<a href="{link("/entity", kind=kind, id=key)}">{shown}</a>'
        for kind, keys in (("gene", prediction.perturbation.genes), ("compound", prediction.perturbation.compounds))
        for key in dict.fromkeys(keys)
        for shown in [key.removeprefix("NAME:")]
    ]
    about = html(f'<div class="card"><h3>{" · ".join(links)}</h3><p>{chip(role)}</p></div>')
    return pn.Column(about, _queue_form(lab, prediction, state, frame), sizing_mode="stretch_width")


def _queue_form(lab: Lab, prediction: Prediction, state: CellState, frame: Frame) -> Any:
    suggested = state.readout if state.readout in prediction.readouts else lab.hypotheses.suggest_readout(prediction)
    readout = pmui.AutocompleteInput(
        label="Readout", options=["profile", *prediction.readouts], value=suggested, size="small", min_characters=1,
        sizing_mode="stretch_width", restrict=True, case_sensitive=False,
    )  # fmt: skip
    half = {"size": "small", "sizing_mode": "stretch_width", "min_width": 0, "styles": {"flex": "1 1 0"}}
    direction = pmui.Select(label="Direction", options=["as predicted", "up", "down", "any"], **half)
    threshold = pmui.FloatInput(
        label=f"At least ({prediction.units})", value=lab.hypotheses.suggest_threshold(prediction, suggested), step=0.1,
        start=0, **half,
    )  # fmt: skip
    readout.param.watch(
        lambda event: threshold.param.update(value=lab.hypotheses.suggest_threshold(prediction, event.new)), "value"
    )
    why = pmui.TextAreaInput(label="Why do you believe it?", size="small", rows=2, sizing_mode="stretch_width")
    button = pmui.Button(label="Queue as hypothesis", variant="contained", sizing_mode="stretch_width")

    def queue(_event: Any) -> None:
        made = lab.hypotheses.queue(
            prediction, readout=readout.value or None, person=frame.person, rationale=why.value or "",
            direction=None if direction.value == "as predicted" else direction.value, threshold=threshold.value,
        )  # fmt: skip
        frame.go("/hypothesis", id=made.handle)

    button.on_click(frame.guard(queue))
    note = html(
        '<p class="muted small">The prediction is frozen with its version and snapshot, and the rule is declared now: '
        "it cannot change once approved. The size asked for begins at half the predicted one.</p>"
    )
    return pn.Column(
        html("<h3>Believe it? Let the lab decide</h3>"), readout,
        pn.Row(direction, threshold, sizing_mode="stretch_width"), why, button, note,
        sizing_mode="stretch_width", margin=(14, 0),
    )  # fmt: skip


def warm(lab: Lab) -> None:
    """Load the promoted virtual cells before the first question."""
    for task in lab.cells.tasks():
        if task["version"]:
            questions = lab.cells.perturbations(task["task"])
            lab.cells.predict(task["task"], _example(questions, task["task"]))
