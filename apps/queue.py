"""The queue: people's and the machine's hypotheses side by side, from draft to verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from apps.queueing.filters import Filters
from apps.queueing.proposing import Proposing
from apps.queueing.table import rows, table
from workbench.nouns import Hypothesis, Outcome
from workbench.views.board import Board
from workbench.views.frame.pages import Content, Frame, link, page
from workbench.views.style.parts import chip, html
from workbench.views.timeline import Timeline

if TYPE_CHECKING:
    from workbench.lab import Lab

VIEWS = {"Board": "board", "Table": "table", "Timeline": "timeline"}
LINES = 100  # events of the timeline; older ones are asked for

LABS = {
    "Replay lab (held-back real wells)": "replay",
    "The bench (export plate maps)": "bench",
    "Simulated lab (SIMULATED)": "simulated",
}
FORMATS = {"96 wells": 96, "384 wells": 384}
LOOK_AGAIN_MS = 4000


@dataclass(frozen=True)
class QueueState:
    """What the address keeps."""

    view: str = "board"
    author: str = ""
    task: str = ""
    text: str = ""
    state: str = ""
    priority: str = ""
    tag: str = ""


@page("/queue", "Queue", icon="view_kanban", order=4, state=QueueState, at_once=True)
def queue(lab: Lab, state: QueueState, frame: Frame) -> Content:
    """The board (or the table) with what can be done to the chosen ones."""
    return Queue(lab, state, frame).content()


class Queue:
    """The page in one browser session."""

    def __init__(self, lab: Lab, state: QueueState, frame: Frame) -> None:
        self.lab, self.frame = lab, frame
        self.board = Board(sizing_mode="stretch_width")
        self.table = table()
        given = {name: str(getattr(state, name)) for name in ("text", "author", "task", "state", "priority", "tag")}
        self.filters = Filters(lab, given, frame.guard(self._filtered))
        self.toggle = pmui.RadioButtonGroup(
            options=VIEWS, value=state.view if state.view in VIEWS.values() else "board", size="small", margin=0
        )
        self.lines = LINES
        self.older = pmui.Button(label="Older events", variant="text", size="small")
        self.older.on_click(frame.guard(self._show_older))
        self.timeline = html("")
        self.place = pn.Column(sizing_mode="stretch_width")
        self.chosen_place = pn.Column(sizing_mode="stretch_width")
        self.experiments_place = html("")
        self.empty = html(_EMPTY)
        self.note = pmui.TextInput(label="Note for the history (optional)", size="small", sizing_mode="stretch_width")
        self.again = frame.password_again()
        self.batch = self._batch_fields()
        self.proposing = Proposing(lab, frame, self.refresh)
        self.said = html("")
        self.shown: list[Hypothesis] = []
        self.seen: tuple[Any, ...] = ()
        self.offered: tuple[Any, ...] | None = None
        self.toggle.param.watch(frame.guard(self._filtered), "value")
        self.board.param.watch(frame.guard(lambda event: self._chosen(event.new)), "chosen")
        self.table.param.watch(frame.guard(self._ticked), "selection")
        self.refresh()

    def content(self) -> Content:
        """Filters, board, inspector."""
        bar = pmui.FlexBox(
            self.toggle,
            *self.filters.widgets.values(),
            align_items="center",
            gap="10px",
            sizing_mode="stretch_width",
            margin=(0, 0, 12, 0),
        )
        inspector = pn.Column(
            self.chosen_place, self.proposing.panel(), self.experiments_place, sizing_mode="stretch_width"
        )
        self.frame.every(LOOK_AGAIN_MS, self._look_again)
        return Content(
            "What we believe, and what became of it", pn.Column(bar, self.place, sizing_mode="stretch_width"), (),
            inspector, "lab.hypotheses.list()",
        )  # fmt: skip

    def refresh(self) -> None:
        """Read the queue again and draw it."""
        ticked = self._handles()
        everything = self.lab.hypotheses.list()
        self.seen = _signature(everything)
        self.filters.offer(everything)
        self.shown = self.filters.chosen()
        if self.toggle.value == "table":
            self.table.value = rows(self.shown)
            # a tick means a hypothesis, not a row: rows move when others add to the queue
            self.table.selection = [i for i, item in enumerate(self.shown) if item.handle in ticked]
            shown = [self.table] if everything else [self.empty]
        elif self.toggle.value == "timeline":
            shown = [self.timeline, self.older] if self._draw_timeline() else [self.timeline]
        else:
            self.board.show(self.shown)
            shown = [self.board] if everything else [self.empty, self.board]
        if list(self.place) != shown:
            self.place[:] = shown
        self._chosen(self._handles())
        self.experiments_place.object = self._experiments()

    def _look_again(self) -> None:
        """Somebody else may have decided meanwhile."""
        if _signature(self.lab.hypotheses.list()) != self.seen:
            self.refresh()
            self.proposing.look()

    def _draw_timeline(self) -> bool:
        """Draw what happened to what is shown; whether there is more."""
        statements = {item.handle: item.statement for item in self.shown}
        events = self.lab.hypotheses.timeline(limit=self.lines + 1)
        fitting = [(handle, event) for handle, event in events[: self.lines] if handle in statements]
        self.timeline.object = Timeline(fitting, statements).html()
        return len(events) > self.lines

    def _show_older(self, _event: Any) -> None:
        self.lines += LINES
        self.refresh()

    def _filtered(self, _event: Any) -> None:
        self.frame.update_url(view=self.toggle.value, **self.filters.values())
        self.refresh()

    def _handles(self) -> list[str]:
        if self.toggle.value == "timeline":
            return []
        if self.toggle.value != "table":
            return list(self.board.chosen)
        return [self.shown[i].handle for i in self.table.selection if i < len(self.shown)]

    def _ticked(self, _event: Any) -> None:
        self._chosen(self._handles())

    def _chosen(self, handles: list[str]) -> None:
        """The inspector for the chosen hypotheses."""
        chosen = [item for item in self.shown if item.handle in set(handles)]
        if _signature(chosen) == self.offered:
            return  # the same buttons stay where they are: one may be under the mouse
        self.offered = _signature(chosen)
        self.chosen_place[:] = [html(_chosen_html(chosen)), *self._decide(chosen), *self._batch(chosen), self.said]

    def _decide(self, chosen: list[Hypothesis]) -> list[Any]:
        counts = Counter(item.state for item in chosen)
        buttons = []
        if counts["draft"]:
            buttons.append(self._button("propose", f"Propose {counts['draft']}", chosen, ("draft",)))
        if counts["proposed"]:
            buttons.append(self._button("approve", f"Approve {counts['proposed']}", chosen, ("proposed",)))
        stoppable = ("draft", "proposed", "approved")
        if n := sum(counts[state] for state in stoppable):
            buttons.append(self._button("withdraw", f"Withdraw {n}", chosen, stoppable, variant="text"))
        again = self.again.parts if counts["proposed"] else []
        return [self.note, *again, pn.Row(*buttons, sizing_mode="stretch_width")] if buttons else []

    def _button(
        self, action: str, label: str, chosen: list[Hypothesis], states: tuple[str, ...], variant: str = "contained"
    ) -> Any:
        button = pmui.Button(label=label, variant=variant, size="small")
        seen = {item.handle: item.version for item in chosen if item.state in states}

        def act(_event: Any) -> None:
            try:
                if action == "approve":
                    self.again.check(f"approve {', '.join(seen)}")
                self._tell(action, self.lab.hypotheses.decide(action, seen, self.frame.person, self.note.value or ""))
            finally:  # whoever won, the board shows how things stand
                self.note.value = ""
                self.refresh()
                self.proposing.look()  # what is approved reserves wells and stock

        button.on_click(self.frame.guard(act))
        return button

    def _tell(self, action: str, outcomes: list[Outcome]) -> None:
        """What was done in a word, and for each one why not where it was not."""
        done = [item for item in outcomes if item.done]
        refused = [item for item in outcomes if not item.done]
        words = f"{_DONE[action]} {_names(done)}." if done else "Nothing was done."
        if refused:
            words += f" {len(refused)} of {len(outcomes)} stay as they are: see why on the right."
        elif action == "approve":
            words += " Choose them under Approved and make a batch."
        self.said.object = _refused_html(refused)
        self.frame.notify(words, "warning" if refused else "success")

    def _batch_fields(self) -> dict[str, Any]:
        wide = {"size": "small", "sizing_mode": "stretch_width"}
        return {
            "title": pmui.TextInput(label="Title (optional)", **wide),
            "lab": pmui.Select(label="Lab", options=LABS, value="replay", **wide),
            "n_wells": pmui.Select(label="Plates", options=FORMATS, value=96, **wide),
            "seed": pmui.IntInput(label="Seed of the layout", value=0, start=0, **wide),
        }

    def _batch(self, chosen: list[Hypothesis]) -> list[Any]:
        ready = [item for item in chosen if item.state == "approved"]
        if not ready:
            return []
        if all(item.simulated for item in ready):
            self.batch["lab"].value = "simulated"
        plates = max(item.rule.n_replicates for item in ready)
        button = pmui.Button(
            label=f"Lay out {len(ready)} on {plates} plates", variant="contained", size="small",
            sizing_mode="stretch_width",
        )  # fmt: skip

        def make(_event: Any) -> None:
            experiment = self.lab.experiments.plan(
                [item.handle for item in ready], lab=self.batch["lab"].value, n_wells=self.batch["n_wells"].value,
                seed=self.batch["seed"].value or 0, title=self.batch["title"].value or None, person=self.frame.person,
            )  # fmt: skip
            self.frame.go("/experiment", id=experiment.handle)

        button.on_click(self.frame.guard(make))
        row = pn.Row(self.batch["n_wells"], self.batch["seed"], sizing_mode="stretch_width")
        return [html("<h3 style='margin-top:14px'>Make a batch</h3>"), self.batch["title"], self.batch["lab"], row,
                button]  # fmt: skip

    def _experiments(self) -> str:
        items = self.lab.experiments.list()[:8]
        if not items:
            return ""
        rows = "".join(
            f"<tr><td><a href='{escape(link('/experiment', id=item.handle))}' target='_top'>{item.handle}</a></td>"
            f"<td class='cut' style='max-width:150px' title='{escape(item.title)}'>{escape(item.title)}</td>"
            f"<td>{chip(item.state, 'good' if item.state == 'measured' else '')}</td></tr>"
            for item in items
        )
        return f"<h3 style='margin-top:20px'>Batches</h3><table class='plain'>{rows}</table>"


def _signature(items: list[Hypothesis]) -> tuple[Any, ...]:
    return tuple((item.handle, item.version) for item in items)


def _refused_html(refused: list[Outcome]) -> str:
    if not refused:
        return ""
    lines = "".join(
        f"<tr><td><a href='{escape(link('/hypothesis', id=item.handle))}' target='_top'>{escape(item.handle)}</a></td>"
        f"<td>{escape(item.words)}</td></tr>"
        for item in refused
    )
    return f"<h3 style='margin-top:14px'>Not done</h3><table class='plain small'>{lines}</table>"


def _names(items: list[Outcome]) -> str:
    names = [item.handle for item in items]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _chosen_html(chosen: list[Hypothesis]) -> str:
    if not chosen:
        return (
            "<h3>Choose cards</h3><p class='muted'>Tick cards (or press space on one) to approve, withdraw "
            "or lay them out on plates. A click on a card opens it.</p>"
        )
    counts = Counter(item.state for item in chosen)
    states = ", ".join(f"{n} {state}" for state, n in counts.items())
    wells = sum(item.cost or 0 for item in chosen)
    return f"<h3>{len(chosen)} chosen</h3><p class='muted'>{states} · {wells:g} wells besides controls</p>"


_DONE = {"propose": "Proposed", "approve": "Approved", "withdraw": "Withdrew"}
_EMPTY = """<div class="card" style="margin-bottom:12px"><h2>Nothing is queued yet</h2>
<p>A hypothesis is a prediction somebody is ready to test, with the rule that decides it written down beforehand.</p>
<p><b>Let the machine propose</b> (on the right), or <a href="/cell" target="_top">ask the virtual cell</a> and press
“Queue as hypothesis”.</p></div>"""
