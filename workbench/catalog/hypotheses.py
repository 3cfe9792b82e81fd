"""Hypotheses in the ledger: append-only history, compare-and-set on every change."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from workbench.catalog.event_chain import event_hash
from workbench.catalog.ledger import EventRow, HypothesisRow, now
from workbench.errors import ConflictError, UnknownNameError
from workbench.nouns import Context, DecisionRule, Event, Hypothesis, Perturbation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workbench.catalog.store import Catalog

_COPIED = (
    "hypothesis_id", "statement", "task", "prediction_id", "predicted", "author", "author_kind", "rationale", "score",
    "reason", "priority", "cost", "outcome", "simulated", "state",
)  # fmt: skip


def insert_hypothesis(catalog: Catalog, hypothesis: Hypothesis, note: str = "") -> Hypothesis:
    """Add a hypothesis with its first event; gets the next number. Raises ConflictError for a twin that is still open.

    A twin has the same task, perturbation and readout and is neither resolved nor withdrawn.
    """
    with catalog.ledger.session() as session:
        rows = session.scalars(
            select(HypothesisRow).where(
                HypothesisRow.task == hypothesis.task,
                HypothesisRow.perturbation_id == hypothesis.perturbation.perturbation_id,
                HypothesisRow.state.not_in(("resolved", "withdrawn")),
            )
        )
        for row in rows:
            if row.rule["readout"] == hypothesis.rule.readout:
                raise ConflictError(
                    f"H-{row.number} asks the same already ({row.state}, by {row.author}).",
                    where=f"/hypothesis?id=H-{row.number}", hint="Open it, or choose another readout.",
                )  # fmt: skip
        number = (session.scalar(select(func.max(HypothesisRow.number))) or 0) + 1
        row = HypothesisRow(
            **{name: getattr(hypothesis, name) for name in _COPIED}, number=number, tags=list(hypothesis.tags),
            perturbation=asdict(hypothesis.perturbation), perturbation_id=hypothesis.perturbation.perturbation_id,
            context=asdict(hypothesis.context), rule=asdict(hypothesis.rule),
        )  # fmt: skip
        session.add(row)
        session.flush()
        payload = {"rule": asdict(hypothesis.rule), "prediction_id": hypothesis.prediction_id}
        _append(session, row.hypothesis_id, hypothesis.author, "created", "", row.state, note, payload)
        return _noun(row)


def change_state(
    catalog: Catalog,
    hypothesis: Hypothesis,
    to_state: str,
    person: str,
    *,
    kind: str,
    note: str = "",
    payload: dict[str, Any] | None = None,
    outcome: dict[str, Any] | None = None,
) -> Hypothesis:
    """Move a hypothesis on, if nobody has changed it since it was read.

    Raises ConflictError that names who changed it and when.
    """
    with catalog.ledger.session() as session:
        return move(session, hypothesis, to_state, person, kind=kind, note=note, payload=payload, outcome=outcome)


def move(
    session: Session,
    hypothesis: Hypothesis,
    to_state: str,
    person: str,
    *,
    kind: str,
    note: str = "",
    payload: dict[str, Any] | None = None,
    outcome: dict[str, Any] | None = None,
) -> Hypothesis:
    """`change_state` within a transaction that changes more than one thing. Raises ConflictError."""
    values: dict[str, Any] = {"state": to_state, "version": hypothesis.version + 1, "updated_at": now()}
    if outcome is not None:
        values["outcome"] = outcome
    changed = session.execute(
        update(HypothesisRow)
        .where(HypothesisRow.hypothesis_id == hypothesis.hypothesis_id, HypothesisRow.version == hypothesis.version)
        .values(**values)
    ).rowcount
    if not changed:
        raise _conflict(hypothesis, _events(session, hypothesis.hypothesis_id)[-1])
    _append(session, hypothesis.hypothesis_id, person, kind, hypothesis.state, to_state, note, payload or {})
    row = session.get_one(HypothesisRow, hypothesis.hypothesis_id)
    session.refresh(row)
    return _noun(row)


def refuse_outdated(catalog: Catalog, hypothesis: Hypothesis, seen: int | None, to_state: str) -> None:
    """Raise ConflictError when somebody moved a hypothesis after it was seen, or just before to the same state."""
    outdated = seen is not None and seen != hypothesis.version
    if outdated or hypothesis.state == to_state:
        raise _conflict(hypothesis, list_events(catalog, hypothesis.hypothesis_id)[-1])


def _conflict(hypothesis: Hypothesis, last: Event) -> ConflictError:
    return ConflictError(
        f"{hypothesis.handle} was changed meanwhile: {last.kind} by {last.person} at {last.at:%H:%M:%S} UTC "
        f"(now {last.to_state}).",
        where=hypothesis.handle, hint="Look at it again before deciding.",
    )  # fmt: skip


def get_hypothesis(catalog: Catalog, name: str) -> Hypothesis:
    """By id or handle (`H-12`). Raises UnknownNameError."""
    handle = name.upper().removeprefix("H-")
    query = select(HypothesisRow).where(HypothesisRow.hypothesis_id == name)
    if handle.isdigit():
        query = select(HypothesisRow).where(HypothesisRow.number == int(handle))
    with catalog.ledger.session() as session:
        row = session.scalar(query)
        if row is None:
            raise UnknownNameError(f"there is no hypothesis {name!r}.", hint="See the queue.")
        return _noun(row)


def list_hypotheses(catalog: Catalog, *, state: str | None = None, task: str | None = None) -> list[Hypothesis]:
    """Newest first."""
    query = select(HypothesisRow).order_by(HypothesisRow.number.desc())
    if state:
        query = query.where(HypothesisRow.state == state)
    if task:
        query = query.where(HypothesisRow.task == task)
    with catalog.ledger.session() as session:
        return [_noun(row) for row in session.scalars(query)]


def list_events(catalog: Catalog, hypothesis_id: str) -> list[Event]:
    """The whole history, oldest first."""
    with catalog.ledger.session() as session:
        return _events(session, hypothesis_id)


def _events(session: Session, hypothesis_id: str) -> list[Event]:
    query = select(EventRow).where(EventRow.hypothesis_id == hypothesis_id).order_by(EventRow.sequence)
    names = [item.name for item in fields(Event)]
    return [Event(**{name: getattr(row, name) for name in names}) for row in session.scalars(query)]


def _append(
    session: Session, hypothesis_id: str, person: str, kind: str, from_state: str, to_state: str, note: str,
    payload: dict[str, Any],
) -> None:  # fmt: skip
    history = _events(session, hypothesis_id)
    event = Event(
        sequence=len(history) + 1, at=now(), person=person, kind=kind, from_state=from_state, to_state=to_state,
        note=note, payload=payload, previous_hash=history[-1].hash if history else "",
    )  # fmt: skip
    event = replace(event, hash=event_hash(hypothesis_id, event))
    session.add(EventRow(hypothesis_id=hypothesis_id, **asdict(event)))


def _noun(row: HypothesisRow) -> Hypothesis:
    facts = {key: tuple(value) if isinstance(value, list) else value for key, value in row.perturbation.items()}
    return Hypothesis(
        **{name: getattr(row, name) for name in _COPIED}, number=row.number, perturbation=Perturbation(**facts),
        context=Context(**row.context), rule=DecisionRule(**row.rule), tags=tuple(row.tags), version=row.version,
        created_at=row.created_at, updated_at=row.updated_at,
    )  # fmt: skip
