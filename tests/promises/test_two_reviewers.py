"""Two people decide at once: one decision stands, the other person is told by whom and when."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pytest

from benchmarks.discover.queue import race
from tests.hypothesised import hypothesis
from workbench.catalog.hypotheses import insert_hypothesis
from workbench.catalog.people import ensure_person
from workbench.catalog.store import Catalog, new_id
from workbench.errors import ConflictError, WorkbenchError
from workbench.lab import Lab
from workbench.nouns import DecisionRule
from workbench.settings import Settings

RACES = 100


@pytest.fixture
def two_labs(tmp_path: Path):
    """Two open labs on one home, as two processes would have them, and two reviewers."""
    catalogs = [Catalog.open(Settings(home=tmp_path / "home")) for _ in range(2)]
    for name in ("ada", "rosalind"):
        ensure_person(catalogs[0], name, "reviewer")
    yield [Lab(catalog) for catalog in catalogs]
    for catalog in catalogs:
        catalog.close()


def proposed(lab: Lab, number: int) -> str:
    """A proposed hypothesis with a readout of its own."""
    item = hypothesis(hypothesis_id=new_id(), number=0, rule=DecisionRule(f"R{number}", "up", 1.0))
    return lab.hypotheses.propose(insert_hypothesis(lab.catalog, item).hypothesis_id, "ada").handle


def test_of_a_hundred_races_each_has_one_winner_and_one_who_is_told(two_labs: list[Lab]) -> None:
    first, second = two_labs
    for number in range(RACES):
        handle = proposed(first, number)
        seen = first.hypotheses.get(handle).version
        told = race(
            {
                "ada": partial(first.hypotheses.approve, [handle], "ada", seen={handle: seen}),
                "rosalind": partial(second.hypotheses.withdraw, handle, "rosalind", seen=seen),
            },
            ConflictError,
        )
        winners = [name for name, error in told.items() if error is None]
        assert len(told) == 2
        assert len(winners) == 1, (number, told)
        loser = next(error for error in told.values() if error is not None)
        assert f"by {winners[0]} at " in str(loser)
        last = "approved" if winners == ["ada"] else "withdrawn"
        assert [event.kind for event in first.hypotheses.events(handle)] == ["created", "proposed", last]
    assert second.hypotheses.verify() == []


def test_a_stale_page_cannot_undo_what_was_decided_meanwhile(two_labs: list[Lab]) -> None:
    handle = proposed(two_labs[0], 0)
    seen = two_labs[1].hypotheses.get(handle).version
    two_labs[0].hypotheses.approve([handle], "ada")
    with pytest.raises(ConflictError, match="approved by ada at"):
        two_labs[1].hypotheses.withdraw(handle, "rosalind", seen=seen)
    with pytest.raises(ConflictError, match="approved by ada at"):
        two_labs[1].hypotheses.approve([handle], "rosalind")
    assert two_labs[1].hypotheses.get(handle).state == "approved"


def test_a_conflict_in_a_bulk_approval_does_not_stop_the_others(two_labs: list[Lab]) -> None:
    first, second, third = (proposed(two_labs[0], number) for number in range(3))
    two_labs[1].hypotheses.withdraw(second, "rosalind")
    with pytest.raises(WorkbenchError, match=f"{second} .*withdrawn.*"):
        two_labs[0].hypotheses.approve([first, second, third], "ada", seen={second: 1})
    assert {two_labs[0].hypotheses.get(name).state for name in (first, third)} == {"approved"}


def test_two_batches_of_the_same_hypothesis_make_one_experiment(two_labs: list[Lab]) -> None:
    handle = proposed(two_labs[0], 0)
    two_labs[0].hypotheses.approve([handle], "ada")
    ready, made, refused = threading.Barrier(2), [], []

    def plan(lab: Lab) -> None:
        ready.wait()
        try:
            made.append(lab.experiments.plan([handle], lab="bench"))
        except WorkbenchError as error:
            refused.append(error)

    threads = [threading.Thread(target=plan, args=(lab,)) for lab in two_labs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(refused)) == (1, 1)
    assert [item.handle for item in two_labs[0].experiments.list()] == ["E-1"]


def test_numbers_are_unique_when_many_queue_at_once(two_labs: list[Lab]) -> None:
    def queue(lab: Lab, start: int) -> None:
        for number in range(start, start + 20):
            proposed(lab, number)

    threads = [threading.Thread(target=queue, args=(two_labs[i % 2], 1000 * i)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [item.number for item in two_labs[0].hypotheses.list()]
    assert sorted(numbers) == list(range(1, 81))


def test_a_scientist_cannot_approve_nor_withdraw_what_others_wrote(two_labs: list[Lab]) -> None:
    lab = two_labs[0]
    ensure_person(lab.catalog, "sam", "scientist")
    handle = proposed(lab, 0)
    for act in (
        lambda: lab.hypotheses.approve([handle], "sam"),
        lambda: lab.hypotheses.withdraw(handle, "sam"),
    ):
        with pytest.raises(WorkbenchError, match="sam is a scientist"):
            act()
    assert lab.hypotheses.get(handle).state == "proposed"
