"""Cohorts in the ledger: named selections of a map's entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from workbench.catalog.ledger import CohortRow
from workbench.catalog.store import new_id
from workbench.errors import ConflictError, UnknownNameError
from workbench.nouns import Cohort

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog


def save_cohort(catalog: Catalog, name: str, map_id: str, entities: list[str], person: str) -> Cohort:
    """Save a selection under a name of its own. Raises ConflictError when the name is taken."""
    wanted = Cohort(new_id(), name.strip(), map_id, tuple(dict.fromkeys(entities)), person)
    row = CohortRow(
        cohort_id=wanted.cohort_id, name=wanted.name, map_id=map_id, entities=list(wanted.entities), person=person
    )
    try:
        with catalog.ledger.session() as session:
            session.add(row)
            session.flush()
            return _cohort(row)
    except IntegrityError as error:
        raise ConflictError(f"a cohort is already called {wanted.name!r}.", hint="Choose another name.") from error


def list_cohorts(catalog: Catalog, map_id: str = "") -> list[Cohort]:
    """All cohorts, newest first; of one map when it is named."""
    query = select(CohortRow).order_by(CohortRow.created_at.desc())
    if map_id:
        query = query.where(CohortRow.map_id == map_id)
    with catalog.ledger.session() as session:
        return [_cohort(row) for row in session.scalars(query)]


def get_cohort(catalog: Catalog, cohort_id: str) -> Cohort:
    """One cohort by id. Raises UnknownNameError."""
    with catalog.ledger.session() as session:
        row = session.get(CohortRow, cohort_id)
        if row is None:
            raise UnknownNameError(f"there is no cohort {cohort_id!r}.")
        return _cohort(row)


def _cohort(row: CohortRow) -> Cohort:
    return Cohort(row.cohort_id, row.name, row.map_id, tuple(row.entities), row.person, row.created_at)
