import threading
import time
from functools import partial
from typing import Any

import panel as pn
import param
import pytest
from bokeh.document import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from panel.io.callbacks import PeriodicCallback

from workbench.views.frame.turns import Turns

SOON_S = 20


class Pane(pn.pane.HTML):
    """A component that writes down what it is told."""

    def __init__(self, told: list[Any]) -> None:
        super().__init__("")
        self.told = told

    def hear(self, document: Document, word: Any, pause: float = 0.0) -> Any:
        time.sleep(pause)
        self.told.append(word)
        return word

    def fail(self, document: Document) -> None:
        raise ValueError("told nothing")


@pytest.fixture
def turns() -> Any:
    made = Turns(4)
    yield made
    made.shutdown()


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0.0, 0.001])), max_size=30))
def test_what_one_browser_did_runs_in_its_order(calls: list[tuple[int, float]]) -> None:
    turns, documents, told = Turns(4), [Document() for _ in range(3)], [[], [], []]
    panes = [[Pane(heard) for _ in range(2)] for heard in told]
    futures = [turns.submit(panes[s][i % 2].hear, documents[s], i, pause) for i, (s, pause) in enumerate(calls)]
    assert [future.result(SOON_S) for future in futures] == list(range(len(calls)))
    turns.shutdown()
    for session, heard in enumerate(told):
        assert heard == [i for i, (s, _) in enumerate(calls) if s == session]


def test_a_slow_session_does_not_hold_up_another(turns: Turns) -> None:
    go_on, told = threading.Event(), []
    pane, slow, quick = Pane(told), Document(), Document()
    waits = turns.submit(partial(go_on.wait, SOON_S))  # of no session
    first = turns.submit(Waiter(go_on).wait, slow)
    behind = turns.submit(pane.hear, slow, "behind")
    assert turns.submit(pane.hear, quick, "aside").result(SOON_S) == "aside"
    assert not behind.done()
    go_on.set()
    assert first.result(SOON_S)
    assert waits.result(SOON_S)
    assert behind.result(SOON_S) == "behind"


def test_an_error_reaches_whoever_waits_and_the_line_goes_on(turns: Turns) -> None:
    pane, document = Pane([]), Document()
    broken = turns.submit(pane.fail, document)
    assert turns.submit(pane.hear, document, "still here").result(SOON_S) == "still here"
    with pytest.raises(ValueError, match="told nothing"):
        broken.result(SOON_S)


def test_periodic_looks_do_not_pile_up_behind_a_slow_callback(turns: Turns) -> None:
    go_on, looks, document = threading.Event(), [], Document()
    periodic = PeriodicCallback(callback=lambda: looks.append(1), period=10)
    with param.discard_events(periodic):  # as if started, without a server
        periodic.running = True
    periodic._doc = document
    turns.submit(Waiter(go_on).wait, document)
    futures = [turns.submit(periodic._exec_callback, True, f"look {i}") for i in range(5)]
    go_on.set()
    for future in futures:
        future.result(SOON_S)
    assert looks == [1]


def test_a_change_nobody_scheduled_is_handed_over(turns: Turns) -> None:
    field, document = pn.widgets.TextInput(value=""), Document()
    heard: list[str] = []
    field.param.watch(lambda event: heard.append(event.new), "value")
    field._events = {"value": "lassoed"}  # came in between Panel's look and its hand-over: no callback follows
    turns.submit(field._process_bokeh_event, document, None)
    turns.submit(Pane([]).hear, document, "done").result(SOON_S)
    assert heard == ["lassoed"]


class Waiter(pn.pane.HTML):
    """A component whose callback takes as long as it is told."""

    def __init__(self, go_on: threading.Event) -> None:
        super().__init__("")
        self.go_on = go_on

    def wait(self, document: Document) -> bool:
        return self.go_on.wait(SOON_S)
