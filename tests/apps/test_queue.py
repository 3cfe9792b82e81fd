from __future__ import annotations

from apps.queue import Queue, QueueState, queue
from tests.apps.recording import RecordingFrame, texts
from tests.hypothesised import held_back, queue_lab  # noqa: F401
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


def test_the_card_says_what_fits_beforehand_and_what_was_left_out_afterwards(queue_lab: Lab) -> None:
    frame = RecordingFrame()
    page = Queue(queue_lab, QueueState(), frame)
    card = page.proposing
    assert "Room for 52 treatments of 3 replicates on 3 plates of 96 with 8 controls each." in card.room.object
    card.fields["plates"].value = 1
    card.fields["n_wells"].value = 384
    assert "Room for 93 treatments of 3 replicates on 1 plate of 384 with 28 controls." in card.room.object
    card.fields["budget"].value = "7"
    assert "The budget pays for 2." in card.room.object
    card.fields["replicates"].value = 16
    card.fields["n_wells"].value = 96
    card.fields["budget"].value = "a lot"
    assert "a budget is a number of wells, got &#x27;a lot&#x27;" in card.room.object
    assert card.button.disabled
    card.fields["budget"].value = ""
    assert not card.button.disabled
    first = queue_lab.hypotheses.suggest("l1000_orf", k=1)[0]
    page.board.chosen = [first.handle]
    page._look_again()
    press(page, "Approve 1")
    assert "16 wells are reserved by what is approved (1)." in card.room.object
    made = queue_lab.hypotheses.suggest("l1000_orf", k=3, limits=queue_lab.hypotheses.limits(budget=4))
    card.tell(made)
    assert "1 of 3 proposed." in card.said.object
    assert "<b>over the budget</b>: 3 of 1 left, in wells" in card.said.object
    for item in (first, *made):
        queue_lab.hypotheses.withdraw(item.handle)


def test_a_decision_on_an_old_board_is_told_and_the_board_catches_up(queue_lab: Lab) -> None:
    item, other = queue_lab.hypotheses.suggest("l1000_orf", k=2)
    frame = RecordingFrame()
    page = Queue(queue_lab, QueueState(), frame)
    page.board.chosen = [item.handle, other.handle]
    queue_lab.hypotheses.withdraw(item.handle, "me", "not now")
    press(page, "Approve 2")
    assert frame.messages[-1].startswith(f"Approved {other.handle}. 1 of 2 stay as they are")
    assert f"{item.handle} was changed meanwhile: withdrawn by me at" in page.said.object
    assert queue_lab.hypotheses.get(other.handle).state == "approved"
    assert page.board.chosen == [] or item.handle not in [c["handle"] for s in page.board.stages for c in s["cards"]]


def test_filters_hold_in_the_address_and_the_table_shows_withdrawn_ones(queue_lab: Lab) -> None:
    frame = RecordingFrame()
    page = Queue(queue_lab, QueueState(view="table"), frame)
    assert "withdrawn" in page.table.value["state"].tolist()
    page.filters.widgets["state"].value = "withdrawn"
    assert frame.url["state"] == "withdrawn"
    assert set(page.table.value["state"]) == {"withdrawn"}
    page.filters.widgets["author"].value = "person"
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
    page.filters.widgets["state"].value = "proposed"
    assert [page.shown[i].handle for i in page.table.selection] == [ticked]
    assert "1 chosen" in texts(page.chosen_place)


def test_people_tags_and_priorities_can_be_filtered_by(queue_lab: Lab) -> None:
    item = queue_lab.hypotheses.suggest("l1000_orf", k=1)[0]
    queue_lab.hypotheses.change(item.handle, priority=3, tags=["liver"], person="me")
    frame = RecordingFrame()
    page = Queue(queue_lab, QueueState(view="table", priority="3"), frame)
    assert [row.handle for row in page.shown] == [item.handle]
    assert page.table.value["priority"].tolist() == ["urgent"]
    page.filters.widgets["priority"].value = ""
    page.filters.widgets["tag"].value = "liver"
    assert frame.url["tag"] == "liver"
    assert [row.handle for row in page.shown] == [item.handle]
    assert "@me" not in page.filters.widgets["author"].options.values()  # nobody but the machine proposed so far
    assert Queue(queue_lab, QueueState(author="@nobody", tag="moon", priority="9"), frame).filters.values()["tag"] == ""


def test_the_timeline_tells_what_happened_to_what_is_shown(queue_lab: Lab) -> None:
    page = Queue(queue_lab, QueueState(view="timeline"), RecordingFrame())
    assert "changed priority and tags of" in page.timeline.object
    assert "withdrew" in page.timeline.object
    page.filters.widgets["tag"].value = "liver"
    assert "withdrew" not in page.timeline.object
    assert "Choose cards" in texts(page.chosen_place)


def test_peoples_and_the_machines_share_one_table_with_scores_and_reasons(queue_lab: Lab) -> None:
    machine = queue_lab.hypotheses.suggest("l1000_orf", k=1, acquisition="greedy")[0]
    said = queue_lab.cells.predict(held_back(queue_lab, 1)[0], task="l1000_orf")
    mine = queue_lab.hypotheses.queue(said, rationale="the fly says so")
    bare = queue_lab.hypotheses.queue(queue_lab.cells.predict(held_back(queue_lab, 1)[0], task="l1000_orf"))
    page = Queue(queue_lab, QueueState(view="table", state="proposed"), RecordingFrame())
    shown = page.table.value.assign(handle=[item.handle for item in page.shown]).set_index("handle")
    assert shown["score"].notna().all()
    assert shown.loc[machine.handle, "reason"].startswith("1st of ")
    assert shown.loc[mine.handle, "reason"] == "the fly says so"
    assert shown.loc[bare.handle, "reason"].startswith(f"predicted to depart {bare.score:.2f} interval widths")
    for item in (machine, mine, bare):
        queue_lab.hypotheses.withdraw(item.handle)
