"""The right end of the header: what waits, theme, person; and the way to another page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

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
    dark = param.Boolean(default=False, doc="Whether the dark theme is on.")
    person = param.String(default="me", doc="Under which name this browser acts.")
    people = param.List(default=[], doc="Names to choose from.")
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
