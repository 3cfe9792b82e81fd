from __future__ import annotations

import pytest

from apps.queue import Queue, QueueState, queue
from tests.apps.recording import RecordingFrame, texts
from tests.hypothesised import queue_lab  # noqa: F401
from workbench.errors import ConflictError
from workbench.lab import Lab


def press(page: Queue, label: str) -> None:
    """Press the inspector's button with this label."""
    found = [item for item in page.chosen_place.select() if getattr(item, "label", "").startswith(label)]
    assert len(found) == 1, label
    found[0].param.trigger("clicks")


def test_an_empty_queue_says_what_to_do(queue_lab: Lab) -> None:
    content = queue(queue_lab, QueueState(), RecordingFrame())
    assert "Nothing is queued yet" in texts(content.main)
    assert "Let the machine propose" in texts(content.inspector)


def test_from_the_board_to_plates(queue_lab: Lab) -> None:
    made = queue_lab.hypotheses.suggest("l1000_orf", k=3)
    frame = RecordingFrame()
    page = Queue(queue_lab, QueueState(), frame)
    assert [stage["count"] for stage in page.board.stages] == [0, 3, 0, 0, 0, 0]
    page.board.chosen = [item.handle for item in made]
    assert "3 chosen" in texts(page.chosen_place)
    press(page, "Approve 3")
    assert [stage["count"] for stage in page.board.stages] == [0, 0, 3, 0, 0, 0]
    assert "Approved" in frame.messages[-1]
    press(page, "Lay out 3")
    assert frame.url == {"path": "/experiment", "id": "E-1"}
    assert [well.role for well in queue_lab.experiments.get("E-1").plates[0].wells].count("treatment") == 3


def test_a_decision_on_an_old_board_is_told_and_the_board_catches_up(queue_lab: Lab) -> None:
    item = queue_lab.hypotheses.suggest("l1000_orf", k=1)[0]
    page = Queue(queue_lab, QueueState(), RecordingFrame())
    page.board.chosen = [item.handle]
    queue_lab.hypotheses.withdraw(item.handle, "me", "not now")
    with pytest.raises(ConflictError, match="withdrawn by me at"):
        press(page, "Approve 1")
    assert page.board.chosen == [] or item.handle not in [c["handle"] for s in page.board.stages for c in s["cards"]]


def test_filters_hold_in_the_address_and_the_table_shows_withdrawn_ones(queue_lab: Lab) -> None:
    frame = RecordingFrame()
    page = Queue(queue_lab, QueueState(view="table"), frame)
    assert "withdrawn" in page.table.value["state"].tolist()
    page.filters["state"].value = "withdrawn"
    assert frame.url["state"] == "withdrawn"
    assert set(page.table.value["state"]) == {"withdrawn"}
    page.filters["author"].value = "person"
    assert len(page.table.value) == 0
    again = Queue(queue_lab, QueueState(view="table", state="withdrawn"), frame)
    assert set(again.table.value["state"]) == {"withdrawn"}
    strange = Queue(queue_lab, QueueState(view="moon", author="nobody", state="lost"), frame)
    assert len(strange.shown) == len(queue_lab.hypotheses.list())


def test_ticks_in_the_table_choose_too(queue_lab: Lab) -> None:
    page = Queue(queue_lab, QueueState(view="table"), RecordingFrame())
    page.table.selection = [0]
    assert "1 chosen" in texts(page.chosen_place)


def test_a_tick_in_the_table_stays_with_its_hypothesis_when_rows_move(queue_lab: Lab) -> None:
    first = queue_lab.hypotheses.suggest("l1000_orf", k=2)
    page = Queue(queue_lab, QueueState(view="table"), RecordingFrame())
    page.table.selection = [1]
    ticked = page.shown[1].handle
    queue_lab.hypotheses.withdraw(next(item.handle for item in first if item.handle != ticked), "me", "not now")
    page.filters["state"].value = "proposed"
    assert [page.shown[i].handle for i in page.table.selection] == [ticked]
    assert "1 chosen" in texts(page.chosen_place)
