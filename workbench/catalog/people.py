"""People and their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from workbench.catalog.ledger import PersonRow
from workbench.errors import InputError

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

ROLES = ("scientist", "reviewer", "admin")
MACHINE = "machine"


def ensure_person(catalog: Catalog, name: str, role: str = "scientist") -> str:
    """The role of a person; a new name is added with `role`, the first one of all as admin."""
    if role not in ROLES:
        raise InputError(f"a role is one of {', '.join(ROLES)}, got {role!r}.")
    with catalog.ledger.session() as session:
        row = session.get(PersonRow, name)
        if row is None:
            first = not session.scalar(select(func.count()).select_from(PersonRow))
            row = PersonRow(name=name, role="admin" if first and name != MACHINE else role)
            session.add(row)
        return row.role


def list_people(catalog: Catalog) -> list[tuple[str, str]]:
    """Names with roles."""
    with catalog.ledger.session() as session:
        return [(row.name, row.role) for row in session.scalars(select(PersonRow).order_by(PersonRow.name))]


def require_reviewer(catalog: Catalog, name: str, what: str) -> None:
    """Raise InputError unless the person may decide."""
    role = ensure_person(catalog, name)
    if role == "scientist":
        raise InputError(f"{name} is a scientist and cannot {what}.", hint="Ask a reviewer or an admin.")


def require_author_or_reviewer(catalog: Catalog, name: str, author: str, what: str) -> None:
    """Raise InputError unless the person wrote it or may decide."""
    if ensure_person(catalog, name) == "scientist" and name != author:
        raise InputError(f"{name} is a scientist and cannot {what} of {author}.", hint="Ask the author or a reviewer.")
