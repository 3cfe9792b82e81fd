"""Cell: ask the virtual cell what a perturbation does and why."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from apps.asking.compare import ComparePanel
from apps.asking.lazy_tabs import lazy_tabs
from apps.asking.queue_form import queue_form
from apps.asking.screen import ScreenPanel
from apps.asking.trust import TrustPanel
from apps.asking.why import WhyPanel
from workbench.views.frame.pages import Content, Frame, link, page
from workbench.views.prediction import CLOUDS, RANKING, PredictionView, evidence_html
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
REVEALED = "measured by an experiment of the queue"


@dataclass(frozen=True)
class CellState:
    """What the address keeps."""

    task: str = "l1000_orf"
    perturbation: str = ""
    readout: str = ""
    tab: str = ""
    against: str = ""


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
    role = _role(questions, chosen)
    view = PredictionView(prediction, measured=lab.cells.measured(prediction), note=_note(role), dark=frame.dark)
    names = _names(questions)
    clouds, form = pn.Column(styles=CLOUDS), pn.Column(sizing_mode="stretch_width")

    def later() -> None:
        """What needs scripts in the browser comes once the answer stands."""
        clouds[:] = [frame.guard(view.clouds)()]
        form[:] = [frame.guard(queue_form)(lab, prediction, state.readout, frame)]
        fill()

    tabs, fill = lazy_tabs(frame, {
        "Answer": lambda: _answer(view, clouds),
        "Why": lambda: WhyPanel(lab, prediction, frame).panel(),
        "Evidence": lambda: _evidence(prediction),
        "Trust": lambda: TrustPanel(lab, prediction, frame).panel(),
        "Compare": lambda: ComparePanel(lab, prediction, names, state.against, frame).panel(),
        "Screen": lambda: ScreenPanel(lab, prediction, state.readout, frame).panel(),
    }, state.tab)  # fmt: skip
    main = pn.Column(_form(tasks, task, names, chosen, frame), view.answer(), tabs, sizing_mode="stretch_width")
    chips = (task["dataset"], task["context"], prediction.model_name, f"snapshot {prediction.snapshot}")
    chips += ("simulated",) if task["simulated"] else ()
    title = task["question"].format(perturbation=prediction.perturbation.name)
    about = pn.Column(_about(prediction, role), form, sizing_mode="stretch_width")
    return Content(title, main, chips, about, view.python(), later=later)


def _answer(view: PredictionView, clouds: Any) -> Any:
    """The ranking at once, beside the place of the figures that come later."""
    ranking = view.ranking()
    ranking.styles = RANKING
    shown = pn.FlexBox(ranking, clouds, flex_wrap="wrap", sizing_mode="stretch_width")
    return pn.Column(shown, view.legend(), sizing_mode="stretch_width")


def _example(questions: Any, task: str) -> str:
    named = questions[questions["name"].str.startswith(EXAMPLE.get(task, ""))]
    return str((named if len(named) else questions)["perturbation_id"].iloc[0])


def _form(tasks: list[dict[str, Any]], task: dict[str, Any], names: dict[str, str], chosen: str, frame: Frame) -> Any:
    """Which cell, and its question as a sentence with the perturbation to fill in."""
    cells = pmui.Select(
        label="Virtual cell", options={row["title"]: row["task"] for row in tasks}, value=task["task"], width=340,
        size="small", margin=0,
    )  # fmt: skip
    cells.param.watch(frame.guard(lambda event: frame.go("/cell", task=event.new)), "value")
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


def _role(questions: Any, perturbation_id: str) -> str:
    """What the model may know of the measurement, in words."""
    known = questions[questions["perturbation_id"] == perturbation_id]
    if not len(known):
        return "never measured here"
    role = str(known["role"].iloc[0])
    return REVEALED if bool(known["measured"].iloc[0]) and role != "train" else ROLE[role]


def _note(role: str) -> str:
    """What must be said beside a measurement that may have taught the model."""
    return "the model was trained on it" if role == ROLE["train"] else ""


def _evidence(prediction: Prediction) -> Any:
    return html(
        '<div class="card"><h3>Nearest measured evidence, with exact weights</h3><p class="muted small">'
        "prediction = mean + sum of weight × (measured response − mean)</p>"
        f"{evidence_html(prediction, lambda gene: link('/entity', kind='gene', id=gene))}</div>"
    )


def _about(prediction: Prediction, role: str) -> Any:
    """What is asked, and whether it was measured."""
    links = [
        f'<a href="{link("/entity", kind=kind, id=key)}">{escape(key.removeprefix("NAME:"))}</a>'
        for kind, keys in (("gene", prediction.perturbation.genes), ("compound", prediction.perturbation.compounds))
        for key in dict.fromkeys(keys)
    ]
    return html(f'<div class="card"><h3>{" · ".join(links)}</h3><p>{chip(role)}</p></div>')


def warm(lab: Lab) -> None:
    """Load the promoted virtual cells before the first question."""
    for task in lab.cells.tasks():
        if task["version"]:
            questions = lab.cells.perturbations(task["task"])
            lab.cells.predict(task["task"], _example(questions, task["task"]))
