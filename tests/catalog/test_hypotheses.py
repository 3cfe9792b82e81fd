from __future__ import annotations

import pytest

from tests.hypothesised import hypothesis
from workbench.catalog import events
from workbench.catalog.hypotheses import (
    change_state,
    comment,
    edit,
    get_hypothesis,
    insert_hypothesis,
    list_events,
    list_hypotheses,
    refuse_outdated,
)
from workbench.catalog.people import ensure_person
from workbench.catalog.store import Catalog, new_id
from workbench.errors import ConflictError, InputError, UnknownNameError
from workbench.nouns import DecisionRule


def added(catalog: Catalog, readout: str = "HSPA8", **changes: object):
    return insert_hypothesis(
        catalog, hypothesis(hypothesis_id=new_id(), number=0, rule=DecisionRule(readout, "up", 1.0), **changes)
    )


def test_everything_comes_back_as_it_was_written(empty_catalog: Catalog) -> None:
    item = added(empty_catalog, tags=("a", "b"), score=0.5, reason="strong")
    again = get_hypothesis(empty_catalog, item.hypothesis_id)
    assert again == item
    assert (again.number, again.handle, again.version) == (1, "H-1", 0)
    assert again.perturbation.genes == ("BRAF",)
    assert get_hypothesis(empty_catalog, "h-1") == again


def test_the_same_question_twice_is_refused_with_its_link(empty_catalog: Catalog) -> None:
    first = added(empty_catalog)
    with pytest.raises(ConflictError, match="H-1 asks the same already") as refused:
        added(empty_catalog)
    assert refused.value.where == "/hypothesis?id=H-1"
    assert added(empty_catalog, "CDC20").handle == "H-2"
    change_state(empty_catalog, first, "withdrawn", "ada", kind="withdrawn")
    assert added(empty_catalog).handle == "H-3"  # what was withdrawn may be asked again


def test_a_change_needs_the_version_that_was_read(empty_catalog: Catalog) -> None:
    item = added(empty_catalog)
    moved = change_state(empty_catalog, item, "proposed", "ada", kind="proposed", note="please")
    assert (moved.state, moved.version) == ("proposed", 1)
    with pytest.raises(ConflictError, match="proposed by ada at"):
        change_state(empty_catalog, item, "withdrawn", "ada", kind="withdrawn")
    refuse_outdated(empty_catalog, moved, 1, "approved")
    with pytest.raises(ConflictError):
        refuse_outdated(empty_catalog, moved, 0, "approved")
    with pytest.raises(ConflictError):
        refuse_outdated(empty_catalog, moved, None, "proposed")


def test_each_event_holds_who_what_and_the_hash_before(empty_catalog: Catalog) -> None:
    item = added(empty_catalog)
    change_state(empty_catalog, item, "proposed", "ada", kind="proposed", note="please")
    first, second = list_events(empty_catalog, item.hypothesis_id)
    assert (first.kind, first.payload["rule"]["readout"], first.previous_hash) == ("created", "HSPA8", "")
    assert (second.person, second.note, second.previous_hash) == ("ada", "please", first.hash)


def test_lists_are_newest_first_and_filtered(empty_catalog: Catalog) -> None:
    for readout in ("A", "B", "C"):
        added(empty_catalog, readout)
    assert [item.handle for item in list_hypotheses(empty_catalog)] == ["H-3", "H-2", "H-1"]
    assert list_hypotheses(empty_catalog, state="approved") == []
    assert list_hypotheses(empty_catalog, task="cellbox") == []


def test_an_unknown_hypothesis_is_named(empty_catalog: Catalog) -> None:
    with pytest.raises(UnknownNameError, match="'H-99'"):
        get_hypothesis(empty_catalog, "H-99")


def test_what_may_be_changed_is_changed_with_the_old_value_kept(empty_catalog: Catalog) -> None:
    item = added(empty_catalog, tags=("a",), cost=3.0)
    changed = edit(
        empty_catalog, item, {"priority": 2, "tags": ("a", "urgent"), "cost": 6.0}, "ada", "the meeting said so"
    )
    assert (changed.priority, changed.tags, changed.cost, changed.version) == (2, ("a", "urgent"), 6.0, 1)
    last = list_events(empty_catalog, item.hypothesis_id)[-1]
    assert (last.kind, last.person, last.note) == ("changed", "ada", "the meeting said so")
    assert last.payload["changes"] == {
        "priority": {"old": 0, "new": 2}, "tags": {"old": ["a"], "new": ["a", "urgent"]}, "cost": {"old": 3.0, "new": 6.0}
    }  # fmt: skip
    assert edit(empty_catalog, changed, {"priority": 2}, "ada") == changed  # nothing changed: no event
    with pytest.raises(ConflictError, match="changed meanwhile: changed by ada"):
        edit(empty_catalog, item, {"priority": 1}, "ada")
    assert events.verify(empty_catalog) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"statement": "another"}, "what was queued is frozen"), ({"priority": 9}, "from -2 to 3"),
        ({"tags": ("a,b",)}, "no comma"), ({"tags": ("x" * 41,)}, "1 to 40"), ({"tags": ("\u202ex",)}, "1 to 40"),
        ({"cost": -1.0}, "A cost is 0"), ({"cost": float("nan")}, "A cost is 0"),
    ],
)  # fmt: skip
def test_what_may_not_be_changed_is_said(empty_catalog: Catalog, changes: dict, words: str) -> None:
    item = added(empty_catalog)
    with pytest.raises(InputError, match=words):
        edit(empty_catalog, item, changes, "ada")
    assert len(list_events(empty_catalog, item.hypothesis_id)) == 1


def test_rights_are_checked_where_the_change_is_made(empty_catalog: Catalog) -> None:
    ensure_person(empty_catalog, "chief")
    ensure_person(empty_catalog, "sam")
    item = change_state(empty_catalog, added(empty_catalog), "proposed", "ada", kind="proposed")
    for act in (
        lambda: change_state(empty_catalog, item, "approved", "ada", kind="approved"),  # nobody approves as a scientist
        lambda: change_state(empty_catalog, item, "approved", "sam", kind="approved"),
        lambda: change_state(empty_catalog, item, "withdrawn", "sam", kind="withdrawn"),
        lambda: edit(empty_catalog, item, {"priority": 3}, "sam"),
    ):
        with pytest.raises(InputError, match="is a scientist and cannot"):
            act()
    comment(empty_catalog, item, "I would wait", "sam")
    done = change_state(empty_catalog, item, "approved", "chief", kind="approved")  # a comment outdates nobody
    assert [event.kind for event in list_events(empty_catalog, item.hypothesis_id)][-2:] == ["commented", "approved"]
    with pytest.raises(InputError, match="needs words"):
        comment(empty_catalog, done, "  ", "sam")
    with pytest.raises(InputError, match="at most 10,000"):
        comment(empty_catalog, done, "x" * 10_001, "sam")


def test_a_closed_one_changes_no_more(empty_catalog: Catalog) -> None:
    item = change_state(empty_catalog, added(empty_catalog), "withdrawn", "ada", kind="withdrawn")
    with pytest.raises(InputError, match="nothing about it changes any more"):
        edit(empty_catalog, item, {"priority": 1}, "ada")
    comment(empty_catalog, item, "for the record", "ada")


def test_a_rule_on_a_signature_keeps_its_weights(empty_catalog: Catalog) -> None:
    rule = DecisionRule("MAPK response", "up", 0.5, weights=(("DUSP6", 0.5), ("CDC20", -0.5)))
    item = insert_hypothesis(empty_catalog, hypothesis(hypothesis_id=new_id(), number=0, rule=rule))
    assert get_hypothesis(empty_catalog, item.handle).rule == rule
    assert events.verify(empty_catalog) == []
    with pytest.raises(InputError, match="sum to 1"):
        DecisionRule("x", "up", 0.5, weights=(("A", 2.0),))
    with pytest.raises(InputError, match="once"):
        DecisionRule("x", "up", 0.5, weights=(("A", 0.5), ("A", 0.5)))
