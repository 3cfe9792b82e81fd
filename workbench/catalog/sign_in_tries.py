"""How often a name or an address may be tried: counted in the ledger, so that all hosts of a team agree."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from workbench.catalog.access_history import LOCKED, append_access
from workbench.catalog.account_tables import TryRow
from workbench.catalog.ledger import PersonRow, now
from workbench.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workbench.catalog.store import Catalog

PER_NAME, PER_ADDRESS = 5, 30  # wrong passwords within WITHIN; people of one office may share an address
WITHIN = LOCKED_FOR = timedelta(minutes=15)
FORGOTTEN = timedelta(days=1)


def count_try(catalog: Catalog, name: str, address: str) -> None:
    """Count a try before it is looked at: many at once are not more than one after the other.

    name: may be empty, where only the address is known. Raises InputError (forbidden) when it was one too many, in the
    same words whether there is such a person or not.
    """
    minutes = 0
    with catalog.ledger.session() as session:
        for key, limit in _keys(name, address):
            row = _row(session, key)
            if row.locked_until is None and now() - row.first_at > WITHIN:
                row.n_tries, row.first_at = 0, now()
            if row.locked_until is not None and now() >= row.locked_until:
                row.n_tries, row.first_at, row.locked_until = 0, now(), None
            row.n_tries += 1
            if row.n_tries > limit and row.locked_until is None:
                row.locked_until = now() + LOCKED_FOR
                known = name if key.startswith("name:") and session.get(PersonRow, name) else ""
                append_access(session, known or "nobody", LOCKED, known, tries=limit, address=address)
            if row.locked_until is not None:
                minutes = max(minutes, int((row.locked_until - now()).total_seconds() // 60) + 1)
    if minutes:
        raise InputError(
            "too many tries.",
            hint=f"Wait {minutes} minute{'s' if minutes > 1 else ''}, then try again.",
            forbidden=True,
        )


def forgive(session: Session, name: str, address: str) -> None:
    """A right password: the name's tries are forgotten, and this one of the address's."""
    for key, limit in _keys(name, address):
        row = session.get(TryRow, _hash(key), with_for_update=True)
        if row is not None:
            row.n_tries = 0 if limit == PER_NAME else max(0, row.n_tries - 1)
    session.execute(delete(TryRow).where(TryRow.first_at < now() - FORGOTTEN))


def _keys(name: str, address: str) -> list[tuple[str, int]]:
    return ([(f"name:{name}", PER_NAME)] if name else []) + [(f"address:{address}", PER_ADDRESS)]


def _row(session: Session, key: str) -> TryRow:
    """The row of a key, made where there is none, and held until the transaction ends."""
    if session.get(TryRow, _hash(key)) is None:
        try:
            with session.begin_nested():
                session.add(TryRow(key_sha256=_hash(key), n_tries=0, first_at=now()))
        except IntegrityError:
            pass  # another host made it just now
    row = session.get(TryRow, _hash(key), with_for_update=True, populate_existing=True)
    if row is None:
        raise InputError("too many tries at once.", hint="Try again.", forbidden=True)
    return row


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
