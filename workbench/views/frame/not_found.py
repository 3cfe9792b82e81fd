"""The answer to an address that no page has: the frame, what is wrong in words, and the ways back."""

from __future__ import annotations

from difflib import get_close_matches
from html import escape
from urllib.parse import unquote

from tornado.web import RequestHandler

from workbench.views.frame.brand import BRAND, BRAND_STYLE
from workbench.views.frame.navigation import NAVIGATION_STYLE, entries, navigation_html
from workbench.views.frame.theme import COOKIE, root_css
from workbench.views.style.palette import TOKENS
from workbench.views.style.parts import sheet

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Not found · workbench</title>
<meta name="viewport" content="width=device-width"><style>
{root}{sheet}{brand_style}
aside {{ {navigation_style} }}
body {{ margin: 0; min-height: 100vh; display: grid; grid-template: 60px 1fr / 200px 1fr; background: var(--wb-ground); }}
header {{ grid-column: 1 / 3; display: flex; align-items: center; padding: 0 20px; background: var(--wb-surface);
  border-bottom: 1px solid var(--wb-line); }}
aside {{ background: var(--wb-surface); border-right: 1px solid var(--wb-line); }}
main {{ padding: 22px 28px; max-width: 720px; }} h1 {{ font-size: 22px; line-height: 1.25; margin: 0 0 18px; }}
main code {{ overflow-wrap: anywhere; }}
@media (max-width: 1180px) {{ body {{ grid-template-columns: 64px 1fr; }} }}
</style></head><body class="wb"><header>{brand}</header><aside>{navigation}</aside><main><h1>There is no page here</h1>
<div class="card"><p>Nothing is kept under <code>{path}</code>. The link may be old, or a letter is missing.</p>{near}
<p style="margin:0"><a href="/">Back to the start →</a></p></div></main></body></html>"""


def not_found_html(path: str, theme: str = "") -> str:
    """The page that says so, in the chosen theme ("": as the browser prefers)."""
    pages = entries()
    named = {item.path: item.title for item in pages}
    close = get_close_matches("/" + path.strip("/").split("/")[0].lower(), [name for name in named if name != "/"], 1)
    near = f'<p>Did you mean <a href="{close[0]}">{escape(named[close[0]])}</a>?</p>' if close else ""
    return _PAGE.format(
        path=escape(unquote(path)), near=near, navigation=navigation_html(pages, ""), brand=BRAND, brand_style=BRAND_STYLE,
        navigation_style=NAVIGATION_STYLE, sheet=sheet(), root=root_css(theme),
    )  # fmt: skip


class NotFound(RequestHandler):
    """Status 404 for every address without a page."""

    def get(self, *_: str) -> None:
        """Say so."""
        theme = self.get_cookie(COOKIE, "")
        self.set_status(404)
        self.finish(not_found_html(self.request.path, theme if theme in TOKENS else ""))
