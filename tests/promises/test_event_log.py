"""The history cannot be rewritten unseen: editing, deleting, reordering or adding a row is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.discover.queue import put_back
from tests.hypothesised import hypothesis
from workbench.catalog.event_chain import event_hash
from workbench.catalog.hypotheses import insert_hypothesis
from workbench.catalog.store import new_id
from workbench.lab import Lab
from workbench.nouns import DecisionRule
from workbench.settings import Settings


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Three hypotheses with four events each."""
    opened = Lab.open(Settings(home=tmp_path_factory.mktemp("log") / "home"))
    for number in range(3):
        item = hypothesis(hypothesis_id=new_id(), number=0, rule=DecisionRule(f"R{number}", "up", 1.0), author="me")
        handle = insert_hypothesis(opened.catalog, item).handle
        opened.hypotheses.propose(handle)
        opened.hypotheses.approve([handle], note="a good one")
        opened.hypotheses.withdraw(handle, note="changed my mind")
    yield opened
    opened.close()


@pytest.fixture
def lab(queue: Lab) -> Iterator[Lab]:
    """The same, put back as it was after a test."""
    assert queue.hypotheses.verify() == []
    with put_back(queue.catalog.ledger):
        yield queue


def tamper(lab: Lab, sql: str) -> None:
    """Change the ledger behind the product's back."""
    with lab.catalog.ledger.session() as session:
        session.execute(text(sql), {"id": lab.hypotheses.get("H-2").hypothesis_id})


AT = "WHERE hypothesis_id = :id AND sequence ="


@pytest.mark.parametrize(
    ("sql", "sequence", "words"),
    [
        (f"UPDATE hypothesis_event SET note = 'a bad one' {AT} 3", 3, "content was changed"),
        (f"UPDATE hypothesis_event SET person = 'eve' {AT} 2", 2, "content was changed"),
        (f"UPDATE hypothesis_event SET at = '2020-01-01 00:00:00.000000' {AT} 1", 1, "content was changed"),
        (f"UPDATE hypothesis_event SET payload = '{{}}' {AT} 1", 1, "content was changed"),
        (f"DELETE FROM hypothesis_event {AT} 2", 2, "missing or out of order"),
        (f"DELETE FROM hypothesis_event {AT} 4", 4, "leads to 'approved'"),
        (
            f"UPDATE hypothesis_event SET hash = 'f' || substr(hash, 2), previous_hash = 'x' {AT} 4",
            4,
            "does not follow",
        ),
        ("UPDATE hypothesis SET state = 'approved' WHERE hypothesis_id = :id", 5, "hypothesis is 'approved'"),
        ("DELETE FROM hypothesis_event WHERE hypothesis_id = :id", 1, "no event"),
    ],
)
def test_the_first_bad_event_is_named(lab: Lab, sql: str, sequence: int, words: str) -> None:
    tamper(lab, sql)
    found = lab.hypotheses.verify()
    assert [(row["handle"], row["sequence"]) for row in found] == [("H-2", sequence)]
    assert words in found[0]["problem"]


LAST = "(SELECT max(position) FROM hypothesis_event)"
CUT = f"UPDATE event_head SET n_events = n_events - 1, ledger_hash = (SELECT ledger_hash FROM hypothesis_event WHERE position = {LAST})"


@pytest.mark.parametrize(
    ("statements", "handle", "words"),
    [
        # the last event of one hypothesis, with the state and the count it leads to put back
        (
            [f"DELETE FROM hypothesis_event {AT} 4", "UPDATE hypothesis SET state = 'approved', version = 2 WHERE hypothesis_id = :id"],
            "the ledger", "event 8 of all is missing, before event 1 of H-3",
        ),
        # the last event of all, then also the record of where the log ends
        (
            [f"DELETE FROM hypothesis_event WHERE position = {LAST}", "UPDATE hypothesis SET state = 'approved', version = 2 WHERE number = 3"],
            "the ledger", "ended with event 12 of all, now with 11",
        ),
        (
            [f"DELETE FROM hypothesis_event WHERE position = {LAST}", "UPDATE hypothesis SET state = 'approved', version = 2 WHERE number = 3", CUT],
            "the ledger", "does not bear its seal",
        ),
        # a whole hypothesis
        (
            ["DELETE FROM hypothesis_event WHERE hypothesis_id = :id", "DELETE FROM hypothesis WHERE hypothesis_id = :id"],
            "the ledger", "event 5 of all is missing",
        ),
        (["DELETE FROM event_head"], "the ledger", "record of where the log ends is gone"),
        (["UPDATE event_head SET seal = ''"], "the ledger", "does not bear its seal"),
        # two events of two hypotheses change places in the ledger
        (
            ["UPDATE hypothesis_event SET position = 99 WHERE position = 4", "UPDATE hypothesis_event SET position = 4 WHERE position = 5",
             "UPDATE hypothesis_event SET position = 5 WHERE position = 99"],
            "H-2", "it does not follow event 3 of the ledger",
        ),
        # what stands on the page, behind the back of the history
        (["UPDATE hypothesis SET statement = 'another' WHERE hypothesis_id = :id"], "H-2", "what was queued"),
        (["UPDATE hypothesis SET priority = 3 WHERE hypothesis_id = :id"], "H-2", "its priority is 3, its history tells 0"),
        (["UPDATE hypothesis SET version = 7 WHERE hypothesis_id = :id"], "H-2", "was changed 7 times, its history tells of 3"),
    ],
)  # fmt: skip
def test_what_the_history_of_one_hypothesis_cannot_see_the_ledger_sees(
    lab: Lab, statements: list[str], handle: str, words: str
) -> None:
    for sql in statements:
        tamper(lab, sql)
    found = lab.hypotheses.verify()
    assert [row["handle"] for row in found] == [handle]
    assert words in found[0]["problem"]


def test_a_rewritten_and_rehashed_history_is_named(lab: Lab) -> None:
    """Somebody who knows how the hashes are made redoes those of the hypothesis: the ledger's chain does not follow."""
    item = lab.hypotheses.get("H-2")
    previous = ""
    for event in lab.hypotheses.events("H-2"):
        changed = replace(event, person="eve" if event.kind == "approved" else event.person, previous_hash=previous)
        previous = event_hash(item.hypothesis_id, changed)
        with lab.catalog.ledger.session() as session:
            session.execute(
                text(f"UPDATE hypothesis_event SET person = :p, previous_hash = :b, hash = :h {AT} {event.sequence}"),
                {"p": changed.person, "b": changed.previous_hash, "h": previous, "id": item.hypothesis_id},
            )
    found = lab.hypotheses.verify()
    assert [(row["handle"], row["sequence"]) for row in found] == [("H-2", 3)]


def test_a_noted_end_shows_that_an_older_copy_was_put_in_place(lab: Lab) -> None:
    head = lab.hypotheses.head()
    assert lab.hypotheses.verify(since=head) == []
    lab.hypotheses.comment("H-1", "later")
    assert lab.hypotheses.verify(since=head) == []  # more came, nothing went
    other = f"12:{'0' * 64}"
    assert "no longer holds its 12 events" in lab.hypotheses.verify(since=other)[0]["problem"]
    assert "no longer holds its 40 events" in lab.hypotheses.verify(since=f"40:{'0' * 64}")[0]["problem"]
    assert "is no end of a log" in lab.hypotheses.verify(since="yesterday")[0]["problem"]


def test_reordered_events_are_named(lab: Lab) -> None:
    for before, after in ((2, 99), (3, 2), (99, 3)):
        tamper(lab, f"UPDATE hypothesis_event SET sequence = {after} {AT} {before}")
    assert [(row["handle"], row["sequence"]) for row in lab.hypotheses.verify()] == [("H-2", 2)]


def test_a_whole_history_passes_after_a_reopening(lab: Lab, reopen: Callable[[], Lab]) -> None:
    assert reopen().hypotheses.verify() == []


@pytest.fixture
def reopen(lab: Lab) -> Callable[[], Lab]:
    """Open the same home again."""
    return lambda: Lab.open(lab.settings)


def test_a_failed_transaction_leaves_no_event(lab: Lab) -> None:
    item = hypothesis(hypothesis_id=new_id(), number=0, rule=DecisionRule("R9", "up", 1.0), author="me")
    handle = insert_hypothesis(lab.catalog, item).handle
    before = len(lab.hypotheses.events(handle))

    def broken(self: Session) -> None:
        raise RuntimeError("power cut")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "commit", broken)
        with pytest.raises(RuntimeError, match="power cut"):
            lab.hypotheses.propose(handle)
    assert len(lab.hypotheses.events(handle)) == before
    assert lab.hypotheses.get(handle).state == "draft"
    assert lab.hypotheses.verify() == []
