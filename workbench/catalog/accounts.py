"""Accounts: invite a person, let them choose a password, change it, reset it, disable and enable."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from workbench.catalog import access_history as history
from workbench.catalog.account_tables import AccountRow, InvitationRow, SignInRow
from workbench.catalog.ledger import PersonRow, now
from workbench.catalog.passwords import hash_password, is_right, require_good
from workbench.catalog.people import MACHINE, add_person, enabled_admins, give_role, require_admin
from workbench.catalog.sign_in_tries import count_try, forgive
from workbench.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workbench.catalog.store import Catalog

MAX_DAYS = 30
_CODE = re.compile(r"wbi_[A-Za-z0-9_-]{43}")
NO_CODE = "this invitation is not known, was used, or has run out."


@dataclass(frozen=True)
class Account:
    """A person with their role and whether they can sign in; never their password."""

    person: str
    role: str
    state: str  # no account, invited, active or disabled
    used_at: datetime | None


def invite(catalog: Catalog, name: str, role: str | None, by: str, days: int = 7) -> str:
    """A code with which a person chooses a password, once; it is shown now and kept as a hash. By an admin.

    A new name is added with the role (default: scientist); a person who is there is given it. An earlier code ends.
    Raises InputError.
    """
    if not 1 <= days <= MAX_DAYS:
        raise InputError(f"an invitation lives 1 to {MAX_DAYS} days, got {days}.")
    with catalog.ledger.session() as session:
        _require_admin_or_none(session, by, "invite people")
        _person_with_account(session, name, role, by)
        return _code(session, name, by, days)


def accept(catalog: Catalog, code: str, password: str, address: str = "") -> str:
    """Use an invitation: the person's password is the one given now. Gives the name; all their sign-ins end.

    Raises InputError for a code that is not valid and for a password that cannot be chosen.
    """
    count_try(catalog, "", address)
    key = hashlib.sha256(code.strip().encode()).hexdigest()
    with catalog.ledger.session() as session:
        row = session.get(InvitationRow, key)
        valid = row is not None and row.ended_at is None and now() < row.expires_at
        if row is None or not valid or not _CODE.fullmatch(code.strip()):
            raise InputError(NO_CODE, hint="Ask an admin for a new one.", forbidden=True)
        name = row.person
        require_good(password, name)
    kept = hash_password(password)  # takes long: no transaction waits for it
    with catalog.ledger.session() as session:
        row = session.get(InvitationRow, key, with_for_update=True)
        account = session.get(AccountRow, name)
        if row is None or account is None or row.ended_at is not None or account.disabled_at is not None:
            raise InputError(NO_CODE, hint="Ask an admin for a new one.", forbidden=True)
        row.ended_at = now()
        account.password_hash, account.changed_at = kept, now()
        end_all(session, name)
        history.append_access(session, name, history.PASSWORD, name, how="invitation")
        forgive(session, "", address)
        return name


def set_password(catalog: Catalog, name: str, password: str, role: str | None, by: str) -> None:
    """Give a person a password from the shell, by an admin; their sign-ins and invitations end. Raises InputError."""
    require_good(password, name)
    kept = hash_password(password)
    with catalog.ledger.session() as session:
        _require_admin_or_none(session, by, "give passwords")
        account = _person_with_account(session, name, role, by)
        account.password_hash, account.changed_at = kept, now()
        end_all(session, name)
        _end_invitations(session, name)
        history.append_access(session, by, history.PASSWORD, name, how="set")


def change_password(
    catalog: Catalog, name: str, present: str, password: str, keep: str = "", address: str = ""
) -> None:
    """Change one's own password; the sign-ins in other browsers than `keep` end. Raises InputError."""
    count_try(catalog, name, address)
    with catalog.ledger.session() as session:
        account = session.get(AccountRow, name)
        found = account.password_hash if account is not None else ""
    if not is_right(found, present):
        raise InputError("the present password is not right.", forbidden=True)
    require_good(password, name)
    if password == present:
        raise InputError("the new password is the present one.", hint="Take another.")
    kept = hash_password(password)
    with catalog.ledger.session() as session:
        account = session.get(AccountRow, name, with_for_update=True, populate_existing=True)
        if account is None or account.password_hash != found or account.disabled_at is not None:
            raise InputError("the password was changed meanwhile.", hint="Sign in again.", forbidden=True)
        account.password_hash, account.changed_at = kept, now()
        end_all(session, name, keep)
        _end_invitations(session, name)
        forgive(session, name, address)
        history.append_access(session, name, history.PASSWORD, name, how="changed")


def confirm(catalog: Catalog, name: str, password: str, what: str, address: str = "") -> None:
    """Sign with the password again: it is this person who does `what`, told in the history of access. Raises InputError."""
    count_try(catalog, name, address)
    with catalog.ledger.session() as session:
        account = session.get(AccountRow, name)
        found = account.password_hash if account is not None and account.disabled_at is None else ""
    if not is_right(found, password):
        raise InputError("the password is not right.", hint="Nothing was done.", forbidden=True)
    with catalog.ledger.session() as session:
        forgive(session, name, address)
        history.append_access(session, name, history.SIGNED, name, what=what)


def reset(catalog: Catalog, name: str, by: str, days: int = 7) -> str:
    """Take a person's password away, end their sign-ins, and give a code for a new one. By an admin. Raises InputError."""
    with catalog.ledger.session() as session:
        _require_admin_or_none(session, by, "reset passwords")
        account = _account(session, name)
        account.password_hash, account.changed_at = "", now()
        end_all(session, name)
        history.append_access(session, by, history.RESET, name)
        return _code(session, name, by, days)


def disable(catalog: Catalog, name: str, by: str) -> None:
    """Nobody signs in as this person or acts with their tokens any more, at once. Raises InputError, also for the last admin."""
    with catalog.ledger.session() as session:
        require_admin(session, by, "disable accounts")
        account = _account(session, name)
        if enabled_admins(session) == [name]:
            raise InputError(f"{name} is the only admin.", hint="Make somebody else admin first.")
        if account.disabled_at is None:
            account.disabled_at = now()
            end_all(session, name)
            _end_invitations(session, name)
            history.append_access(session, by, history.DISABLED, name)


def enable(catalog: Catalog, name: str, by: str) -> None:
    """Let a person sign in again, with the password they had. Raises InputError and UnknownNameError."""
    with catalog.ledger.session() as session:
        require_admin(session, by, "enable accounts")
        account = _account(session, name)
        if account.disabled_at is not None:
            account.disabled_at = None
            history.append_access(session, by, history.ENABLED, name)


def list_accounts(catalog: Catalog) -> list[Account]:
    """Everybody, by name."""
    with catalog.ledger.session() as session:
        accounts = {row.person: row for row in session.scalars(select(AccountRow))}
        used = dict(session.execute(select(SignInRow.person, SignInRow.used_at).order_by(SignInRow.used_at)).all())
        rows = session.scalars(select(PersonRow).order_by(PersonRow.name))
        return [Account(row.name, row.role, _state(accounts.get(row.name)), used.get(row.name)) for row in rows]


def anybody_can_sign_in(catalog: Catalog) -> bool:
    """Whether there is an account with a password, or an invitation to make one."""
    with catalog.ledger.session() as session:
        waiting = InvitationRow.ended_at.is_(None) & (InvitationRow.expires_at > now())
        able = AccountRow.disabled_at.is_(None) & (AccountRow.password_hash != "")
        found = session.scalar(select(AccountRow.person).where(able).limit(1))
        return bool(found or session.scalar(select(InvitationRow.person).where(waiting).limit(1)))


def end_all(session: Session, name: str, keep: str = "") -> None:
    """End a person's sign-ins, but for the one to keep."""
    session.execute(
        update(SignInRow)
        .where(SignInRow.person == name, SignInRow.sign_in_id != keep, SignInRow.ended_at.is_(None))
        .values(ended_at=now())
    )


def _state(row: AccountRow | None) -> str:
    if row is None:
        return "no account"
    if row.disabled_at is not None:
        return "disabled"
    return "active" if row.password_hash else "invited"


def _person_with_account(session: Session, name: str, role: str | None, by: str) -> AccountRow:
    if name == MACHINE:
        raise InputError("the machine proposes; it never signs in.")
    if session.get(PersonRow, name) is None:
        add_person(session, name, role or "scientist", by)
    elif role is not None:
        give_role(session, name, role, by)
    account = session.get(AccountRow, name)
    if account is None:
        account = AccountRow(person=name, password_hash="")
        session.add(account)
    if account.disabled_at is not None:
        raise InputError(f"{name} is disabled.", hint=f"workbench people enable {name}")
    session.flush()
    return account


def _account(session: Session, name: str) -> AccountRow:
    row = session.get(AccountRow, name, with_for_update=True)
    if row is None:
        raise UnknownNameError(f"{name!r} has no account.", hint="See `workbench people list`.")
    return row


def _code(session: Session, name: str, by: str, days: int) -> str:
    _end_invitations(session, name)
    code = f"wbi_{secrets.token_urlsafe(32)}"
    key, ends = hashlib.sha256(code.encode()).hexdigest(), now() + timedelta(days=days)
    session.add(InvitationRow(code_sha256=key, person=name, created_by=by, expires_at=ends))
    history.append_access(session, by, history.INVITED, name, days=days)
    return code


def _end_invitations(session: Session, name: str) -> None:
    session.execute(
        update(InvitationRow)
        .where(InvitationRow.person == name, InvitationRow.ended_at.is_(None))
        .values(ended_at=now())
    )


def _require_admin_or_none(session: Session, by: str, what: str) -> None:
    """An admin; anybody on the shell while there is none."""
    if enabled_admins(session):
        require_admin(session, by, what)
