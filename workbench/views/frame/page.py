"""One browser session of one page: the frame stands at once, the content follows in a thread of its own."""

from __future__ import annotations

import logging
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import partial, wraps
from typing import Any
from urllib.parse import unquote

import panel as pn
import panel_material_ui as pmui
from panel.util import edit_readonly

from workbench.errors import WorkbenchError
from workbench.nouns import Job
from workbench.registry import Entry
from workbench.views.frame.brand import BRAND, BRAND_STYLE, FAVICON
from workbench.views.frame.header import COOKIE, Header, waiting_items
from workbench.views.frame.job_strip import STAYS, JobStrip, JobWatch
from workbench.views.frame.navigation import navigation
from workbench.views.frame.pages import Content, PageFacts, link
from workbench.views.frame.search_box import SearchBox
from workbench.views.frame.theme import COOKIE as THEME_COOKIE
from workbench.views.frame.theme import page_styles, theme_config
from workbench.views.frame.title_bar import TitleBar
from workbench.views.style.parts import html

_WAIT = """<div class="wait" role="status"><span></span>{text}</div><style>
.wait {{ display: flex; align-items: center; gap: 12px; padding: 40px 4px; color: var(--wb-muted); }}
.wait span {{ width: 18px; height: 18px; border-radius: 50%; border: 2px solid var(--wb-line);
  border-top-color: var(--wb-accent); animation: turn .9s linear infinite; }}
@keyframes turn {{ to {{ transform: rotate(360deg); }} }}
@media (prefers-reduced-motion: reduce) {{ .wait span {{ animation: none; }} }}</style>"""
PEOPLE = ("me", "reviewer", "scientist")
INSPECTOR_WIDTH = 348

log = logging.getLogger(__name__)


class PageFrame:
    """What a page may ask of its surroundings; lives as long as its browser session."""

    def __init__(self, lab: Any, facts: PageFacts, watch: JobWatch) -> None:
        self._lab, self._facts, self._watch = lab, facts, watch
        cookies = pn.state.cookies
        self.person = unquote(cookies.get(COOKIE, "")) or lab.settings.person
        self._opened = datetime.now(UTC)
        self._state: Any = facts.state()
        self.bar = TitleBar(sentence=facts.title, sizing_mode="stretch_width", margin=0)
        self.search = SearchBox(sizing_mode="stretch_width", margin=(0, 12))
        self.search.connect(partial(_find, lab))
        dark = cookies.get(THEME_COOKIE) == "dark" or _argument("theme") == "dark"
        people = list(dict.fromkeys([lab.settings.person, self.person, *PEOPLE[1:]]))
        self.header = Header(person=self.person, people=people, dark=dark, margin=0)
        self.strip = JobStrip(margin=0, height=0)
        self.strip.param.watch(self.guard(self._cancel), "cancel")
        self.strip.param.watch(self._dismiss, "dismiss")
        self.main = pn.Column(sizing_mode="stretch_width", margin=0)
        self.inspector = pn.Column(width=INSPECTOR_WIDTH, visible=False, margin=0, stylesheets=[_INSPECTOR_STYLE])
        self.bar.param.watch(self._fold, "inspector_open")

    @property
    def dark(self) -> bool:
        """Whether the dark theme is on now."""
        return bool(self.header.dark)

    def update_url(self, **state: Any) -> None:
        """Write changed fields of the page's state into the address, without loading."""
        known = {item.name for item in fields(self._state)}
        self._state = replace(self._state, **{name: value for name, value in state.items() if name in known})
        pairs = ((item.name, getattr(self._state, item.name), item.default) for item in fields(self._state))
        address = link("", **{name: value for name, value, default in pairs if value != default})
        if pn.state.location is not None and pn.state.location.search != address:
            pn.state.location.search = address

    def notify(self, text: str, kind: str = "info") -> None:
        """A short message that goes away: info, success, warning or error."""
        area = pn.state.notifications
        if area is None:
            log.info("%s: %s", kind, text)
            return
        area.send(text, duration=9000 if kind in ("error", "warning") else 5000, type=kind)

    def go(self, path: str, **state: Any) -> None:
        """Open another page in this tab."""
        self.header.address = link(path, **state)

    def guard(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a callback: errors of ours become a message in words, others are logged and said in words."""

        @wraps(function)
        def guarded(*arguments: Any, **options: Any) -> Any:
            try:
                return function(*arguments, **options)
            except WorkbenchError as error:
                self.notify(f"{error.message} {error.hint}".strip(), "error")
            except Exception:  # noqa: BLE001  the edge of a request: logged with a number, said in words
                self.notify(f"That did not work ({logged()}). The rest of the page still does.", "error")
            return None

        return guarded

    def build(self) -> Any:
        """The page with an empty canvas that says what is coming."""
        self.main[:] = [html(_WAIT.format(text=f"Opening {self._facts.title} …"))]
        body = pn.Row(self.main, self.inspector, sizing_mode="stretch_width", margin=0, stylesheets=[_BODY_STYLE])
        content = pn.Column(self.bar, body, self.strip, sizing_mode="stretch_width", stylesheets=[_MAIN_STYLE])
        brand = pn.pane.HTML(BRAND, stylesheets=[BRAND_STYLE], margin=(0, 20, 0, 4), width=160, align="center")
        page = pmui.Page(
            header=[brand, self.search, self.header], sidebar=[navigation(self._facts.path)], main=[content],
            sidebar_variant="permanent", sidebar_width=200, sidebar_resizable=False, theme_toggle=False, busy_indicator=None,
            theme_config=theme_config(), dark_theme=self.header.dark, sx=page_styles(), title="",
            meta=pmui.template.base.Meta(title=f"{self._facts.title} · workbench"), favicon=FAVICON,
        )  # fmt: skip
        _unfollow_busy(page)
        self.header.link(page, dark="dark_theme")
        return page

    def fill(
        self, function: Callable[..., Content], arguments: Mapping[str, Sequence[bytes]], *, at_once: bool = False
    ) -> None:
        """Read the state, make the content and show it; whatever goes wrong is said in words on the page.

        `at_once`: the browser has nothing yet; what needs it waits until the page has loaded.
        """
        self._state, problems = read_state(self._facts.state, arguments)
        try:
            content = function(self._lab, self._state, self)
        except WorkbenchError as error:
            content = _problem(error.message, f"{error.where} {error.hint}".strip())
        except Exception:  # noqa: BLE001  the edge of a request: logged with a number, said in words
            content = _problem(
                "This page could not be drawn",
                f"The reason was written to the log ({logged()}). Other pages work; "
                "`workbench doctor` says what may be missing.",
            )
        self._show(content)
        settle = partial(self._settle, content, problems)
        pn.state.onload(settle) if at_once else settle()

    def _settle(self, content: Content, problems: Sequence[str]) -> None:
        """What follows once the content stands: its slower parts, words about the address, jobs and what waits."""
        if content.later is not None:
            pn.state.execute(content.later, schedule="thread")
        for text in problems:
            self.notify(text, "warning")
        self._count_waiting()
        document = pn.state.curdoc
        if document is not None:
            self._watch.follow(document, self._jobs_changed)

    def _show(self, content: Content) -> None:
        self.main[:] = [content.main]
        self.inspector[:] = [content.inspector] if content.inspector is not None else []
        self.inspector.visible = content.inspector is not None and self.bar.inspector_open
        self.bar.param.update(
            sentence=content.title, chips=[str(text) for text in content.chips if text], python=content.python,
            has_inspector=content.inspector is not None, ready=True,
        )  # fmt: skip

    def _fold(self, event: Any) -> None:
        self.inspector.visible = bool(event.new)

    def _jobs_changed(self, jobs: Sequence[Job]) -> None:
        since = max(self._opened, datetime.now(UTC) - STAYS)
        self.strip.show(jobs, since)
        self._count_waiting()

    def _count_waiting(self) -> None:
        try:
            items = waiting_items(self._lab.hypotheses.waiting(self.person))
        except WorkbenchError as error:
            log.warning("what waits could not be counted: %s", error)
            items = []
        if items != self.header.waiting:
            self.header.waiting = items

    def _cancel(self, event: Any) -> None:
        job = self._lab.jobs.cancel(event.new, self.person)
        self.notify(f"{job.title} is {job.state}.")

    def _dismiss(self, event: Any) -> None:
        self.strip.dismissed.add(event.new)
        self.strip.jobs = [line for line in self.strip.jobs if line["id"] != event.new]


def _unfollow_busy(page: Any) -> None:
    """Cut a page off the process-wide busy flag: the flag's watcher would keep every page ever opened alive."""
    with edit_readonly(page):
        page.busy = False
    for watcher in list(pn.state.param.watchers.get("busy", {}).get("value", [])):
        if getattr(getattr(watcher.fn, "__self__", None), "self", None) is page:
            pn.state.param.unwatch(watcher)


def open_page(lab: Any, entry: Entry, watch: JobWatch) -> Any:
    """The page of one new browser session: its content follows the frame, or goes with it where that is quick."""
    facts: PageFacts = entry.facts["facts"]
    frame = PageFrame(lab, facts, watch)
    arguments = dict(pn.state.session_args)
    made = frame.build()
    if facts.at_once and lab.is_open:
        frame.fill(entry.thing, arguments, at_once=True)
    else:
        pn.state.onload(partial(frame.fill, entry.thing, arguments))
    return made


def read_state(kind: type, arguments: Mapping[str, Sequence[bytes | str]]) -> tuple[Any, list[str]]:
    """A page's state from the arguments of its address, and what had to be left out, in words.

    Fields are str, int, float or bool; a value that does not fit falls back to the field's default.
    """
    types = typing.get_type_hints(kind)
    values, problems = {}, []
    for item in fields(kind):
        given = arguments.get(item.name)
        if not given:
            continue
        text = given[0].decode("utf-8", "replace") if isinstance(given[0], bytes) else given[0]
        try:
            values[item.name] = _read(types[item.name], text)
        except ValueError:
            problems.append(f"“{text[:60]}” in the address is no {item.name.replace('_', ' ')}; it was left out.")
    return kind(**values), problems


def logged() -> str:
    """Write the current exception to the log under a short number, and give the number."""
    from ulid import ULID

    number = str(ULID())[-6:]
    log.exception("error %s", number)
    return f"error {number}"


def _read(kind: Any, text: str) -> Any:
    if kind is bool:
        if text.lower() in ("1", "true", "yes", "on"):
            return True
        if text.lower() in ("0", "false", "no", "off", ""):
            return False
        raise ValueError(text)
    return kind(text) if kind in (int, float) else text


def _find(lab: Any, text: str) -> list[Any]:
    try:
        return lab.find(text, 12)
    except WorkbenchError as error:
        log.warning("search for %r failed: %s", text, error)
        return []


def _argument(name: str) -> str:
    given = pn.state.session_args.get(name)
    return given[0].decode("utf-8", "replace") if given else ""


def _problem(title: str, text: str) -> Content:
    from html import escape

    body = f'<div class="card"><p>{escape(text)}</p><p style="margin:0"><a href="/">Back to the start →</a></p></div>'
    return Content(title, html(body, max_width=720))


_MAIN_STYLE = ":host { padding: 22px 28px 84px; box-sizing: border-box; gap: 18px; }"
_BODY_STYLE = ":host { gap: 24px; align-items: flex-start; }"
_INSPECTOR_STYLE = """
:host { position: sticky; top: 0; flex: none; box-sizing: border-box; max-height: calc(100vh - 150px);
  overflow: hidden auto;
  padding: 16px 18px; background: var(--wb-surface); border: 1px solid var(--wb-line); border-radius: 10px; }
@media (max-width: 1180px) { :host { width: 300px !important; } }
"""
