"""What a browser shows before its scripts have started: the frame and what is known of the page, as plain HTML.

It stands over the page that is being built and goes when that page's title bar says that the content stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from workbench.views.frame.brand import BRAND, BRAND_STYLE
from workbench.views.frame.navigation import NAVIGATION_STYLE, entries, navigation_html
from workbench.views.frame.pages import PageFacts, Preview
from workbench.views.frame.theme import tokens_css
from workbench.views.frame.title_bar import STYLE as TITLE_STYLE
from workbench.views.style.parts import sheet

TEMPLATE = Path(__file__).with_name("page.html")
VARIABLE = "first"


def first_html(facts: PageFacts, preview: Preview | None, *, dark: bool) -> str:
    """The page as HTML in our theme: header, navigation, title, chips, and the preview or a word of what is coming."""
    tokens = ";".join(f"{name}:{value}" for name, value in tokens_css("dark" if dark else "light").items())
    shown = preview or Preview(facts.title, "")
    chips = "".join(
        f'<span class="chip{" simulated" if "simulated" in text.lower() else ""}">{escape(text)}</span>'
        for text in shown.chips
    )
    title = f'<div class="head"><div class="words"><h1>{escape(shown.title)}</h1><div class="chips">{chips}</div></div></div>'
    coming = f'<p class="muted coming" role="status">Opening {escape(facts.title)} …</p>'
    inspector = '<aside class="inspector"></aside>' if shown.has_inspector else ""
    body = f'<div class="first-body"><div class="first-main">{shown.html or coming}</div>{inspector}</div>'
    return (
        f'<div id="first" style="{tokens}"><div class="first-top">{_apart(BRAND_STYLE, BRAND)}</div>'
        f'<div class="first-side">{_apart(NAVIGATION_STYLE, navigation_html(entries(), facts.path))}</div>'
        f'<div class="first-page">{_apart(TITLE_STYLE, title)}{_apart(sheet() + _BODY_STYLE, body, "content")}</div></div>'
    )


def html_of(content: Any) -> str:
    """The HTML panes with which a content begins, up to its first widget or figure."""
    return "".join(f"<div>{text}</div>" for text in _leading(content))


def _leading(item: Any) -> Iterator[str]:
    import panel as pn

    if isinstance(item, pn.pane.HTML):
        yield str(item.object)
    elif isinstance(item, pn.Column):
        for part in item:
            if not isinstance(part, pn.pane.HTML | pn.Column):
                return
            yield from _leading(part)


def _apart(style: str, html: str, name: str = "") -> str:
    """HTML with a sheet of its own, as the panes of the page have it."""
    return f'<div class="{name}"><template shadowrootmode="open"><style>{style}</style>{html}</template></div>'


_BODY_STYLE = """
.first-body { display: flex; gap: 24px; align-items: flex-start; }
.first-main { flex: 1; min-width: 0; display: flex; flex-direction: column; gap: 14px; }
.coming { padding: 40px 4px; }
.inspector { flex: none; box-sizing: border-box; width: 348px; height: 480px; border-radius: 10px;
  background: var(--wb-surface); border: 1px solid var(--wb-line); }
@media (max-width: 1180px) { .inspector { width: 300px; } }
"""
