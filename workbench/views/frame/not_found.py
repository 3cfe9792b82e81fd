"""The answer to an address that no page has: in words, with the way back."""

from __future__ import annotations

from html import escape

from tornado.web import RequestHandler

from workbench.views.frame.navigation import entries
from workbench.views.style.palette import TOKENS

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Not found · workbench</title>
<meta name="viewport" content="width=device-width"><style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; background: {light[ground]};
  color: {light[ink]};  font: 16px/1.5 system-ui, sans-serif; }}
main {{ max-width: 520px; padding: 32px; }} h1 {{ font-size: 24px; margin: 0 0 8px; }} a {{ color: {light[accent]}; }}
code {{ overflow-wrap: anywhere; }} ul {{ padding: 0; display: flex; flex-wrap: wrap; gap: 6px 16px;
  list-style: none; }}
@media (prefers-color-scheme: dark) {{ body {{ background: {dark[ground]}; color: {dark[ink]}; }}
  a {{ color: {dark[accent]}; }} }}</style></head><body><main><h1>There is no page here</h1>
<p>Nothing is kept under <code>{path}</code>. The link may be old, or a letter is missing.</p><ul>{links}</ul>
</main></body></html>"""


def not_found_html(path: str) -> str:
    """The page that says so."""
    links = "".join(f'<li><a href="{escape(item.path)}">{escape(item.title)}</a></li>' for item in entries())
    return _PAGE.format(path=escape(path), links=links, light=TOKENS["light"], dark=TOKENS["dark"])


class NotFound(RequestHandler):
    """Status 404 for every address without a page."""

    def get(self, *_: str) -> None:
        """Say so."""
        self.set_status(404)
        self.finish(not_found_html(self.request.path))
