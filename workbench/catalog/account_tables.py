"""Tables of the ledger for who may sign in: accounts, invitations, sign-ins, tries. Secrets stand in them as hashes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workbench.catalog.ledger import Table, now


class AccountRow(Table):
    """A person who may sign in, once there is a password."""

    __tablename__ = "account"
    person: Mapped[str] = mapped_column(ForeignKey("person.name"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(default="")  # argon2; empty until the invitation is used
    changed_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]


class InvitationRow(Table):
    """A code with which a person chooses a password, once."""

    __tablename__ = "invitation"
    code_sha256: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.name"), index=True)
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInRow(Table):
    """A browser in which a person is signed in; its cookie holds the secret of which this is the sha256."""

    __tablename__ = "sign_in"
    sign_in_id: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.name"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class TryRow(Table):
    """How often a name or an address was tried lately; the key is a hash, since a password may be typed as a name."""

    __tablename__ = "sign_in_try"
    key_sha256: Mapped[str] = mapped_column(primary_key=True)
    n_tries: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime] = mapped_column(default=now)
    locked_until: Mapped[datetime | None]
