"""One page in a window: its state, its content, and what it may ask of its surroundings."""

from __future__ import annotations

import logging
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial, wraps
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
from panel.io.state import set_curdoc

from workbench.errors import WorkbenchError
from workbench.views.frame.pages import Content, PageFacts, link
from workbench.views.frame.password_again import PasswordAgain
from workbench.views.style.parts import html

if TYPE_CHECKING:
    from workbench.views.frame.window import Window

log = logging.getLogger(__name__)


class PageFrame:
    """What a page may ask of its surroundings; it ends when another page is opened in the same window."""

    def __init__(self, window: Window, facts: PageFacts) -> None:
        self._window, self._facts = window, facts
        self._state: Any = facts.state()
        self._looks: list[Any] = []
        self.is_open = True

    @property
    def person(self) -> str:
        """Under which name this browser acts."""
        return self._window.person

    @property
    def dark(self) -> bool:
        """Whether the dark theme is on now."""
        return self._window.dark

    def update_url(self, **state: Any) -> None:
        """Write changed fields of the page's state into the address, without loading."""
        known = {item.name for item in fields(self._state)}
        self._state = replace(self._state, **{name: value for name, value in state.items() if name in known})
        pairs = ((item.name, getattr(self._state, item.name), item.default) for item in fields(self._state))
        address = link("", **{name: value for name, value, default in pairs if value != default})
        if self.is_open and pn.state.location is not None and pn.state.location.search != address:
            pn.state.location.search = address

    def retitle(self, sentence: str, python: str = "") -> None:
        """Another title and Python line: the page answers another question in place."""
        if self.is_open:
            self._window.bar.param.update(sentence=sentence, python=python)

    def notify(self, text: str, kind: str = "info") -> None:
        """A short message that goes away: info, success, warning or error."""
        area = pn.state.notifications
        if area is None:
            log.info("%s: %s", kind, text)
            return
        area.send(text, duration=9000 if kind in ("error", "warning") else 5000, type=kind)

    def go(self, path: str, **state: Any) -> None:
        """Open another page in this tab."""
        self._window.go(link(path, **state))

    def guard(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a callback: errors of ours become a message in words, others are logged and said in words.

        Nothing is done for who has been signed out meanwhile.
        """

        @wraps(function)
        def of_person(*arguments: Any, **options: Any) -> Any:
            _ = self.person
            return function(*arguments, **options)

        return self._in_words(of_person)

    def _in_words(self, function: Callable[..., Any]) -> Callable[..., Any]:
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

    def password_again(self) -> PasswordAgain:
        """The field in which who approves types the password again, where the lab asks for it."""
        return PasswordAgain(self._window.confirm if self._window.signs_approvals else None)

    def every(self, milliseconds: int, look: Callable[[], Any]) -> Callable[[], None]:
        """Call `look` (errors in words) again and again while the page is open and somebody sees it; the answer ends that."""
        document = pn.state.curdoc
        if document is None or document.session_context is None or not self.is_open:
            return lambda: None
        watcher = pn.state.add_periodic_callback(self._in_words(look), milliseconds)
        self._looks.append(watcher)
        return watcher.stop

    def leave(self) -> None:
        """Another page was opened: look no more, and keep off its address and its place."""
        self.is_open = False
        for watcher in self._looks:
            watcher.stop()
        self._looks.clear()

    def fill(
        self, function: Callable[..., Content], arguments: Mapping[str, Sequence[bytes | str]], *, at_once: bool = False
    ) -> None:
        """Read the state, make the content and show it; whatever goes wrong is said in words on the page.

        `at_once`: the browser has nothing yet; what needs it waits until the page has loaded.
        """
        self._state, problems = read_state(self._facts.state, arguments)
        try:
            content = function(self._window.lab, self._state, self)
        except WorkbenchError as error:
            content = _problem(error.message, f"{error.where} {error.hint}".strip())
        except Exception:  # noqa: BLE001  the edge of a request: logged with a number, said in words
            content = _problem(
                "This page could not be drawn",
                f"The reason was written to the log ({logged()}). Other pages work; "
                "`workbench doctor` says what may be missing.",
            )
        if not self._window.show(self, content):
            return
        settle = partial(self._settle, content, problems)
        pn.state.onload(settle) if at_once else settle()

    def _settle(self, content: Content, problems: Sequence[str]) -> None:
        """What follows once the content stands: its slower parts, words about the address, jobs and what waits."""
        if content.later is not None:
            _after_what_is_shown(partial(pn.state.execute, content.later, schedule="thread"))
        for text in problems:
            self.notify(text, "warning")
        self._window.follow()


def _after_what_is_shown(function: Callable[[], None]) -> None:
    """Call with the session's next turn, when the changes so far have gone out; at once without a session."""
    document = pn.state.curdoc
    if document is None or document.session_context is None:
        function()
        return

    def call() -> None:
        with set_curdoc(document):
            function()

    document.add_next_tick_callback(call)


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


def _problem(title: str, text: str) -> Content:
    body = f'<div class="card"><p>{escape(text)}</p><p style="margin:0"><a href="/">Back to the start →</a></p></div>'
    return Content(title, html(body, max_width=720))
