"""Tries are counted before they are looked at, per name and per address, and a lock ends by itself."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from workbench.catalog import access_history
from workbench.catalog.account_tables import TryRow
from workbench.catalog.people import ensure_person
from workbench.catalog.sign_in_tries import PER_ADDRESS, PER_NAME, count_try, forgive
from workbench.catalog.store import Catalog
from workbench.errors import InputError


def later(catalog: Catalog, minutes: int) -> None:
    """Let time pass: what was noted is so much older."""
    with catalog.ledger.session() as session:
        for row in session.query(TryRow):
            row.first_at -= timedelta(minutes=minutes)
            if row.locked_until is not None:
                row.locked_until -= timedelta(minutes=minutes)


def test_a_name_is_locked_for_some_minutes_known_or_not(empty_catalog: Catalog) -> None:
    ensure_person(empty_catalog, "ada")
    said = []
    for name in ("ada", "nobody knows me"):
        for _ in range(PER_NAME):
            count_try(empty_catalog, name, "10.0.0.1")
        with pytest.raises(InputError, match="Wait 15 minutes") as refused:
            count_try(empty_catalog, name, "10.0.0.2")
        said.append(str(refused.value))
        assert refused.value.forbidden
    assert said[0] == said[1]
    count_try(empty_catalog, "sam", "10.0.0.1")
    later(empty_catalog, 14)
    with pytest.raises(InputError, match="Wait 1 minute"):
        count_try(empty_catalog, "ada", "10.0.0.1")
    later(empty_catalog, 2)
    count_try(empty_catalog, "ada", "10.0.0.1")
    locked = [event for event in access_history.list_access(empty_catalog) if event.kind == "locked"]
    assert [event.subject for event in locked] == ["", "ada"]
    everything = b"".join(path.read_bytes() for path in empty_catalog.settings.home.rglob("ledger.sqlite*"))
    assert b"nobody knows me" not in everything
    assert access_history.verify_access(empty_catalog) == []


def test_an_address_that_tries_many_names_is_locked(empty_catalog: Catalog) -> None:
    for number in range(PER_ADDRESS):
        count_try(empty_catalog, f"name {number}", "10.0.0.9")
    with pytest.raises(InputError, match="too many tries"):
        count_try(empty_catalog, "one more", "10.0.0.9")
    count_try(empty_catalog, "one more", "10.0.0.8")


def test_a_right_password_forgives_the_name_and_slow_tries_are_forgotten(empty_catalog: Catalog) -> None:
    for _ in range(3 * PER_NAME):
        count_try(empty_catalog, "ada", "10.0.0.1")
        with empty_catalog.ledger.session() as session:
            forgive(session, "ada", "10.0.0.1")
    for _ in range(PER_NAME + 2):
        count_try(empty_catalog, "sam", "10.0.0.1")
        later(empty_catalog, 16)


def test_many_at_once_are_not_more_than_one_after_the_other(empty_catalog: Catalog) -> None:
    passed, start = [], threading.Barrier(12)

    def attempt() -> None:
        start.wait(10)
        try:
            count_try(empty_catalog, "ada", "10.0.0.1")
            passed.append(1)
        except InputError:
            pass

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(passed) == PER_NAME
