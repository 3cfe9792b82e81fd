"""One browser session: header, navigation, job strip, and the page that stands between them.

A link to another page of ours opens it in the same window: the browser keeps what it has loaded, only the content is
new. The address follows, the back button too; an address typed or opened in a new tab begins a window of its own.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import panel as pn
import panel_material_ui as pmui
from panel.util import edit_readonly

from workbench.errors import InputError, WorkbenchError
from workbench.nouns import Job
from workbench.registry import Entry
from workbench.views.frame.brand import BRAND, BRAND_STYLE, FAVICON
from workbench.views.frame.first import TEMPLATE, VARIABLE, first_html, html_of
from workbench.views.frame.header import COOKIE, Header, news_items, waiting_items
from workbench.views.frame.job_strip import STAYS, JobStrip, JobWatch
from workbench.views.frame.navigation import entries, navigation, navigation_html
from workbench.views.frame.page import PageFrame, logged, read_state
from workbench.views.frame.pages import PAGES, Content, PageFacts, Preview, link
from workbench.views.frame.search_box import SearchBox
from workbench.views.frame.signing_in.browser import form_token
from workbench.views.frame.signing_in.door import SignedIn, sign_in_of
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
NEWS_MS = 10_000

log = logging.getLogger(__name__)


class Window:
    """The surroundings of pages, and the page they show now; lives as long as its browser session."""

    def __init__(self, lab: Any, facts: PageFacts, watch: JobWatch, sign_in: SignedIn | None = None) -> None:
        self.lab, self._watch, self._sign_in = lab, watch, sign_in
        cookies = pn.state.cookies
        chosen = unquote(cookies.get(COOKIE, "")) or lab.settings.person
        self._name = sign_in.person if sign_in is not None else chosen
        self._opened = datetime.now(UTC)
        self._facts = facts
        self._changing = threading.Lock()  # a page made in a thread may be ready just as the next one is opened
        self.page = PageFrame(self, facts)
        self.bar = TitleBar(sentence=facts.title, sizing_mode="stretch_width", margin=0)
        self.search = SearchBox(sizing_mode="stretch_width", margin=(0, 12))
        self.search.connect(partial(_find, lab))
        dark = cookies.get(THEME_COOKIE) == "dark" or _argument("theme") == "dark"
        self.header = Header(
            person=self._name, people=list(dict.fromkeys([lab.settings.person, self._name, *PEOPLE[1:]])), dark=dark,
            pages=PAGES.names(), form=form_token(sign_in.sign_in_id) if sign_in is not None else "", margin=0,
        )  # fmt: skip
        self.header.param.watch(self._visit, "visit")
        self.header.param.watch(self._read, "read")
        self.strip = JobStrip(margin=0, height=0)
        self.strip.param.watch(self._cancel, "cancel")
        self.strip.param.watch(self._dismiss, "dismiss")
        self.navigation = navigation(facts.path)
        self.main = pn.Column(sizing_mode="stretch_width", margin=0)
        self.inspector = pn.Column(width=INSPECTOR_WIDTH, visible=False, margin=0, stylesheets=[_INSPECTOR_STYLE])
        self.bar.param.watch(self._fold, "inspector_open")

    @property
    def dark(self) -> bool:
        """Whether the dark theme is on now."""
        return bool(self.header.dark)

    @property
    def person(self) -> str:
        """Under which name this browser acts. Raises InputError, and leads to the sign-in, where its sign-in has ended."""
        if self._sign_in is None:
            return self._name
        try:
            return str(self.lab.people.require(self._sign_in.sign_in_id))
        except InputError:
            self._leave()
            raise

    @property
    def signs_approvals(self) -> bool:
        """Whether who approves here types the password again."""
        return self._sign_in is not None and bool(self.lab.settings.signs_approvals)

    def confirm(self, password: str, what: str) -> None:
        """Sign with the password of the person who is signed in. Raises InputError for a wrong one."""
        self.lab.people.confirm(self.person, password, what)

    def build(self) -> Any:
        """The window with an empty canvas that says what is coming."""
        self.main[:] = [_coming(self._facts)]
        body = pn.Row(self.main, self.inspector, sizing_mode="stretch_width", margin=0, stylesheets=[_BODY_STYLE])
        content = pn.Column(self.bar, body, self.strip, sizing_mode="stretch_width", stylesheets=[_MAIN_STYLE])
        brand = pn.pane.HTML(BRAND, stylesheets=[BRAND_STYLE], margin=(0, 20, 0, 4), width=160, align="center")
        page = pmui.Page(
            header=[brand, self.search, self.header], sidebar=[self.navigation], main=[content],
            sidebar_variant="permanent", sidebar_width=200, sidebar_resizable=False, theme_toggle=False, busy_indicator=None,
            theme_config=theme_config(), dark_theme=self.header.dark, sx=page_styles(), title="", template=TEMPLATE,
            meta=pmui.template.base.Meta(title=f"{self._facts.title} · workbench"), favicon=FAVICON,
        )  # fmt: skip
        _unfollow_busy(page)
        self.header.link(page, dark="dark_theme")
        return page

    def first(self, arguments: Mapping[str, Sequence[bytes | str]]) -> str:
        """What the browser shows until its scripts have started, as HTML."""
        return first_html(self._facts, self._preview(arguments), dark=self.dark)

    def _preview(self, arguments: Mapping[str, Sequence[bytes | str]]) -> Preview | None:
        if self.bar.ready:
            inspector = self.bar.has_inspector and self.bar.inspector_open
            return Preview(self.bar.sentence, html_of(self.main), tuple(self.bar.chips), inspector)
        if self._facts.preview is None or not self.lab.is_open:
            return None
        try:
            return self._facts.preview(self.lab, read_state(self._facts.state, arguments)[0])
        except Exception:  # noqa: BLE001  the page itself will say what is wrong
            logged()
            return None

    def go(self, address: str) -> None:
        """Open another page in this tab."""
        self.header.address = ""  # the same page may be opened twice
        self.header.address = address

    def open(self, entry: Entry, arguments: Mapping[str, Sequence[bytes | str]]) -> None:
        """Put another page into the window; what is not quick is made in a thread, after a word of what is coming."""
        facts: PageFacts = entry.facts["facts"]
        with self._changing:
            self.page.leave()
            self.page = PageFrame(self, facts)
        self.navigation.object = navigation_html(entries(), facts.path)
        self.bar.ready = False
        if facts.at_once:
            self.page.fill(entry.thing, arguments)
            return
        self.main[:] = [_coming(facts)]
        self.inspector.visible = False
        self.bar.param.update(sentence=facts.title, chips=[], python="", has_inspector=False)
        pn.state.execute(partial(self.page.fill, entry.thing, arguments), schedule="thread")

    def show(self, page: PageFrame, content: Content) -> bool:
        """Put a page's content in its place; False, and nothing changes, when that page was left meanwhile."""
        with self._changing:
            if not page.is_open:
                return False
            self.main[:] = [content.main]
            self.inspector[:] = [content.inspector] if content.inspector is not None else []
            self.inspector.visible = content.inspector is not None and self.bar.inspector_open
            self.bar.param.update(
                sentence=content.title, chips=[str(text) for text in content.chips if text], python=content.python,
                has_inspector=content.inspector is not None, ready=True,
            )  # fmt: skip
            return True

    def follow(self) -> None:
        """Count what waits, and from now on say how the jobs stand and what others do."""
        self._count_waiting()
        self.page.every(NEWS_MS, self._count_waiting)
        document = pn.state.curdoc
        if document is not None:
            self._watch.follow(document, self._jobs_changed)

    def _visit(self, event: Any) -> None:
        """A link was clicked, or the back button: the browser shows the address already and waits for the page."""
        self.header.visited = event.new["number"]
        parts = urlsplit(event.new["to"])
        location = pn.state.location
        if location is not None:
            location.param.update(pathname=parts.path, search=f"?{parts.query}" if parts.query else "")
        self.page.guard(lambda: self.open(PAGES.find(parts.path), parse_qs(parts.query)))()

    def _fold(self, event: Any) -> None:
        self.inspector.visible = bool(event.new) and self.bar.has_inspector

    def _jobs_changed(self, jobs: Sequence[Job]) -> None:
        since = max(self._opened, datetime.now(UTC) - STAYS)
        self.strip.show(jobs, since)
        self._count_waiting()

    def _count_waiting(self) -> None:
        try:
            if self._sign_in is not None and not self.lab.people.is_signed_in(self._sign_in.sign_in_id):
                self._leave()
                return
            items = waiting_items(self.lab.hypotheses.waiting(self._name))
            news = news_items(self.lab.hypotheses.inbox(self._name))
        except WorkbenchError as error:
            log.warning("what waits could not be counted: %s", error)
            items = news = []
        if items != self.header.waiting:
            self.header.waiting = items
        if news != self.header.news:
            self.header.news = news

    def _leave(self) -> None:
        """To the sign-in, and back here after it."""
        location = pn.state.location
        here = f"{location.pathname}{location.search}" if location is not None else "/"
        self.go(link("/sign-in", next=here))

    def _read(self, event: Any) -> None:
        def read() -> None:
            self.lab.hypotheses.mark_read(self.person, event.new)
            self._count_waiting()

        self.page.guard(read)()

    def _cancel(self, event: Any) -> None:
        def cancel() -> None:
            job = self.lab.jobs.cancel(event.new, self.person)
            self.page.notify(f"{job.title} is {job.state}.")

        self.page.guard(cancel)()

    def _dismiss(self, event: Any) -> None:
        self.strip.dismissed.add(event.new)
        self.strip.jobs = [line for line in self.strip.jobs if line["id"] != event.new]


def open_window(lab: Any, entry: Entry, watch: JobWatch) -> Any:
    """The window of a new browser session: the content follows it, or goes with it where that is quick."""
    facts: PageFacts = entry.facts["facts"]
    sign_in = sign_in_of(pn.state.curdoc)
    if lab.settings.asks_for_password and sign_in is None:
        raise InputError("nobody is signed in.", hint="Sign in first.", forbidden=True)
    window = Window(lab, facts, watch, sign_in)
    arguments = dict(pn.state.session_args)
    made = window.build()
    if facts.at_once and lab.is_open:
        window.page.fill(entry.thing, arguments, at_once=True)
    else:
        pn.state.onload(partial(window.page.fill, entry.thing, arguments))
    if pn.state.curdoc is not None:
        pn.state.curdoc.template_variables[VARIABLE] = window.first(arguments)
    return made


def _unfollow_busy(page: Any) -> None:
    """Cut a page off the process-wide busy flag: the flag's watcher would keep every page ever opened alive."""
    with edit_readonly(page):
        page.busy = False
    for watcher in list(pn.state.param.watchers.get("busy", {}).get("value", [])):
        if getattr(getattr(watcher.fn, "__self__", None), "self", None) is page:
            pn.state.param.unwatch(watcher)


def _coming(facts: PageFacts) -> Any:
    return html(_WAIT.format(text=f"Opening {facts.title} …"))


def _find(lab: Any, text: str) -> list[Any]:
    try:
        return lab.find(text, 12)
    except WorkbenchError as error:
        log.warning("search for %r failed: %s", text, error)
        return []


def _argument(name: str) -> str:
    given = pn.state.session_args.get(name)
    return given[0].decode("utf-8", "replace") if given else ""


_MAIN_STYLE = ":host { padding: 22px 28px 84px; box-sizing: border-box; gap: 18px; }"
_BODY_STYLE = ":host { gap: 24px; align-items: flex-start; }"
_INSPECTOR_STYLE = """
:host { position: sticky; top: 0; flex: none; box-sizing: border-box; max-height: calc(100vh - 150px);
  overflow: hidden auto;
  padding: 16px 18px; background: var(--wb-surface); border: 1px solid var(--wb-line); border-radius: 10px; }
@media (max-width: 1180px) { :host { width: 300px !important; } }
"""
