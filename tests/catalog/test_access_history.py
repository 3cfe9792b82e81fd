"""The history of access cannot be rewritten unseen, and tells roles and accounts as they stand."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.catalog.test_migrate import downgrade
from workbench.catalog import access_history, accounts, tokens
from workbench.catalog.people import ensure_person, set_role
from workbench.catalog.store import Catalog

GOOD = "four rusty mice sing"


@pytest.fixture
def catalog(empty_catalog: Catalog) -> Catalog:
    ensure_person(empty_catalog, "ada")
    ensure_person(empty_catalog, "sam")
    set_role(empty_catalog, "sam", "reviewer", "ada")
    accounts.set_password(empty_catalog, "sam", GOOD, None, "ada")
    accounts.invite(empty_catalog, "tom", None, "ada")
    tokens.create_token(empty_catalog, "reader", "sam", ["read"], 1, "ada")
    tokens.revoke_token(empty_catalog, "reader", "ada")
    tokens.revoke_token(empty_catalog, "reader", "ada")
    accounts.disable(empty_catalog, "sam", "ada")
    return empty_catalog


def test_it_tells_who_did_what_about_whom(catalog: Catalog) -> None:
    told = [(e.person, e.kind, e.subject) for e in reversed(access_history.list_access(catalog))]
    assert told == [
        ("ada", "added", "ada"), ("sam", "added", "sam"), ("ada", "role", "sam"), ("ada", "password", "sam"),
        ("ada", "added", "tom"), ("ada", "invited", "tom"), ("ada", "token made", "sam"), ("ada", "token revoked", "sam"),
        ("ada", "disabled", "sam"),
    ]  # fmt: skip
    assert access_history.list_access(catalog)[6].facts == {"role": "reviewer", "before": "scientist"}
    assert access_history.verify_access(catalog) == []


@pytest.mark.parametrize(
    ("statement", "sequence", "words"),
    [
        ('UPDATE access_event SET facts = \'{"role": "admin"}\' WHERE position = 3', 3, "content was changed"),
        ("UPDATE access_event SET person = 'eve' WHERE position = 9", 9, "content was changed"),
        ("DELETE FROM access_event WHERE position = 2", 2, "event 2 is missing"),
        ("DELETE FROM access_event WHERE position = 9", 9, "ended with event 9, now with 8"),
        ("DELETE FROM access_event", 1, "ended with event 9, now with 0"),
        ("DELETE FROM access_head", 10, "is gone"),
        ("UPDATE access_head SET seal = 'x'", 10, "does not bear its seal"),
        ("UPDATE person SET role = 'admin' WHERE name = 'tom'", 10, "tom is admin, the history tells of scientist"),
        ("INSERT INTO person VALUES ('eve', 'admin', '', '2026-01-01 00:00:00')", 10, "eve is admin"),
        ("UPDATE account SET disabled_at = NULL WHERE person = 'sam'", 10, "of sam was disabled or enabled"),
        ("UPDATE account SET password_hash = 'x' WHERE person = 'tom'", 10, "tom was given a password"),
    ],
)
def test_what_was_changed_in_the_database_is_named(catalog: Catalog, statement: str, sequence: int, words: str) -> None:
    with catalog.ledger.session() as session:
        session.execute(text(statement))
    first = access_history.verify_access(catalog)[0]
    assert (first["handle"], first["sequence"]) == ("access", sequence)
    assert words in first["problem"]


def test_people_of_an_older_ledger_are_told_when_it_is_brought_forward(catalog: Catalog) -> None:
    settings = catalog.settings
    accounts.enable(catalog, "sam", "ada")
    downgrade(catalog, "0005")
    catalog.close()
    again = Catalog.open(settings)
    told = [(e.person, e.kind, e.subject, e.facts) for e in access_history.list_access(again)]
    assert ("migration", "added", "sam", {"role": "reviewer"}) in told
    assert len(told) == 3
    assert access_history.verify_access(again) == []
    again.close()
