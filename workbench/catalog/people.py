"""People, their roles, and what each role may do to a hypothesis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from workbench.catalog.access_history import ADDED, ROLE, append_access
from workbench.catalog.account_tables import AccountRow
from workbench.catalog.ledger import PersonRow
from workbench.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workbench.catalog.store import Catalog

ROLES = ("scientist", "reviewer", "admin")
DECIDERS = ("reviewer", "admin")
MACHINE = "machine"
ONLY_REVIEWERS = ("approve",)
AUTHOR_OR_REVIEWER = ("propose", "withdraw", "change")
MAX_NAME = 80


def ensure_person(catalog: Catalog, name: str, role: str = "scientist") -> str:
    """The role of a person; a new name is added with `role`, the first one of all as admin."""
    _require_role(role)
    _require_name(name)
    with catalog.ledger.session() as session:
        row = session.get(PersonRow, name)
        if row is None:
            first = not session.scalar(select(func.count()).select_from(PersonRow).where(PersonRow.name != MACHINE))
            row = add_person(session, name, "admin" if first and name != MACHINE else role, name)
        return row.role


def add_person(session: Session, name: str, role: str, by: str) -> PersonRow:
    """A new person, told in the history of access. Raises InputError for a name or role that cannot be."""
    _require_role(role)
    _require_name(name)
    row = PersonRow(name=name, role=role)
    session.add(row)
    session.flush()
    append_access(session, by, ADDED, name, role=role)
    return row


def list_people(catalog: Catalog) -> list[tuple[str, str]]:
    """Names with roles."""
    with catalog.ledger.session() as session:
        return [(row.name, row.role) for row in session.scalars(select(PersonRow).order_by(PersonRow.name))]


def set_role(catalog: Catalog, name: str, role: str, by: str) -> None:
    """Give a person another role, by an admin. Raises InputError, UnknownNameError, or InputError for the last admin."""
    _require_role(role)
    with catalog.ledger.session() as session:
        require_admin(session, by, "change roles")
        give_role(session, name, role, by)


def give_role(session: Session, name: str, role: str, by: str) -> None:
    """Give a person another role, told in the history of access. Raises as `set_role`."""
    _require_role(role)
    row = session.get(PersonRow, name)
    if row is None:
        raise UnknownNameError(f"there is no person {name!r}.", hint="People appear when they first act.")
    if name == MACHINE and role != "scientist":
        raise InputError("the machine proposes; it never decides.")
    if role != "admin" and enabled_admins(session) == [name]:
        raise InputError(f"{name} is the only admin.", hint="Make somebody else admin first.")
    if row.role != role:
        append_access(session, by, ROLE, name, role=role, before=row.role)
        row.role = role


def enabled_admins(session: Session) -> list[str]:
    """Admins whose account is not disabled."""
    query = (
        select(PersonRow.name)
        .join(AccountRow, AccountRow.person == PersonRow.name, isouter=True)
        .where(PersonRow.role == "admin", AccountRow.disabled_at.is_(None))
    )
    return list(session.scalars(query.order_by(PersonRow.name)))


def role_of(session: Session, name: str) -> str:
    """The role of a person within a transaction; who is not known acts as a scientist."""
    row = session.get(PersonRow, name)
    return "scientist" if row is None else row.role


def may_approve(catalog: Catalog, name: str) -> bool:
    """Whether a person is a reviewer or an admin; who comes first of all will be."""
    with catalog.ledger.session() as session:
        nobody = session.scalar(select(func.count()).select_from(PersonRow).where(PersonRow.name != MACHINE)) == 0
        return nobody or role_of(session, name) in DECIDERS


def require_right(session: Session, person: str, action: str, author: str, handle: str) -> None:
    """Raise InputError unless the person may do this to a hypothesis of `author`.

    Reviewers and admins approve; the author, a reviewer or an admin proposes, withdraws and changes; everybody may
    queue, comment, attach and lay out what is approved.
    """
    if action not in ONLY_REVIEWERS + AUTHOR_OR_REVIEWER:
        return
    if action in AUTHOR_OR_REVIEWER and person == author:
        return
    if role_of(session, person) not in DECIDERS:
        of = f" {handle}" if action in ONLY_REVIEWERS else f" {handle} of {author}"
        raise InputError(
            f"{person} is a scientist and cannot {action}{of}.", forbidden=True,
            hint="Ask a reviewer or an admin." if action in ONLY_REVIEWERS else "Ask the author or a reviewer.",
        )  # fmt: skip


def require_admin(session: Session, person: str, what: str) -> None:
    """Raise InputError unless the person is an admin."""
    if role_of(session, person) != "admin":
        raise InputError(f"{person} is no admin and cannot {what}.", hint="Ask an admin.", forbidden=True)


def _require_role(role: str) -> None:
    if role not in ROLES:
        raise InputError(f"a role is one of {', '.join(ROLES)}, got {role!r}.")


def _require_name(name: str) -> None:
    if not 0 < len(name.strip()) <= MAX_NAME or not name.isprintable():
        raise InputError(f"a person's name has 1 to {MAX_NAME} characters that can be seen.", where=name[:MAX_NAME])
