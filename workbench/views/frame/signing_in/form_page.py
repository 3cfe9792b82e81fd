"""A page with one form, as plain HTML without scripts: sign in, choose a password, change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from workbench.views.frame.brand import BRAND, BRAND_STYLE, FAVICON
from workbench.views.frame.theme import root_css
from workbench.views.style.parts import sheet

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} · workbench</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="{favicon}"><style>
{root}{sheet}{brand_style}
body {{ margin: 0; min-height: 100vh; box-sizing: border-box; padding: clamp(20px, 11vh, 130px) 20px 40px;
  background: var(--wb-ground); }}
main {{ max-width: 400px; margin: 0 auto; }}
.brand {{ margin: 0 0 22px 2px; }}
.card {{ padding: 26px 28px 28px; }}
h1 {{ font-size: 22px; line-height: 1.25; margin: 0 0 6px; letter-spacing: -.01em; }}
.intro {{ color: var(--wb-muted); margin: 0 0 4px; }}
label {{ display: block; font-weight: 500; font-size: 14px; margin: 16px 0 5px; }}
input:not([type=hidden]) {{ width: 100%; box-sizing: border-box; height: 42px; padding: 0 12px; font: inherit; color: inherit;
  background: var(--wb-ground); border: 1px solid color-mix(in srgb, var(--wb-muted) 55%, var(--wb-line)); border-radius: 8px; }}
input:focus-visible {{ outline: 2px solid var(--wb-accent); outline-offset: -1px; border-color: transparent; }}
.hint {{ color: var(--wb-muted); font-size: 13px; margin: 5px 0 0; }}
button {{ width: 100%; height: 42px; margin-top: 22px; font: 500 15px/1 Roboto, system-ui, sans-serif; cursor: pointer;
  color: var(--wb-on-accent); background: var(--wb-accent); border: 0; border-radius: 8px; }}
button:hover {{ background: color-mix(in srgb, var(--wb-accent) 88%, var(--wb-ink)); }}
.said {{ margin: 16px 0 0; padding: 10px 12px; border-radius: 8px; border: 1px solid; font-size: 14px; }}
.said.bad {{ color: var(--wb-bad); background: color-mix(in srgb, var(--wb-bad) 8%, transparent); }}
.said.good {{ color: var(--wb-good); background: color-mix(in srgb, var(--wb-good) 9%, transparent); }}
.below {{ margin: 18px 2px 0; font-size: 14px; color: var(--wb-muted); }}
</style></head><body class="wb"><main>{brand}<div class="card"><h1>{title}</h1><p class="intro">{intro}</p>{said}{form}</div>
<p class="below">{below}</p></main></body></html>"""


@dataclass(frozen=True)
class Field:
    """A line of a form: its name, its label, how browsers complete it, what is said below it."""

    name: str
    label: str
    complete: str = "current-password"
    hint: str = ""
    value: str = ""


@dataclass(frozen=True)
class FormPage:
    """What such a page says; texts are plain, `below` is HTML of ours."""

    title: str
    intro: str
    fields: tuple[Field, ...]
    button: str
    below: str = ""


def form_html(page: FormPage, hidden: dict[str, str], *, theme: str = "", error: str = "", done: str = "") -> str:
    """The page. hidden: fields nobody sees; theme "": as the browser prefers; error or done: what became of the last try."""
    said = f'<p class="said bad" role="alert">{escape(error)}</p>' if error else ""
    said += f'<p class="said good" role="status">{escape(done)}</p>' if done else ""
    kept = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in hidden.items())
    form = f'<form method="post">{kept}{_lines(page.fields)}<button>{escape(page.button)}</button></form>'
    return _PAGE.format(
        title=escape(page.title), favicon=escape(FAVICON), root=root_css(theme), sheet=sheet(), brand_style=BRAND_STYLE,
        brand=BRAND, intro=escape(page.intro), said=said, form=form if page.fields else "", below=page.below,
    )  # fmt: skip


def _lines(fields: Sequence[Field]) -> str:
    lines = []
    for i, field in enumerate(fields):
        kind = "password" if field.complete.endswith("-password") else "text"
        hint = f'<p class="hint" id="{field.name}-hint">{escape(field.hint)}</p>' if field.hint else ""
        told = f' aria-describedby="{field.name}-hint"' if field.hint else ""
        first = " autofocus" if not field.value and all(earlier.value for earlier in fields[:i]) else ""
        lines.append(
            f'<label for="{field.name}">{escape(field.label)}</label>'
            f'<input id="{field.name}" name="{field.name}" type="{kind}" autocomplete="{field.complete}" required '
            f'maxlength="200" spellcheck="false" autocapitalize="none" value="{escape(field.value)}"{told}{first}>{hint}'
        )
    return "".join(lines)
