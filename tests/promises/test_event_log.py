"""The history cannot be rewritten unseen: editing, deleting, reordering or adding a row is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.hypothesised import hypothesis
from workbench.catalog.hypotheses import insert_hypothesis
from workbench.catalog.store import Catalog, new_id
from workbench.lab import Lab
from workbench.nouns import DecisionRule


@pytest.fixture
def lab(empty_catalog: Catalog) -> Lab:
    """Three hypotheses with four events each."""
    opened = Lab(empty_catalog)
    for number in range(3):
        item = hypothesis(hypothesis_id=new_id(), number=0, rule=DecisionRule(f"R{number}", "up", 1.0), author="me")
        handle = insert_hypothesis(empty_catalog, item).handle
        opened.hypotheses.propose(handle)
        opened.hypotheses.approve([handle], note="a good one")
        opened.hypotheses.withdraw(handle, note="changed my mind")
    assert opened.hypotheses.verify() == []
    return opened


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
