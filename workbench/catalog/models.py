"""Model versions and comparisons in the ledger; promotion is one transaction with compare-and-set."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from workbench.catalog.ledger import ComparisonRow, ModelVersionRow
from workbench.catalog.people import DECIDERS, role_of
from workbench.catalog.store import new_id
from workbench.errors import ConflictError, InputError, UnknownNameError
from workbench.nouns import Comparison, ModelVersion

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog


def register_version(catalog: Catalog, version: ModelVersion) -> ModelVersion:
    """Write a candidate; the same id twice is once. Its name is `<task>-v<number>`."""
    with catalog.ledger.session() as session:
        row = session.get(ModelVersionRow, version.version_id)
        if row is None:
            count = session.scalar(select(func.count()).where(ModelVersionRow.task == version.task)) or 0
            facts = asdict(version) | {"name": f"{version.task}-v{count + 1}"}
            facts.pop("created_at")
            row = ModelVersionRow(**facts)
            session.add(row)
            session.flush()
        return _version(row)


def list_versions(catalog: Catalog, task: str | None = None) -> list[ModelVersion]:
    """Newest first."""
    query = select(ModelVersionRow).order_by(ModelVersionRow.created_at.desc(), ModelVersionRow.version_id.desc())
    if task:
        query = query.where(ModelVersionRow.task == task)
    with catalog.ledger.session() as session:
        return [_version(row) for row in session.scalars(query)]


def get_version(catalog: Catalog, name: str) -> ModelVersion:
    """A version by name or id. Raises UnknownNameError."""
    query = select(ModelVersionRow).where((ModelVersionRow.name == name) | (ModelVersionRow.version_id == name))
    with catalog.ledger.session() as session:
        row = session.scalar(query)
        if row is None:
            raise UnknownNameError(f"there is no model version {name!r}.", hint="See `workbench models list`.")
        return _version(row)


def promoted_version(catalog: Catalog, task: str) -> ModelVersion | None:
    """The version that answers questions of a task, or None."""
    query = select(ModelVersionRow).where(ModelVersionRow.task == task, ModelVersionRow.state == "promoted")
    with catalog.ledger.session() as session:
        row = session.scalar(query)
        return None if row is None else _version(row)


def decide(catalog: Catalog, version_id: str, *, promoted: bool, instead_of: str | None) -> None:
    """Promote a candidate in place of the version `instead_of` (an id, or None), or reject it.

    Raises ConflictError when another version was promoted meanwhile.
    """
    with catalog.ledger.session() as session:
        row = session.get_one(ModelVersionRow, version_id)
        if not promoted:
            row.state = "rejected"
            return
        query = select(ModelVersionRow).where(ModelVersionRow.task == row.task, ModelVersionRow.state == "promoted")
        current = session.scalar(query)
        if current is not None and current.version_id == version_id:
            return
        if (current.version_id if current else None) != instead_of:
            raise ConflictError(
                f"{row.name} was compared with another version than the one promoted now "
                f"({current.name if current else 'none'}).",
                hint="Train again: the comparison must be with the current version.",
            )
        if current is not None:
            current.state = "retired"
            session.flush()
        row.state = "promoted"


def roll_back(catalog: Catalog, task: str, person: str, note: str = "") -> ModelVersion:
    """Retire the promoted version and promote its predecessor, by a reviewer or admin; who and why is kept.

    Raises UnknownNameError when there is none, InputError for another role.
    """
    with catalog.ledger.session() as session:
        if role_of(session, person) not in DECIDERS:
            raise InputError(
                f"{person} is a scientist and cannot take a version of {task} back.",
                hint="Ask a reviewer or an admin.",
                forbidden=True,
            )
        query = select(ModelVersionRow).where(ModelVersionRow.task == task, ModelVersionRow.state == "promoted")
        current = session.scalar(query)
        parent = session.get(ModelVersionRow, current.parent) if current is not None and current.parent else None
        if current is None or parent is None:
            raise UnknownNameError(f"{task} has no earlier promoted version to go back to.")
        current.state = "retired"
        session.flush()
        parent.state = "promoted"
        session.add(ComparisonRow(
            comparison_id=new_id(), task=task, old=current.name, new=parent.name, held_out="", rows=[],
            decision="rolled back", reason=f"{person} took {current.name} back{f': {note}' if note else ''}.", rule={},
        ))  # fmt: skip
        return _version(parent)


def write_comparison(catalog: Catalog, comparison: Comparison, experiment_id: str | None = None) -> None:
    """Keep a comparison; the same id twice is once."""
    with catalog.ledger.session() as session:
        if session.get(ComparisonRow, comparison.comparison_id) is None:
            facts = asdict(comparison) | {"rows": list(comparison.rows)}
            facts.pop("created_at")
            session.add(ComparisonRow(**facts, experiment_id=experiment_id))


def comparisons_by_experiment(catalog: Catalog, task: str) -> dict[str, Comparison]:
    """experiment id -> the comparison of the version that its results trained, the newest one."""
    query = select(ComparisonRow).where(ComparisonRow.task == task, ComparisonRow.experiment_id.is_not(None))
    with catalog.ledger.session() as session:
        rows = session.scalars(query.order_by(ComparisonRow.created_at))
        return {str(row.experiment_id): _comparison(row) for row in rows}


def list_comparisons(catalog: Catalog, task: str | None = None) -> list[Comparison]:
    """Newest first."""
    query = select(ComparisonRow).order_by(ComparisonRow.created_at.desc(), ComparisonRow.comparison_id.desc())
    if task:
        query = query.where(ComparisonRow.task == task)
    with catalog.ledger.session() as session:
        return [_comparison(row) for row in session.scalars(query)]


def _version(row: ModelVersionRow) -> ModelVersion:
    names = ModelVersion.__dataclass_fields__
    return ModelVersion(**{name: getattr(row, name) for name in names})


def _comparison(row: ComparisonRow) -> Comparison:
    facts: dict[str, Any] = {name: getattr(row, name) for name in Comparison.__dataclass_fields__}
    return Comparison(**facts | {"rows": tuple(row.rows)})
