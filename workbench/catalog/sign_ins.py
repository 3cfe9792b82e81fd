"""Sign-ins: a right password opens one, its secret lies in the browser's cookie, the ledger says whether it still holds."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete

from workbench.catalog.account_tables import AccountRow, SignInRow
from workbench.catalog.ledger import now
from workbench.catalog.passwords import hash_password, is_outdated, is_right
from workbench.catalog.people import MAX_NAME
from workbench.catalog.sign_in_tries import count_try, forgive
from workbench.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workbench.catalog.store import Catalog

IDLE, LONGEST = timedelta(hours=12), timedelta(days=7)
USED_EVERY = timedelta(minutes=1)  # how exactly the last use is known
KEPT = timedelta(days=30)  # sign-ins that ended longer ago are forgotten


def sign_in(catalog: Catalog, name: str, password: str, address: str = "") -> str:
    """The secret of a new sign-in, 256 random bits of which the ledger keeps the sha256.

    Raises InputError (forbidden) in the same words and after the same time for a wrong password, an unknown name and a
    disabled account, and for too many tries.
    """
    name = name.strip()[: MAX_NAME + 1]
    count_try(catalog, name, address)
    with catalog.ledger.session() as session:
        account = session.get(AccountRow, name)
        kept = account.password_hash if account is not None else ""
    right = is_right(kept, password)
    again = hash_password(password) if right and is_outdated(kept) else ""
    with catalog.ledger.session() as session:
        account = session.get(AccountRow, name, with_for_update=True, populate_existing=True)
        if account is None or not right or account.password_hash != kept or account.disabled_at is not None:
            raise InputError("the name or the password is not right.", hint="Check both.", forbidden=True)
        if again:
            account.password_hash = again
        forgive(session, name, address)
        return _open(session, name)


def open_sign_in(catalog: Catalog, name: str) -> str:
    """The secret of a new sign-in of a person who has just proved who they are in another way (an invitation)."""
    with catalog.ledger.session() as session:
        account = session.get(AccountRow, name)
        if account is None or account.disabled_at is not None:
            raise InputError(f"{name} cannot sign in.", hint="Ask an admin.", forbidden=True)
        return _open(session, name)


def sign_in_id(secret: str) -> str:
    """What the ledger knows a secret by."""
    return hashlib.sha256(secret.encode()).hexdigest()


def signed_in(catalog: Catalog, name: str, *, touch: bool = True) -> str | None:
    """The person of a sign-in (by its id); None when it is unknown, ended, too old, unused for long, or disabled.

    touch: this is a use of it.
    """
    with catalog.ledger.session() as session:
        row, at = session.get(SignInRow, name), now()
        if row is None or row.ended_at is not None or at >= row.expires_at or at - row.used_at >= IDLE:
            return None
        account = session.get(AccountRow, row.person)
        if account is None or account.disabled_at is not None:
            return None
        if touch and at - row.used_at > USED_EVERY:
            row.used_at = at
        return row.person


def sign_out(catalog: Catalog, name: str) -> None:
    """End a sign-in (by its id)."""
    with catalog.ledger.session() as session:
        row = session.get(SignInRow, name)
        if row is not None and row.ended_at is None:
            row.ended_at = now()


def _open(session: Session, name: str) -> str:
    secret, at = secrets.token_urlsafe(32), now()
    session.execute(delete(SignInRow).where(SignInRow.expires_at < at - KEPT))
    session.add(
        SignInRow(sign_in_id=sign_in_id(secret), person=name, created_at=at, used_at=at, expires_at=at + LONGEST)
    )
    return secret
