"""Tokens with which instruments and scripts act as a person; shown once, kept only as a hash."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from workbench.catalog.access_history import TOKEN_MADE, TOKEN_REVOKED, append_access
from workbench.catalog.account_tables import AccountRow
from workbench.catalog.ledger import PersonRow, TokenRow, now
from workbench.catalog.people import require_admin
from workbench.errors import ConflictError, InputError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbench.catalog.store import Catalog

SCOPES = {
    "read": "read the queue, events, plates and jobs", "queue": "queue, propose, withdraw, change, comment, attach",
    "approve": "approve (where the person's role allows it)", "results": "push results of plates",
}  # fmt: skip
MAX_DAYS = 3_650
USED_EVERY = timedelta(minutes=1)  # how exactly the last use is known
_TEXT = re.compile(r"wb_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class Token:
    """What is known of a token; never its secret."""

    token_id: str
    name: str
    person: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None

    @property
    def state(self) -> str:
        """active, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "active" if now() < self.expires_at else "expired"


def create_token(
    catalog: Catalog, name: str, person: str, scopes: Iterable[str], days: int, by: str
) -> tuple[Token, str]:
    """A new token and its text, which is never shown again: 256 random bits, kept as sha256.

    Raises InputError for unknown scopes, a bad name or lifetime, ConflictError for a name in use, and InputError when
    somebody else's token is asked for by who is no admin.
    """
    wanted = tuple(dict.fromkeys(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        raise InputError(f"a token's scopes are among {', '.join(SCOPES)}; got {', '.join(unknown) or 'none'}.")
    if not 1 <= days <= MAX_DAYS:
        raise InputError(f"a token lives 1 to {MAX_DAYS:,} days, got {days}.")
    if not 0 < len(name.strip()) <= 80 or not name.isprintable():
        raise InputError("a token's name has 1 to 80 characters that can be seen.")
    secret = secrets.token_urlsafe(32)
    with catalog.ledger.session() as session:
        if by != person:
            require_admin(session, by, f"make a token for {person}")
        if session.get(PersonRow, person) is None:
            raise UnknownNameError(f"there is no person {person!r}.", hint="People appear when they first act.")
        if session.scalar(select(TokenRow).where(TokenRow.name == name)) is not None:
            raise ConflictError(
                f"a token is called {name!r} already.", hint="Names stay taken, also of revoked tokens."
            )
        row = TokenRow(
            token_id=secrets.token_hex(6), name=name, person=person, scopes=list(wanted), created_by=by,
            secret_sha256=_hash(secret), expires_at=now() + timedelta(days=days),
        )  # fmt: skip
        session.add(row)
        session.flush()
        append_access(session, by, TOKEN_MADE, person, token=name, scopes=list(wanted), days=days)
        return _noun(row), f"wb_{row.token_id}_{secret}"


def check_token(catalog: Catalog, text: str) -> Token | None:
    """The token of a text; None when it is unknown, wrong, expired, revoked or a disabled person's (which is not told)."""
    parts = _TEXT.fullmatch(text)
    if parts is None:
        return None
    with catalog.ledger.session() as session:
        row = session.get(TokenRow, parts[1])
        right = hmac.compare_digest(_hash(parts[2]), row.secret_sha256 if row else "")
        if row is None or not right or row.revoked_at is not None or now() >= row.expires_at:
            return None
        account = session.get(AccountRow, row.person)
        if account is not None and account.disabled_at is not None:
            return None
        if row.used_at is None or now() - row.used_at > USED_EVERY:
            row.used_at = now()
        return _noun(row)


def list_tokens(catalog: Catalog) -> list[Token]:
    """Newest first."""
    with catalog.ledger.session() as session:
        return [_noun(row) for row in session.scalars(select(TokenRow).order_by(TokenRow.created_at.desc()))]


def revoke_token(catalog: Catalog, name: str, by: str) -> Token:
    """End a token at once, by its person, its maker or an admin. Raises UnknownNameError and InputError."""
    with catalog.ledger.session() as session:
        row = session.scalar(select(TokenRow).where(TokenRow.name == name))
        if row is None:
            raise UnknownNameError(f"there is no token {name!r}.", hint="See `workbench token list`.")
        if by not in (row.person, row.created_by):
            require_admin(session, by, f"revoke a token of {row.person}")
        if row.revoked_at is None:
            row.revoked_at = now()
            append_access(session, by, TOKEN_REVOKED, row.person, token=name)
        return _noun(row)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _noun(row: TokenRow) -> Token:
    return Token(
        row.token_id, row.name, row.person, tuple(row.scopes), row.created_by, row.created_at, row.expires_at,
        row.revoked_at, row.used_at,
    )  # fmt: skip
