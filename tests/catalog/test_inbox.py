"""The inbox: what others did, to whom it matters, until it was seen."""

from __future__ import annotations

import pytest

from tests.hypothesised import hypothesis
from workbench.catalog.hypotheses import change_state, comment, insert_hypothesis
from workbench.catalog.inbox import list_news, mark_seen
from workbench.catalog.people import ensure_person
from workbench.catalog.store import Catalog
from workbench.errors import InputError
from workbench.nouns import DecisionRule, Hypothesis


def queued(catalog: Catalog, author: str, readout: str) -> Hypothesis:
    """A proposed hypothesis of a person."""
    item = insert_hypothesis(
        catalog,
        hypothesis(hypothesis_id=f"01{readout}", number=0, author=author, rule=DecisionRule(readout, "up", 1.0)),
    )
    return change_state(catalog, item, "proposed", author, kind="proposed")


@pytest.fixture
def catalog(empty_catalog: Catalog) -> Catalog:
    """Three people: an admin, and two scientists."""
    for name in ("boss", "ada", "sam"):
        ensure_person(empty_catalog, name)
    return empty_catalog


def told(catalog: Catalog, person: str) -> list[tuple[str, str, str]]:
    return [(news.handle, news.event.kind, news.why) for news in list_news(catalog, person)]


def test_each_is_told_what_others_did_to_what_concerns_them(catalog: Catalog) -> None:
    first, second = queued(catalog, "ada", "A"), queued(catalog, "sam", "B")
    assert told(catalog, "ada") == told(catalog, "sam") == []
    assert told(catalog, "boss") == [("H-2", "proposed", "to approve"), ("H-1", "proposed", "to approve")]
    comment(catalog, second, "Which antibody?", "ada")
    change_state(catalog, first, "approved", "boss", kind="approved")
    change_state(catalog, second, "approved", "boss", kind="approved")
    assert told(catalog, "ada") == [("H-2", "approved", "you took part"), ("H-1", "approved", "yours")]
    assert told(catalog, "boss") == []  # both were decided
    assert told(catalog, "sam") == [("H-2", "approved", "yours"), ("H-2", "commented", "yours")]


def test_what_was_seen_is_told_no_more_and_the_place_never_goes_back(catalog: Catalog) -> None:
    item = queued(catalog, "ada", "A")
    comment(catalog, item, "one", "sam")
    newest = list_news(catalog, "ada")[0].event.position
    assert mark_seen(catalog, "ada", newest) == newest
    assert told(catalog, "ada") == []
    comment(catalog, item, "two", "sam")
    assert mark_seen(catalog, "ada", 1) == newest
    assert [news.event.note for news in list_news(catalog, "ada")] == ["two"]
    with pytest.raises(InputError, match="the log has 4 events"):
        mark_seen(catalog, "ada", 5)
    assert list_news(catalog, "nobody") == []
