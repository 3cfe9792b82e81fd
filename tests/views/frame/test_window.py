from __future__ import annotations

import gc
import weakref
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import panel as pn
import pytest
from bokeh.document import Document
from panel.io.state import set_curdoc

from workbench.errors import InputError
from workbench.registry import Entry
from workbench.views.frame import window as window_module
from workbench.views.frame.job_strip import JobWatch
from workbench.views.frame.pages import PAGES, Content, PageFacts
from workbench.views.frame.signing_in.browser import form_token
from workbench.views.frame.signing_in.door import SignedIn
from workbench.views.frame.window import Window


@dataclass(frozen=True)
class State:
    name: str = ""


def window(person: str = "ada") -> Window:
    lab = SimpleNamespace(
        settings=SimpleNamespace(person=person), find=lambda text, limit: [],
        hypotheses=SimpleNamespace(waiting=lambda person: {"proposed": 2}, inbox=lambda person: []),
    )  # fmt: skip
    return Window(lab, PageFacts("/x", "Things", state=State), JobWatch(list))


def shown(item: Any) -> str:
    return " ".join(str(getattr(part, "object", "")) for part in item.select())


def test_a_page_fills_its_window() -> None:
    made = window()
    page = made.build()
    assert "Opening Things" in shown(made.main)
    assert made.bar.ready is False
    content = Content("Two things", pn.pane.HTML("main"), ("U2OS", ""), pn.pane.HTML("facts"), "lab.x()")
    made.page.fill(lambda lab, state, frame: content, {})
    assert (made.bar.sentence, made.bar.chips, made.bar.python) == ("Two things", ["U2OS"], "lab.x()")
    assert made.bar.ready
    assert made.inspector.visible
    assert made.header.waiting[0]["count"] == 2
    made.bar.inspector_open = False
    assert not made.inspector.visible
    made.header.dark = True
    assert page.dark_theme is True
    assert made.dark


def test_going_elsewhere_sets_the_address_even_twice() -> None:
    made, gone = window(), []
    made.header.param.watch(lambda event: gone.append(event.new), "address")
    made.page.go("/cell", task="l1000_orf", perturbation="a b")
    made.page.go("/cell", task="l1000_orf", perturbation="a b")
    assert [address for address in gone if address] == ["/cell?task=l1000_orf&perturbation=a+b"] * 2
    assert made.page.person == "ada"


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A second page at /y, made at once; what its states were."""
    states: list[str] = []

    def page(lab: Any, state: State, frame: Any) -> Content:
        states.append(state.name)
        return Content(f"Others: {state.name}", pn.pane.HTML("other"))

    entry = Entry("/y", page, {"facts": PageFacts("/y", "Others", state=State, at_once=True)})
    monkeypatch.setattr(window_module, "PAGES", SimpleNamespace(find=lambda path: entry, names=PAGES.names))
    return states


def test_a_visit_puts_another_page_into_the_window(other: list[str]) -> None:
    made = window()
    made.build()
    made.page.fill(lambda lab, state, frame: Content("Two", pn.pane.HTML("x"), (), pn.pane.HTML("facts")), {})
    left = made.page
    made.header.visit = {"to": "/y?name=a%20b%C3%A9", "number": 1}
    assert made.header.visited == 1
    assert other == ["a bé"]
    assert (made.bar.sentence, made.bar.ready, made.inspector.visible) == ("Others: a bé", True, False)
    assert "other" in shown(made.main)
    assert not left.is_open
    assert made.page.is_open


def test_the_content_of_a_page_that_was_left_is_freed(other: list[str]) -> None:
    made, document = window(), Document()
    with set_curdoc(document):
        made.build().server_doc(document)
        made.page.fill(lambda lab, state, frame: Content("Two", pn.Column(pn.widgets.TextInput())), {})
        left, content = weakref.ref(made.page), weakref.ref(made.main[0])
        made.header.visit = {"to": "/y?name=a", "number": 1}
    gc.collect()
    assert (left(), content()) == (None, None)


def test_a_window_is_freed_when_its_session_is() -> None:
    made = window()
    page = made.build()
    made.page.fill(lambda lab, state, frame: Content("x", pn.pane.HTML("")), {})
    followers = pn.state.param.watchers.get("busy", {}).get("value", [])
    assert not [item for item in followers if getattr(getattr(item.fn, "__self__", None), "self", None) is page]
    reference = weakref.ref(made)
    del made, page
    gc.collect()
    assert reference() is None


def test_a_signed_in_window_acts_as_that_person_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the cookie of names says; then nothing is done any more, and the window leads to the sign-in."""
    there, done = {"id": "ada"}, []

    def require(name: str) -> str:
        if name not in there:
            raise InputError("You are signed out.", hint="Sign in again.", forbidden=True)
        return there[name]

    lab = SimpleNamespace(
        settings=SimpleNamespace(person="me"), find=lambda text, limit: [],
        hypotheses=SimpleNamespace(waiting=lambda person: {"proposed": 2}, inbox=lambda person: []),
        people=SimpleNamespace(require=require, is_signed_in=lambda name: name in there),
    )  # fmt: skip
    monkeypatch.setattr(type(pn.state), "cookies", {"workbench-person": "eve"})
    made = Window(lab, PageFacts("/x", "Things", state=State), JobWatch(list), SignedIn("id", "ada"))
    assert (made.person, made.header.person) == ("ada", "ada")
    assert made.header.form == form_token("id")
    act = made.page.guard(lambda: done.append("what needs no name"))
    act()
    made._count_waiting()
    assert (len(done), made.header.address) == (1, "")
    there.clear()
    act()
    assert len(done) == 1
    assert made.header.address == "/sign-in?next=%2F"
    made.header.address = ""
    made._count_waiting()
    assert made.header.address == "/sign-in?next=%2F"


def test_without_a_sign_in_where_one_is_asked_for_no_window_opens() -> None:
    lab = SimpleNamespace(settings=SimpleNamespace(person="me", asks_for_password=True))
    with pytest.raises(InputError, match="nobody is signed in"):
        window_module.open_window(lab, Entry("/x", lambda: None, {"facts": PageFacts("/x", "X", state=State)}), None)
