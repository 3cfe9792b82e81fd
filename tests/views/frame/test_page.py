from __future__ import annotations

import logging
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import panel as pn
import pytest
from bokeh.document import Document
from hypothesis import given
from hypothesis import strategies as st
from panel.io.state import set_curdoc

from workbench.errors import InputError
from workbench.views.frame.job_strip import JobWatch
from workbench.views.frame.page import PageFrame, read_state
from workbench.views.frame.pages import Content, PageFacts
from workbench.views.frame.window import Window


@dataclass(frozen=True)
class State:
    name: str = ""
    k: int = 15
    level: float = 0.9
    open: bool = True


def frame(monkeypatch: pytest.MonkeyPatch | None = None) -> PageFrame:
    lab = SimpleNamespace(
        settings=SimpleNamespace(person="ada"), find=lambda text, limit: [],
        hypotheses=SimpleNamespace(waiting=lambda person: {"proposed": 2}, inbox=lambda person: []),
    )  # fmt: skip
    made = Window(lab, PageFacts("/x", "Things", state=State), JobWatch(list)).page
    if monkeypatch is not None:
        made.said = []
        monkeypatch.setattr(made, "notify", lambda text, kind="info": made.said.append((kind, text)))
    return made


def shown(item: Any) -> str:
    return " ".join(str(getattr(part, "object", "")) for part in item.select())


def test_a_state_is_read_with_its_types() -> None:
    state, problems = read_state(State, {"name": [b"TP53"], "k": [b"3"], "level": ["0.5"], "open": [b"false"]})
    assert state == State("TP53", 3, 0.5, False)
    assert problems == []


def test_values_that_do_not_fit_fall_back_and_are_named() -> None:
    state, problems = read_state(State, {"k": [b"many"], "open": [b"perhaps"], "other": [b"1"], "level": [b""]})
    assert state == State()
    assert len(problems) == 3
    assert "“many” in the address is no k" in problems[0]


@given(st.dictionaries(st.sampled_from(["name", "k", "level", "open"]), st.binary(max_size=30)))
def test_any_address_gives_a_state(arguments: dict[str, bytes]) -> None:
    state, problems = read_state(State, {key: [value] for key, value in arguments.items()})
    assert isinstance(state.k, int)
    assert isinstance(state.open, bool)
    assert len(problems) <= len(arguments)


def test_content_that_goes_with_the_frame_leaves_the_rest_until_the_page_has_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, waiting, later = frame(monkeypatch), [], []
    monkeypatch.setattr(pn.state.__class__, "onload", lambda self, call, threaded=False: waiting.append(call))
    monkeypatch.setattr(
        pn.state.__class__, "execute", lambda self, call, schedule="auto": later.append((call, schedule))
    )
    content = Content("Two things", pn.pane.HTML("main"), later=lambda: None)
    made._window.build()
    made.fill(lambda lab, state, frame: content, {"k": [b"many"]}, at_once=True)
    assert made._window.bar.ready
    assert (made.said, later) == ([], [])
    waiting.pop()()
    assert later == [(content.later, "thread")]
    assert "“many”" in made.said[0][1]


def test_errors_of_ours_are_said_in_words() -> None:
    def fails(lab: Any, state: Any, frame: Any) -> Content:
        raise InputError("there is no map 'moon' <b>.", where="map", hint="Choose one of 3.")

    made = frame()
    made.fill(fails, {})
    assert made._window.bar.sentence == "there is no map 'moon' <b>."
    assert "Choose one of 3." in shown(made._window.main)
    assert made._window.bar.ready


def test_other_errors_are_logged_with_the_number_that_is_shown(caplog: pytest.LogCaptureFixture) -> None:
    made = frame()
    with caplog.at_level(logging.ERROR):
        made.fill(lambda lab, state, frame: 1 / 0, {})
    number = caplog.records[0].getMessage()
    assert number.startswith("error ")
    assert number in shown(made._window.main)
    assert "ZeroDivisionError" in caplog.text
    assert "division" not in shown(made._window.main)


def test_guarded_callbacks_say_what_went_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    made = frame(monkeypatch)

    def ours(_event: Any) -> None:
        raise InputError("a plate has 96 wells, got 97.", hint="Split it.")

    assert made.guard(ours)(None) is None
    assert made.guard(lambda: {}["x"])() is None
    assert made.guard(lambda a, b=1: a + b)(2, b=3) == 5
    assert made.said[0] == ("error", "a plate has 96 wells, got 97. Split it.")
    assert "The rest of the page still does" in made.said[1][1]


def test_problems_of_the_address_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    made = frame(monkeypatch)
    made.fill(lambda lab, state, frame: Content("x", pn.pane.HTML("")), {"k": [b"many"]})
    assert made.said[0][0] == "warning"


def test_a_page_that_was_left_keeps_off_its_window() -> None:
    made = frame()
    made._window.main[:] = [pn.pane.HTML("the next page")]
    made.leave()
    made.fill(lambda lab, state, frame: Content("too late", pn.pane.HTML("late")), {})
    assert "the next page" in shown(made._window.main)
    assert made._window.bar.sentence == "Things"


def test_nobody_looks_again_at_a_page_that_was_left() -> None:
    class Session:
        """A document's session context, as far as Panel asks for it here."""

        destroyed = False

    made, document = frame(), Document()
    document._session_context = Session
    with set_curdoc(document):
        stop = made.every(50, lambda: None)
        made.every(50, lambda: None)
        assert len(document.session_callbacks) == 2
        stop()
        assert len(document.session_callbacks) == 1
        made.leave()
        assert document.session_callbacks == []
        made.every(50, lambda: None)
        assert document.session_callbacks == []
