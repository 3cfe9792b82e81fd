from __future__ import annotations

import pytest

from tests.hypothesised import hypothesis
from workbench.catalog.hypotheses import (
    change_state,
    get_hypothesis,
    insert_hypothesis,
    list_events,
    list_hypotheses,
    refuse_outdated,
)
from workbench.catalog.store import Catalog, new_id
from workbench.errors import ConflictError, UnknownNameError
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
        change_state(empty_catalog, item, "withdrawn", "bob", kind="withdrawn")
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
