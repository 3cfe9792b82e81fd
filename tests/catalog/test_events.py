from __future__ import annotations

from tests.hypothesised import hypothesis
from workbench.catalog import events
from workbench.catalog.hypotheses import change_state, comment, insert_hypothesis
from workbench.catalog.store import Catalog, new_id
from workbench.nouns import DecisionRule


def test_the_log_of_all_hypotheses_is_read_from_a_place_on_in_both_directions(empty_catalog: Catalog) -> None:
    made = [
        insert_hypothesis(
            empty_catalog, hypothesis(hypothesis_id=new_id(), number=0, rule=DecisionRule(f"R{n}", "up", 1.0))
        )
        for n in range(3)
    ]
    change_state(empty_catalog, made[1], "proposed", "ada", kind="proposed")
    comment(empty_catalog, made[0], "look", "sam")
    read = events.list_all(empty_catalog)
    assert [(handle, event.position, event.kind) for handle, event in read] == [
        ("H-1", 1, "created"), ("H-2", 2, "created"), ("H-3", 3, "created"), ("H-2", 4, "proposed"), ("H-1", 5, "commented"),
    ]  # fmt: skip
    assert [event.position for _, event in events.list_all(empty_catalog, after=3)] == [4, 5]
    assert [event.position for _, event in events.list_all(empty_catalog, newest=True, limit=2)] == [5, 4]
    assert events.head_of(empty_catalog) == f"5:{read[-1][1].ledger_hash}"
    assert events.verify(empty_catalog) == []


def test_an_empty_log_is_whole(empty_catalog: Catalog) -> None:
    assert events.verify(empty_catalog) == []
    assert events.verify(empty_catalog, since=events.head_of(empty_catalog)) == []
