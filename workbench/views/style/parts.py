"""Small HTML parts that follow the theme: a pane with our sheet, chips, badges."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from typing import Any

KINDS = ("", "good", "warn", "bad", "simulated")


@cache
def sheet() -> str:
    """The style sheet that every HTML pane of ours carries."""
    return (Path(__file__).parent / "theme.css").read_text(encoding="utf-8")


def html(text: str, **options: Any) -> Any:
    """A pane of HTML with our classes (`card`, `grid`, `chip`, `muted`, `num`, `plain` …); the caller escapes names."""
    import panel as pn

    options = {"margin": 0, **({} if "width" in options else {"sizing_mode": "stretch_width"}), **options}
    return pn.pane.HTML(text, stylesheets=[sheet()], **options)


def chip(text: str, kind: str = "", title: str = "") -> str:
    """A chip as HTML: plain, good, warn, bad or simulated; the full text shows on hover."""
    name = f"chip {kind}".strip() if kind in KINDS else "chip"
    return f'<span class="{name}" title="{escape(title or text)}">{escape(text)}</span>'


def outside(address: str, name: str) -> str:
    """A link that leaves the workbench: a tab of its own, no word of where one came from."""
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(name)}</a>'


def empty(title: str, text: str, address: str = "", action: str = "") -> str:
    """What an empty place says: what would be here, and the one thing to do about it."""
    link = f'<p style="margin:10px 0 0"><a href="{escape(address)}">{escape(action)} →</a></p>' if address else ""
    return f'<div class="card"><h3>{escape(title)}</h3><div class="muted">{escape(text)}</div>{link}</div>'
