"""What happened to all hypotheses: a line an event, by day, newest first."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from workbench.nouns import Event
from workbench.views.frame.pages import link
from workbench.views.history import did, moved
from workbench.views.style.parts import html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

MARKS = {"approved": "good", "resolved": "good", "withdrawn": "bad"}


class Timeline:
    """`events`: handle with event, newest first; `statements`: handle -> what is believed, where it is known."""

    def __init__(self, events: Sequence[tuple[str, Event]], statements: Mapping[str, str]) -> None:
        self.events, self.statements = events, statements

    def data(self) -> pd.DataFrame:
        """One row an event."""
        import pandas as pd

        names = ["position", "at", "person", "kind", "from_state", "to_state", "note", "hash", "ledger_hash"]
        rows = [
            {"hypothesis": handle} | {name: getattr(event, name) for name in names} for handle, event in self.events
        ]
        return pd.DataFrame(rows, columns=["hypothesis", *names])

    def html(self) -> str:
        """Days with their lines; nothing in words."""
        if not self.events:
            return '<p class="muted">Nothing happened yet to what is shown.</p>'
        days = groupby(self.events, key=lambda item: f"{item[1].at:%A, %d %B %Y}")
        return _STYLE + "".join(
            f'<section class="day"><h3>{day}</h3><ol>{"".join(self._line(*item) for item in items)}</ol></section>'
            for day, items in days
        )

    def panel(self) -> Any:
        """The lines as a pane."""
        return html(self.html())

    def _line(self, handle: str, event: Event) -> str:
        address = escape(link("/hypothesis", id=handle))
        statement = escape(self.statements.get(handle, ""))
        note = f"<q>{escape(event.note)}</q>" if event.note else ""
        return (
            f'<li class="{MARKS.get(event.kind, "")}"><time class="muted">{event.at:%H:%M}</time>'
            f"<span><b>{escape(event.person)}</b> {escape(did(event))} "
            f'<a href="{address}" target="_top">{escape(handle)}</a>{moved(event)} '
            f'<span class="muted">{statement}</span>{note}</span></li>'
        )


_STYLE = """<style>
.day h3 {margin:14px 0 4px} .day ol {list-style:none;margin:0;padding:0;border-left:2px solid var(--wb-line,#DFE3E8)}
.day li {position:relative;display:flex;gap:10px;padding:4px 0 4px 16px;overflow-wrap:anywhere}
.day li::before {content:"";position:absolute;left:-6px;top:11px;width:8px;height:8px;border-radius:50%;
  background:var(--wb-surface,#fff);border:2px solid var(--wb-muted,#57606A)}
.day li.good::before {border-color:var(--wb-good,#1B7F4B);background:var(--wb-good,#1B7F4B)}
.day li.bad::before {border-color:var(--wb-bad,#B3261E);background:var(--wb-bad,#B3261E)}
.day time {flex:none;font-variant-numeric:tabular-nums} .day q {display:block;color:var(--wb-ink,#1B2126)}
</style>"""
