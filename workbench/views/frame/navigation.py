"""The left navigation: at most seven entries, drawn from the registry of pages; icons of our own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from workbench.views.frame.pages import PAGES, PageFacts

MOST_ENTRIES = 7
ICONS = {
    "/": '<path d="M3.5 10.2 12 3.5l8.5 6.7V20a.8.8 0 0 1-.8.8h-5V14h-5.4v6.8h-5a.8.8 0 0 1-.8-.8z"/>',
    "/explore": '<circle cx="8.2" cy="15" r="2.1"/><circle cx="12.6" cy="6.6" r="2.1"/>'
    '<circle cx="18" cy="12.4" r="2.1"/><path d="M3.5 3.5v17h17"/>',
    "/cell": '<ellipse cx="12" cy="12" rx="8.8" ry="8"/><circle cx="13.4" cy="11" r="3"/>'
    '<path d="M7 14.6h.01M9.4 8h.01M15.4 16.4h.01"/>',
    "/molecules": '<path d="m12 3.2 7.4 4.3v8.8L12 20.8l-7.4-4.5V7.5z"/><path d="m12 7 4.1 2.4v4.9L12 16.8"/>',
    "/queue": '<rect x="3.5" y="4" width="4.6" height="16" rx="1"/><rect x="9.9" y="4" width="4.6" height="11" rx="1"/>'
    '<rect x="16.2" y="4" width="4.6" height="7" rx="1"/>',
    "/rounds": '<path d="M20 12a8 8 0 1 1-2.6-5.9"/><path d="M20.4 3.4v4.2h-4.2"/>'
    '<path d="m8.6 12.2 2.4 2.4 4.4-4.8"/>',
    "/data": '<ellipse cx="12" cy="5.8" rx="7.6" ry="2.6"/><path d="M4.4 5.8v12.4c0 1.4 3.4 2.6 7.6 2.6s7.6-1.2 '
    '7.6-2.6V5.8"/><path d="M4.4 12c0 1.4 3.4 2.6 7.6 2.6s7.6-1.2 7.6-2.6"/>',
}
_PLAIN = '<circle cx="12" cy="12" r="7"/>'
_PARENT = {"/entity": "/explore", "/hypothesis": "/queue", "/experiment": "/queue", "/plate": "/queue"}
NAVIGATION_STYLE = """
:host { width: 100%; }
nav { display: flex; flex-direction: column; gap: 2px; padding: 12px 10px; box-sizing: border-box;
  font: 500 15px/1.2 Roboto, system-ui, sans-serif; }
a { display: flex; align-items: center; gap: 12px; height: 42px; padding: 0 12px; border-radius: 8px;
  color: var(--wb-muted); text-decoration: none; white-space: nowrap; }
a:hover { background: color-mix(in srgb, var(--wb-ink) 6%, transparent); color: var(--wb-ink); }
a:focus-visible { outline: 2px solid var(--wb-accent); outline-offset: -2px; }
a[aria-current] { background: var(--wb-wash); color: var(--wb-accent); }
svg { width: 21px; height: 21px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.7;
  stroke-linecap: round; stroke-linejoin: round; }
@media (max-width: 1180px) { a { padding: 0; justify-content: center; } span { position: absolute; opacity: 0;
  pointer-events: none; } }
"""


def icon(path: str) -> str:
    """The drawing of a page, in the colour of the text."""
    return f'<svg viewBox="0 0 24 24" aria-hidden="true">{ICONS.get(path, _PLAIN)}</svg>'


def entries() -> list[PageFacts]:
    """The pages of the navigation in their order."""
    facts = [entry.facts["facts"] for entry in PAGES]
    return sorted((item for item in facts if item.order is not None), key=lambda item: item.order)[:MOST_ENTRIES]


def navigation_html(pages: Sequence[PageFacts], current: str) -> str:
    """The navigation as HTML; the current page (or the one it belongs to) is marked."""
    here = _PARENT.get(current, current)
    links = "".join(
        f'<a href="{escape(item.path)}" title="{escape(item.title)}"'
        + (' aria-current="page"' if item.path == here else "")
        + f">{icon(item.path)}<span>{escape(item.title)}</span></a>"
        for item in pages
    )
    return f'<nav aria-label="Main">{links}</nav>'


def navigation(current: str) -> Any:
    """The navigation as a pane."""
    import panel as pn

    shown = navigation_html(entries(), current)
    return pn.pane.HTML(shown, stylesheets=[NAVIGATION_STYLE], sizing_mode="stretch_width", margin=0)
