"""The history of access: who was added, given a role, invited, disabled, locked out, or given a token, and by whom.

Append-only, each event bound to the one before it and the last one sealed, as the history of the hypotheses is. It must
tell the roles and the accounts as they stand: a role that was changed in the database alone is found. No password, code
or token is ever in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from workbench.catalog.account_tables import AccountRow
from workbench.catalog.chain_head import bears_its_seal, lock_head, move_head
from workbench.catalog.event_chain import digest
from workbench.catalog.ledger import AccessEventRow, AccessHeadRow, PersonRow, now

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from workbench.catalog.store import Catalog

ADDED, ROLE, INVITED, PASSWORD, RESET = "added", "role", "invited", "password", "reset"
DISABLED, ENABLED, LOCKED = "disabled", "enabled", "locked"
TOKEN_MADE, TOKEN_REVOKED, SIGNED = "token made", "token revoked", "signed"


@dataclass(frozen=True)
class AccessEvent:
    """Who did what about whose access, and when."""

    position: int
    at: datetime
    person: str
    kind: str
    subject: str
    facts: dict[str, Any]


def append_access(session: Session, person: str, kind: str, subject: str, **facts: Any) -> None:
    """Add an event within a transaction; those of all processes come one after the other."""
    head = lock_head(session, AccessHeadRow)
    row = AccessEventRow(
        position=head.n_events + 1, at=now(), person=person, kind=kind, subject=subject, facts=facts,
        previous_hash=head.ledger_hash,
    )  # fmt: skip
    row.hash = _hash(row)
    session.add(row)
    move_head(session, head, row.position, row.hash)


def list_access(catalog: Catalog, limit: int = 200) -> list[AccessEvent]:
    """The newest events, newest first."""
    with catalog.ledger.session() as session:
        rows = session.scalars(select(AccessEventRow).order_by(AccessEventRow.position.desc()).limit(limit))
        return [AccessEvent(row.position, row.at, row.person, row.kind, row.subject, dict(row.facts)) for row in rows]


def verify_access(catalog: Catalog) -> list[dict[str, Any]]:
    """What is wrong with the history of access, first bad event first: dicts of handle, sequence and problem."""
    with catalog.ledger.session() as session:
        rows = list(session.scalars(select(AccessEventRow).order_by(AccessEventRow.position)))
        problems = list(_chain(session, rows)) or list(_untold(session, rows))
        return [{"handle": "access", "sequence": sequence, "problem": words} for sequence, words in problems]


def _chain(session: Session, rows: list[AccessEventRow]) -> Iterator[tuple[int, str]]:
    """The first event that was changed, moved or left out, and whether the end is the sealed one."""
    previous = ""
    for expected, row in enumerate(rows, start=1):
        if row.position != expected:
            yield expected, f"event {expected} is missing"
            return
        if row.previous_hash != previous:
            yield expected, "it does not follow the event before it"
            return
        if _hash(row) != row.hash:
            yield expected, "its content was changed"
            return
        previous = row.hash
    head = session.get(AccessHeadRow, 1)
    if head is None:
        yield len(rows) + 1, "the record of where the history of access ends is gone"
    elif (head.n_events, head.ledger_hash) != (len(rows), previous):
        yield len(rows) + 1, f"the history ended with event {head.n_events}, now with {len(rows)}"
    elif not bears_its_seal(session, head):
        yield len(rows) + 1, "its end does not bear its seal: events were cut off or rewritten"


def _untold(session: Session, rows: list[AccessEventRow]) -> Iterator[tuple[int, str]]:
    """Roles and accounts that are not as the history tells them."""
    roles = {row.subject: row.facts["role"] for row in rows if "role" in row.facts}
    disabled = {row.subject: row.kind == DISABLED for row in rows if row.kind in (DISABLED, ENABLED)}
    chosen = {row.subject: row.kind == PASSWORD for row in rows if row.kind in (PASSWORD, RESET)}
    after = len(rows) + 1
    people = {row.name: row.role for row in session.scalars(select(PersonRow).order_by(PersonRow.name))}
    for name in sorted(roles.keys() - people.keys()):
        yield after, f"{name} was removed"
    for name, role in people.items():
        if roles.get(name) != role:
            yield after, f"{name} is {role}, the history tells of {roles.get(name, 'no such person')}"
    for account in session.scalars(select(AccountRow).order_by(AccountRow.person)):
        if (account.disabled_at is not None) != disabled.get(account.person, False):
            yield after, f"the account of {account.person} was disabled or enabled, and no event tells of it"
        if bool(account.password_hash) != chosen.get(account.person, False):
            yield after, f"{account.person} was given a password or lost it, and no event tells of it"


def _hash(row: AccessEventRow) -> str:
    """sha256 over canonical JSON of an event, its own hash left out."""
    names = ("position", "person", "kind", "subject", "facts", "previous_hash")
    return digest({name: getattr(row, name) for name in names} | {"at": row.at.isoformat()})
