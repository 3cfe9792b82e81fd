"""The right end of the header: what waits, theme, person; and the way to another page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from workbench.nouns import News
from workbench.views.frame.pages import link
from workbench.views.history import did

COOKIE = "workbench-person"
WAITING = {
    "draft": ("Drafts to propose", "/queue"),
    "proposed": ("Hypotheses to approve", "/queue"),
    "approved": ("Approved, to lay out on plates", "/queue"),
    "scheduled": ("Planned, to be sent to the lab", "/queue"),
    "in lab": ("In the lab, results to bring in", "/queue"),
    "measured": ("Measured, to be resolved", "/queue"),
}


class Header(JSComponent):
    """Bell, theme toggle and person; the way to other pages, in this window where it can be."""

    waiting = param.List(default=[], doc="What waits: dicts of text, count and url.")
    news = param.List(
        default=[], doc="What others did since: dicts of text, why, when, url and position, newest first."
    )
    read = param.Integer(default=0, doc="Up to which place of the ledger the person has read the news.")
    dark = param.Boolean(default=False, doc="Whether the dark theme is on.")
    person = param.String(default="me", doc="Under which name this browser acts.")
    people = param.List(default=[], doc="Names to choose from.")
    form = param.String(default="", doc="The token of the form that signs out; empty where nobody signs in.")
    pages = param.List(default=[], doc="Paths that open in this window.")
    address = param.String(default="", doc="Where to go next.")
    visit = param.Dict(default={}, doc="The address that a person opened (`to`) and its running `number`.")
    visited = param.Integer(default=0, doc="The number of the last visit that was heard of.")

    _esm = Path(__file__).with_suffix(".js")


def waiting_items(counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What waits, in words with addresses; counts of nothing, and what waits for nobody, are left out."""
    return [
        {"text": text, "count": counts[name], "url": url} for name, (text, url) in WAITING.items() if counts.get(name)
    ]


def news_items(news: Sequence[News]) -> list[dict[str, Any]]:
    """News as lines of the bell's list; text is plain."""
    return [
        {"text": f"{item.event.person} {did(item.event)} {item.handle}", "more": item.event.note or item.statement,
         "why": item.why, "when": f"{item.event.at:%Y-%m-%d %H:%M}", "url": link("/hypothesis", id=item.handle),
         "position": item.event.position}
        for item in news
    ]  # fmt: skip
