"""The history of a hypothesis: who, when, what, why, with the hash that binds each line to the one before."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from workbench.nouns import Event
from workbench.nouns.hypothesis import STATES
from workbench.views.style.parts import html

if TYPE_CHECKING:
    import pandas as pd


class History:
    """`broken`: the first event that was changed, with the reason, as `verify` found it."""

    def __init__(self, events: list[Event], *, broken: tuple[int, str] | None = None) -> None:
        self.events, self.broken = events, broken

    def data(self) -> pd.DataFrame:
        """One row an event."""
        import pandas as pd

        names = [
            "sequence",
            "at",
            "person",
            "kind",
            "from_state",
            "to_state",
            "note",
            "payload",
            "previous_hash",
            "hash",
        ]
        rows = [{name: getattr(event, name) for name in names} for event in self.events]
        frame = pd.DataFrame(rows, columns=names)
        return frame.assign(payload=[json.dumps(event.payload, sort_keys=True) for event in self.events])

    def sentence(self) -> str:
        """Whether the chain holds."""
        if self.broken is None:
            return f"All {len(self.events)} events follow from each other: nothing was changed afterwards."
        return f"Event {self.broken[0]} cannot be trusted: {self.broken[1]}."

    def html(self) -> str:
        """A table, newest first."""
        rows = "".join(self._row(event) for event in reversed(self.events))
        kind = "good" if self.broken is None else "bad"
        mark = "✓" if self.broken is None else "✕"
        return (
            f'<p class="small" style="color:var(--wb-{kind})">{mark} {escape(self.sentence())}</p>'
            '<table class="plain small"><tr><th class="num">#</th><th>when (UTC)</th><th>who</th><th>what</th>'
            f"<th>note</th><th>hash</th></tr>{rows}</table>"
        )

    def panel(self) -> Any:
        """The table as a pane."""
        return html(self.html())

    def _row(self, event: Event) -> str:
        bad = self.broken is not None and event.sequence >= self.broken[0]
        style = ' style="color:var(--wb-bad)"' if bad else ""
        details = json.dumps(event.payload, sort_keys=True, indent=1) if event.payload else ""
        return (
            f'<tr{style}><td class="num">{event.sequence}</td><td style="white-space:nowrap">'
            f"{event.at:%Y-%m-%d %H:%M:%S}</td><td>{escape(event.person)}</td><td>{escape(event.kind)}"
            f"{moved(event)}</td><td title='{escape(details)}'>{escape(event.note)}</td>"
            f"<td><code title='{event.hash} follows {event.previous_hash or 'nothing'}'>{event.hash[:10]}</code></td>"
            "</tr>"
        )


def steps(state: str, events: list[Event]) -> str:
    """The way from draft to resolved as a line of steps, those behind filled, with their date on hover."""
    moved = [event for event in events if event.to_state != event.from_state]
    when = {event.to_state: f"{event.at:%Y-%m-%d %H:%M} by {event.person}" for event in moved}
    line = [name for name in STATES if name != "withdrawn"]
    if state == "withdrawn":
        reached = [name for name in line if name in when]
        line = [*reached, "withdrawn"]
    here = line.index(state)
    parts = []
    for i, name in enumerate(line):
        kind = "done" if i < here else "now" if i == here else ""
        parts.append(f'<li class="{kind}" title="{escape(when.get(name, "not yet"))}">{escape(name)}</li>')
    return f'{_STEPS}<ol class="steps" aria-label="now {escape(state)}">{"".join(parts)}</ol>'


def did(event: Event) -> str:
    """What an event did, as a verb before the name of a hypothesis."""
    if event.kind == "changed":
        return f"changed {' and '.join(event.payload.get('changes', {})) or 'something'} of"
    return _DID.get(event.kind, f"{event.kind}:")


def moved(event: Event) -> str:
    """What an event changed or where it led, in brackets, as HTML; nothing where its name says it."""
    if changes := event.payload.get("changes"):
        words = "; ".join(
            f"{name}: {_said(change['old'])} → {_said(change['new'])}" for name, change in changes.items()
        )
        return f' <span class="muted">({escape(words)})</span>'
    if not event.from_state or event.to_state in (event.kind, event.from_state):
        return ""
    return f' <span class="muted">({escape(event.from_state)} → {escape(event.to_state)})</span>'


def _said(value: Any) -> str:
    """A value of the history in words."""
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


_DID = {
    "created": "queued", "proposed": "proposed", "approved": "approved", "withdrawn": "withdrew", "scheduled": "laid out",
    "commented": "commented on", "attached": "attached a file to", "resolved": "brought the verdict on",
    "measured": "brought results for", "sent to the lab": "sent to the lab",
}  # fmt: skip
_STEPS = """<style>
.steps {display:flex;flex-wrap:wrap;gap:2px;list-style:none;margin:0 0 12px;padding:0;font-size:13px}
.steps li {padding:3px 14px 3px 18px;background:var(--wb-line,#DFE3E8);color:var(--wb-muted,#57606A);
  clip-path:polygon(0 0,calc(100% - 8px) 0,100% 50%,calc(100% - 8px) 100%,0 100%,8px 50%)}
.steps li:first-child {clip-path:polygon(0 0,calc(100% - 8px) 0,100% 50%,calc(100% - 8px) 100%,0 100%);
  padding-left:12px;border-radius:5px 0 0 5px}
.steps li.done {background:var(--wb-wash,#E7F3F5);color:var(--wb-ink,#1B2126)}
.steps li.now {background:var(--wb-accent,#0B6E7F);color:var(--wb-on-accent,#fff);font-weight:600}
</style>"""
