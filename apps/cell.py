"""Cell: ask the virtual cell what a perturbation does and why."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from apps.asking.compare import ComparePanel
from apps.asking.lazy_tabs import LazyTabs
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

EXAMPLE = {
    "l1000_orf": "XBP1",
    "cellbox": "PD-0325901 1.5 µM",
    "simulated": "SIM-001",
    "norman19": "KLF1 + MAP2K6",
    "nelisa": "ruxolitinib",
    "bbbc021": "taxol",
}
ROLE = {
    "train": "measured; the model was trained on it",
    "replay": "held back: the replay lab can reveal it",
    "held_out": "held out: never shown to any version",
    "new": "never measured here",
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
    return CellPage(lab, state, frame, tasks, task).content()


class CellPage:
    """One virtual cell: its chooser stays, and every question asked through it is answered in place."""

    def __init__(
        self, lab: Lab, state: CellState, frame: Frame, tasks: list[dict[str, Any]], task: dict[str, Any]
    ) -> None:
        self.lab, self.frame, self.tasks, self.task = lab, frame, tasks, task
        self.questions = lab.cells.perturbations(task["task"])
        self.names = _names(self.questions)
        self.card, self.ranking, self.legend, self.about = html(""), html("", margin=(8, 8, 0, 0)), html(""), html("")
        self.ranking.styles = RANKING
        self.clouds, self.form = pn.Column(styles=CLOUDS), pn.Column(sizing_mode="stretch_width")
        drawn = pn.FlexBox(self.ranking, self.clouds, flex_wrap="wrap", sizing_mode="stretch_width")
        answer = pn.Column(drawn, self.legend, sizing_mode="stretch_width")
        self.tabs = LazyTabs(frame, ("Answer", answer), {
            "Why": lambda: WhyPanel(lab, self.prediction, frame).panel(),
            "Evidence": lambda: _evidence(self.prediction),
            "Trust": lambda: TrustPanel(lab, self.prediction, frame).panel(),
            "Compare": lambda: ComparePanel(lab, self.prediction, self.names, self.against, frame).panel(),
            "Screen": lambda: ScreenPanel(lab, self.prediction, self.readout, frame).panel(),
        }, state.tab)  # fmt: skip
        self.against, self.readout = state.against, state.readout
        self.answer(state.perturbation or _example(self.questions, task["task"]))

    def content(self) -> Content:
        """The page as it stands after its first answer."""
        said = self.prediction
        main = pn.Column(self._form(), self.card, self.tabs.tabs, sizing_mode="stretch_width")
        chips = (self.task["dataset"], self.task["context"], said.model_name, f"snapshot {said.snapshot}")
        chips += ("simulated",) if self.task["simulated"] else ()
        inspector = pn.Column(self.about, self.form, sizing_mode="stretch_width")
        return Content(self.title(), main, chips, inspector, self.view.python(), later=self.later)

    def title(self) -> str:
        """The question."""
        return self.task["question"].format(perturbation=self.prediction.perturbation.name)

    def answer(self, perturbation_id: str) -> None:
        """Ask, and put the answer's card and ranking in their places; what needs scripts in the browser comes `later`."""
        self.prediction = self.lab.cells.predict(perturbation_id, task=self.task["task"])
        role = _role(self.questions, perturbation_id)
        measured = self.lab.cells.measured(self.prediction)
        self.view = PredictionView(self.prediction, measured=measured, note=_note(role), dark=self.frame.dark)
        self.card.object = self.view.answer().object
        self.ranking.object, self.legend.object = self.view.ranking().object, self.view.legend().object
        self.about.object = _about(self.prediction, role)

    def ask(self, event: Any) -> None:
        """The chooser was used: answer in place."""
        text = (event.new or "").strip()
        if not text:
            return
        asked = self._named(text)
        if text not in self.chooser.options:  # the input forgets a name that it does not offer
            shown = text if "+" in text else text.upper()
            self.chooser.param.update(options=[*self.chooser.options, shown], value="")
            self.chooser.value = shown  # a value that does not change is not sent, and the browser has dropped its own
        if asked == self.prediction.perturbation.perturbation_id:
            return
        self.answer(asked)
        self.against = self.readout = ""  # they belonged to the question before
        self.frame.retitle(self.title(), self.view.python())
        self.frame.update_url(task=self.task["task"], perturbation=asked, against="", readout="")
        self.tabs.forget()
        self.later()

    def _named(self, text: str) -> str:
        """The perturbation that a text names: one of the list, a pair of two of the list, or a gene or compound beside it."""
        return self.names[text] if text in self.names else self.lab.cells.named(self.task["task"], text)

    def later(self) -> None:
        """The figures and inputs that take a browser longer than the answer, and the tab that is open."""
        self.clouds[:] = [self.frame.guard(self.view.clouds)()]
        self.form[:] = [self.frame.guard(queue_form)(self.lab, self.prediction, self.readout, self.frame)]
        self.tabs.fill()

    def _form(self) -> Any:
        """Which cell, and its question as a sentence with the perturbation to fill in."""
        frame, task, names = self.frame, self.task, self.names
        cells = pmui.Select(
            label="Virtual cell", options={row["title"]: row["task"] for row in self.tasks}, value=task["task"],
            width=340, size="small", margin=0,
        )  # fmt: skip
        cells.param.watch(frame.guard(lambda event: frame.go("/cell", task=event.new)), "value")
        asked = self.prediction.perturbation
        shown = {value: key for key, value in names.items()}
        self.chooser = pmui.AutocompleteInput(
            label=f"One of {len(names):,}", options=list(names), value=shown.get(asked.perturbation_id, asked.name),
            width=260 if task["kind"] == "combination" else 190, size="small", placeholder="type a gene or drug",
            restrict=False, case_sensitive=False, min_characters=1, margin=0,
        )  # fmt: skip
        self.chooser.param.watch(frame.guard(self.ask), "value")
        before, _, after = task["question"].partition("{perturbation}")
        gap = {"gap": "10px", "align_items": "center", "sizing_mode": "stretch_width"}
        sentence = pmui.FlexBox(_words(before), self.chooser, _words(after), margin=(10, 0), **gap)
        return pn.Column(cells, sentence, sizing_mode="stretch_width")


def _example(questions: Any, task: str) -> str:
    named = questions[questions["name"].str.startswith(EXAMPLE.get(task, ""))]
    return str((named if len(named) else questions)["perturbation_id"].iloc[0])


def _words(text: str) -> Any:
    return html(f'<span style="font-size:16px">{escape(text.strip())}</span>', sizing_mode=None)


def _names(questions: Any) -> dict[str, str]:
    """Name to show → perturbation id; names that occur twice carry the end of their construct's name."""
    twice = questions["name"].duplicated(keep=False)
    return {
        f"{row.name} ({_end(row.perturbation_id)})" if again else row.name: row.perturbation_id
        for row, again in zip(
            questions[["name", "perturbation_id"]].itertuples(index=False, name="Row"), twice, strict=True
        )
    }


def _end(perturbation_id: str) -> str:
    """What tells two of one name apart: the end of a construct's name, the stereochemistry of an InChIKey."""
    parts = perturbation_id.split("-")
    return parts[1] if perturbation_id.startswith("compound:") and len(parts) == 3 else perturbation_id[-5:]


def _role(questions: Any, perturbation_id: str) -> str:
    """What the model may know of the measurement, in words."""
    known = questions[questions["perturbation_id"] == perturbation_id]
    if not len(known):
        return ROLE["new"]
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


def _about(prediction: Prediction, role: str) -> str:
    """What is asked, and whether it was measured."""
    asked = prediction.perturbation
    named = {asked.compounds[0]: asked.name} if len(asked.compounds) == 1 else {}
    links = [
        f'<a href="{link("/entity", kind=kind, id=key)}">{escape(named.get(key, key.removeprefix("NAME:")))}</a>'
        for kind, keys in (("gene", asked.genes), ("compound", asked.compounds))
        for key in dict.fromkeys(keys)
    ]
    return f'<div class="card"><h3>{" · ".join(links)}</h3><p>{chip(role)}</p></div>'


def warm(lab: Lab) -> None:
    """Load the promoted virtual cells before the first question."""
    for task in lab.cells.tasks():
        if task["version"]:
            questions = lab.cells.perturbations(task["task"])
            lab.cells.predict(_example(questions, task["task"]), task=task["task"])
