"""One hypothesis: what is believed, the rule that decides it, what was measured, and its whole history."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from apps.queueing.discussion import Discussion
from apps.queueing.editing import Editing
from workbench.errors import UnknownNameError
from workbench.nouns import Experiment, Hypothesis
from workbench.nouns.hypothesis import PRIORITIES
from workbench.views import VIEWS
from workbench.views.effect import signed
from workbench.views.frame.pages import Content, Frame, link, page
from workbench.views.history import History, steps
from workbench.views.hypothesis import OUTCOME_KIND, HypothesisView, outcome_word
from workbench.views.style import significant
from workbench.views.style.parts import chip, empty, html

if TYPE_CHECKING:
    import pandas as pd

    from workbench.lab import Lab

LOOK_AGAIN_MS = 5000
STOPPABLE = ("draft", "proposed", "approved", "scheduled")


@dataclass(frozen=True)
class HypothesisState:
    """What the address keeps."""

    id: str = ""


@page("/hypothesis", "Hypothesis", icon="psychology", state=HypothesisState, at_once=True)
def hypothesis(lab: Lab, state: HypothesisState, frame: Frame) -> Content:
    """The page of one hypothesis; without a known id, where to find them."""
    try:
        lab.hypotheses.get(state.id)
    except UnknownNameError as error:
        words = error.message if state.id else "No hypothesis is named in the address."
        return Content("No such hypothesis", html(empty("Nothing to show", words, "/queue", "Open the queue")))
    return HypothesisPage(lab, state.id, frame).content()


class HypothesisPage:
    """One hypothesis in one browser session."""

    def __init__(self, lab: Lab, name: str, frame: Frame) -> None:
        self.lab, self.name, self.frame = lab, name, frame
        self.main = pn.Column(sizing_mode="stretch_width")
        self.inspector = pn.Column(sizing_mode="stretch_width")
        self.note = pmui.TextInput(label="Note for the history (optional)", size="small", sizing_mode="stretch_width")
        self.again = frame.password_again()
        self.discussion = Discussion(lab, name, frame, self.refresh)
        self.talk = self.discussion.panel()
        self.editing: Editing | None = None
        self.refresh()

    def content(self) -> Content:
        """Title, chips, main and inspector."""
        self.frame.every(LOOK_AGAIN_MS, self._look_again)
        item = self.item
        said = item.predicted
        chips = (item.handle, str(item.context), str(said.get("model", "")))
        chips += (f"snapshot {said['snapshot']}",) if "snapshot" in said else ()
        chips += ("simulated",) if item.simulated else ()
        python = f"lab.hypotheses.get({item.handle!r})"
        return Content(item.statement, self.main, tuple(text for text in chips if text), self.inspector, python)

    def refresh(self) -> None:
        """Read everything again and draw it."""
        self.item = item = self.lab.hypotheses.get(self.name)
        self.events = self.lab.hypotheses.events(item.handle)
        self.results = self.lab.hypotheses.results(item.handle)
        self.batches = [batch for batch in self.lab.experiments.list() if item.hypothesis_id in batch.hypothesis_ids]
        self.discussion.show(self.events)
        self.main[:] = [
            html(steps(item.state, self.events)), self._figure(), html(self._why()), html(self._wells()),
            *self._prediction(), self.talk, self._history(),
        ]  # fmt: skip
        if self.editing is None or self.editing.item != item:  # what is being typed stays while others talk
            self.editing = Editing(self.lab, item, self.frame, self.refresh)
            self.inspector[:] = [html(self._facts()), *self._actions(), self.editing.panel()]

    def _look_again(self) -> None:
        """Somebody else may have said or done something meanwhile."""
        if len(self.lab.hypotheses.events(self.name)) != len(self.events):
            self.refresh()

    def _figure(self) -> Any:
        replicates = tuple(float(value) for value in self.results["effect"])
        view = HypothesisView(self.item, replicates=replicates, rule=self.lab.hypotheses.rule(self.item))

        def csv() -> io.BytesIO:
            return io.BytesIO(view.data().to_csv(index=False).encode())

        def svg() -> io.BytesIO:
            return io.BytesIO(view.effect.large().encode())

        name = self.item.handle
        buttons = pn.Row(
            pn.Spacer(sizing_mode="stretch_width"),
            pmui.FileDownload(callback=csv, filename=f"{name}.csv", label="CSV", variant="text", size="small"),
            pmui.FileDownload(callback=svg, filename=f"{name}.svg", label="SVG", variant="text", size="small"),
            sizing_mode="stretch_width",
        )
        return pmui.Paper(
            pn.Column(view.panel(), buttons, sizing_mode="stretch_width", margin=12), variant="outlined",
            sizing_mode="stretch_width",
        )  # fmt: skip

    def _why(self) -> str:
        text = self.item.rationale or self.item.reason
        body = escape(text) if text else "Nobody wrote down why."
        muted = "" if text else ' class="muted"'
        return f"<h2 style='margin-top:22px'>Why this was queued</h2><p{muted}>{body}</p>"

    def _wells(self) -> str:
        """Where it lies on the plates, and what each replicate showed."""
        head = "<h2 style='margin-top:16px'>Plates and results</h2>"
        if not self.batches:
            return f"{head}<p class='muted'>Not laid out yet. Once it is approved it goes on one plate a replicate.</p>"
        rows = "".join(_well_rows(batch, self.item, self.results) for batch in self.batches)
        units = escape(str(self.item.predicted.get("units", "")))
        return (
            f"{head}<table class='plain'><tr><th>batch</th><th>lab</th><th>plate</th><th>well</th>"
            f"<th class='num'>measured change ({units})</th></tr>{rows}</table>"
        )

    def _prediction(self) -> list[Any]:
        """The frozen prediction as the Cell page draws it."""
        if self.item.prediction_id is None or "Prediction" not in VIEWS.names():
            return []
        prediction = self.lab.cells.prediction(self.item.prediction_id)
        body = VIEWS.find("Prediction").thing(prediction).panel()
        head = html("<h2 style='margin-top:20px'>The frozen prediction</h2>")
        return [head, body]

    def _history(self) -> Any:
        broken = next(
            (
                (row["sequence"], row["problem"])
                for row in self.lab.hypotheses.verify()
                if row["handle"] == self.item.handle
            ),
            None,
        )
        return html(f"<h2 style='margin-top:20px'>History</h2>{History(self.events, broken=broken).html()}")

    def _facts(self) -> str:
        item, said = self.item, self.item.predicted
        author = "the machine" if item.author_kind == "machine" else escape(item.author)
        cell = link("/cell", task=item.task, perturbation=item.perturbation.perturbation_id)
        rows = [("Proposed by", author)]
        if item.score is not None:
            rows.append(("Score", f"{significant(item.score, 2)}<br><span class='muted'>{escape(item.reason)}</span>"))
        rows += [
            ("Perturbation", _named(item)),
            ("Task", f'<a href="{escape(cell)}" target="_top">{escape(item.task)}</a>'),
            ("The cell says", escape(str(said.get("verdict", "–")))),
            ("Baseline", f"{signed(said.get('baseline'))} ({escape(str(said.get('baseline_name', '')))})"),
            ("Priority", escape(PRIORITIES[item.priority])),
            ("Tags", " ".join(chip(f"#{tag}") for tag in item.tags) or "–"),
            ("Cost", "–" if item.cost is None else f"{item.cost:g} wells"),
        ]
        body = "".join(f"<tr><td class='muted'>{name}</td><td>{value}</td></tr>" for name, value in rows)
        verdict = ""
        if item.outcome:
            kind = OUTCOME_KIND[item.outcome["outcome"]]
            reason = escape(item.outcome["reason"])
            verdict = f"<p>{chip(outcome_word(item), kind)}</p><p>{reason}</p>"
        return f"<h3>{item.handle}</h3>{verdict}<table class='plain small'>{body}</table>"

    def _actions(self) -> list[Any]:
        item, parts = self.item, []
        if item.state == "draft":
            parts.append(self._button("Propose for approval", self._propose))
        if item.state == "proposed":
            parts += [*self.again.parts, self._button("Approve", self._approve)]
        if item.state == "approved":
            parts.append(self._button("Lay out on plates", self._lay_out))
            parts.append(html("<p class='muted small'>To share plates with others, choose them together on "
                              "<a href='/queue' target='_top'>the board</a>.</p>"))  # fmt: skip
        if item.state in STOPPABLE and item.state != "scheduled":
            parts.append(self._button("Withdraw", self._withdraw, variant="text"))
            parts.insert(0, self.note)
        for batch in self.batches:
            address = link("/experiment", id=batch.handle)
            parts.append(html(f'<p><a href="{escape(address)}" target="_top">Open {batch.handle}: '
                              f"{escape(batch.title)} →</a></p>"))  # fmt: skip
        if item.state == "resolved":
            parts.append(html('<p><a href="/rounds" target="_top">What the model learned →</a></p>'))
        return [html("<h3 style='margin-top:16px'>What to do</h3>"), *parts] if parts else []

    def _button(self, label: str, action: Callable[[], str], variant: str = "contained") -> Any:
        button = pmui.Button(label=label, variant=variant, size="small", sizing_mode="stretch_width")

        def act(_event: Any) -> None:
            try:
                self.frame.notify(action(), "success")
            finally:  # whoever won, the page shows how things stand
                self.note.value = ""
                self.refresh()

        button.on_click(self.frame.guard(act))
        return button

    def _propose(self) -> str:
        self.lab.hypotheses.propose(self.item.handle, self.frame.person, seen=self.item.version)
        return f"{self.item.handle} waits for a reviewer now."

    def _approve(self) -> str:
        seen = {self.item.handle: self.item.version}
        self.again.check(f"approve {self.item.handle}")
        self.lab.hypotheses.approve(list(seen), self.frame.person, self.note.value or "", seen=seen)
        return f"{self.item.handle} is approved; lay it out next."

    def _withdraw(self) -> str:
        note = self.note.value or ""
        self.lab.hypotheses.withdraw(self.item.handle, self.frame.person, note, seen=self.item.version)
        return f"{self.item.handle} is withdrawn."

    def _lay_out(self) -> str:
        place = "simulated" if self.item.simulated else "replay"
        batch = self.lab.experiments.plan([self.item.handle], lab=place, person=self.frame.person)
        self.frame.go("/experiment", id=batch.handle)
        return f"{batch.handle} is laid out."


def _well_rows(batch: Experiment, item: Hypothesis, results: pd.DataFrame) -> str:
    effects = {(row.plate, row.well): row.effect for row in results.itertuples() if row.experiment == batch.handle}
    address = escape(link("/experiment", id=batch.handle))
    wells = [well for plate in batch.plates for well in plate.wells if well.hypothesis_id == item.hypothesis_id]
    missing = "no result" if effects else "–"
    return "".join(
        f'<tr><td><a href="{address}" target="_top">{batch.handle}</a></td><td>{escape(batch.lab)}</td>'
        f"<td>{escape(well.plate_barcode)}</td><td>{escape(well.well)}</td>"
        f'<td class="num">{signed(effects.get((well.plate_barcode, well.well))) if effects else missing}</td></tr>'
        for well in wells
    )


def _named(item: Hypothesis) -> str:
    name = escape(item.perturbation.name)
    kind, key = (
        ("gene", item.perturbation.genes) if item.perturbation.genes else ("compound", item.perturbation.compounds)
    )
    if not key:
        return name
    return f'<a href="{escape(link("/entity", kind=kind, id=key[0]))}" target="_top">{name}</a>'
