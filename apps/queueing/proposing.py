"""Let the machine propose: how many, by which choice, on how many plates, for how much; what was left out, and why."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.errors import InputError, WorkbenchError
from workbench.nouns import Limits, Proposals
from workbench.views.frame.pages import Frame
from workbench.views.style.parts import html

if TYPE_CHECKING:
    from workbench.lab import Lab

FORMATS = {"96 wells": 96, "384 wells": 384, "1,536 wells": 1536}
LIMITS = {"price": "no price", "stock": "too little stock", "budget": "over the budget", "plates": "no room"}
LOOK_MS = 400
_UNTRAINED = "No virtual cell is trained yet; <a href='/rounds'>train one</a> and it can propose."


class Proposing:
    """The card of the queue page. `drawn` draws the queue again once proposals are in it."""

    def __init__(self, lab: Lab, frame: Frame, drawn: Callable[[], None]) -> None:
        self.lab, self.frame, self.drawn = lab, frame, drawn
        self.trained = {row["title"]: row["task"] for row in lab.cells.tasks() if row["version"]}
        wide = {"size": "small", "sizing_mode": "stretch_width"}
        first = next(iter(self.trained.values()), "")
        task = "l1000_orf" if "l1000_orf" in self.trained.values() else first
        titles = {title: name for name, title in lab.hypotheses.acquisitions().items()}
        usual = "diverse" if "diverse" in titles.values() else next(iter(titles.values()))
        self.fields: dict[str, Any] = {
            "task": pmui.Select(label="Ask the cell", options=self.trained, value=task, **wide),
            "how": pmui.Select(label="Choose", options=titles, value=usual, **wide),
            "k": pmui.IntInput(label="How many", value=6, start=1, end=50, **wide),
            "replicates": pmui.IntInput(label="Replicates", value=3, start=2, end=16, **wide),
            "n_wells": pmui.Select(label="Format", options=FORMATS, value=96, **wide),
            "plates": pmui.IntInput(label="Number of plates", value=3, start=1, end=200, **wide),
            "budget": pmui.TextInput(label="Budget in wells (empty: no limit)", **wide),
        }
        self.room, self.said = html(""), html("")
        self.busy = False  # while our job runs
        self.button = pmui.Button(label="Propose", variant="outlined", **wide)
        self.button.on_click(frame.guard(self._propose))
        for name, field in self.fields.items():
            if name not in ("how", "k"):
                field.param.watch(frame.guard(lambda _event: self.look()), "value")
        if self.trained:
            self.look()

    def panel(self) -> Any:
        """The card, or where a cell is trained."""
        head = html("<h3 style='margin-top:18px'>Let the machine propose</h3>")
        if not self.trained:
            return pn.Column(head, html(f"<p class='muted'>{_UNTRAINED}</p>"), sizing_mode="stretch_width")
        of, wide = self.fields, {"sizing_mode": "stretch_width"}
        return pn.Column(
            head, of["task"], of["how"], pn.Row(of["k"], of["replicates"], **wide), pn.Row(of["n_wells"], of["plates"], **wide),
            of["budget"], self.room, self.button, self.said, **wide,
        )  # fmt: skip

    def look(self) -> None:
        """Say how much fits, before anything is asked; also once others approved or laid something out."""
        try:
            self.room.object = f"<p class='muted small'>{escape(self._room())}</p>"
            self.button.disabled = self.busy
        except WorkbenchError as error:
            words = f"{error.message} {error.hint}".strip()
            self.room.object = f"<p class='small' style='color:var(--wb-bad)'>{escape(words)}</p>"
            self.button.disabled = True

    def _limits(self) -> Limits:
        """As the fields say. Raises InputError for a budget that is no number."""
        of = {name: field.value for name, field in self.fields.items()}
        said = (of["budget"] or "").strip()
        try:
            budget = float(said) if said else None
        except ValueError as error:
            raise InputError(f"a budget is a number of wells, got {said[:40]!r}.", hint="Empty: no limit.") from error
        return self.lab.hypotheses.limits(of["n_wells"], of["plates"] or None, of["replicates"] or 3, budget)

    def _room(self) -> str:
        return self.lab.hypotheses.room(self.fields["task"].value, self._limits()).words

    def _propose(self, _event: Any) -> None:
        of = {name: field.value for name, field in self.fields.items()}
        job = self.lab.hypotheses.suggest(
            of["task"], of["k"] or 1, of["how"], self.frame.person, inline=False, limits=self._limits()
        )
        self.frame.notify("The machine is thinking; its proposals appear under Proposed.", "info")
        self.busy = self.button.disabled = True

        def look() -> None:
            job_now = self.lab.jobs.get(job.job_id)
            if not job_now.is_finished:
                self.said.object = f"<p class='muted small'>{escape(job_now.message or 'Waiting for a worker')} …</p>"
                return
            stop()
            self.busy = False
            if job_now.state == "done":
                self.tell(self.lab.hypotheses.proposals(job_now))
            else:
                words = str(job_now.error.get("message", job_now.state))
                self.said.object = f"<p class='small' style='color:var(--wb-bad)'>{escape(words)}</p>"
                self.frame.notify(f"Nothing was proposed: {words}", "error")
            self.look()
            self.drawn()

        stop = self.frame.every(LOOK_MS, look)

    def tell(self, made: Proposals) -> None:
        """What was proposed, and for each limit how many it kept out and why."""
        rows = "".join(
            f"<tr><td>{len(item.names):,}</td><td title='{escape(', '.join(item.names))}'><b>{LIMITS[item.limit]}</b>: "
            f"{escape(item.reason.partition(': ')[2] or item.reason)} "
            f"<span class='muted'>({escape(item.names[0])})</span></td></tr>"
            for item in made.left_out
        )
        table = f"<table class='plain small'>{rows}</table>" if rows else ""
        head = escape(made.words.partition(";")[0].rstrip("."))
        self.said.object = f"<p class='small'><b>{head}.</b>{' Left out:' if rows else ''}</p>{table}"
