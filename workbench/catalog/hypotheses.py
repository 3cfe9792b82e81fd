"""Hypotheses in the ledger: append-only history, compare-and-set on every change, the right to it checked with it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from workbench.catalog import events as history
from workbench.catalog.event_chain import EDITABLE, REMARKS
from workbench.catalog.ledger import HypothesisRow, now
from workbench.catalog.people import require_right
from workbench.errors import ConflictError, InputError, UnknownNameError
from workbench.nouns import Context, DecisionRule, Event, Hypothesis, Perturbation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workbench.catalog.store import Catalog

_COPIED = (*history.FROZEN, "priority", "cost", "outcome", "state")
RIGHTS = {"approved": "approve", "proposed": "propose", "withdrawn": "withdraw"}  # state -> what moving there is called
CLOSED = ("resolved", "withdrawn")
MAX_NOTE = 10_000


def insert_hypothesis(catalog: Catalog, hypothesis: Hypothesis, note: str = "") -> Hypothesis:
    """Add a hypothesis with its first event; gets the next number. Raises ConflictError for a twin that is still open.

    A twin has the same task, perturbation and readout and is neither resolved nor withdrawn.
    """
    with catalog.ledger.session() as session:
        history.lock(session)
        rows = session.scalars(
            select(HypothesisRow).where(
                HypothesisRow.task == hypothesis.task,
                HypothesisRow.perturbation_id == hypothesis.perturbation.perturbation_id,
                HypothesisRow.state.not_in(CLOSED),
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
        session.refresh(row)  # as the database gives it back, so that its digest can be taken again
        payload = {"rule": row.rule, "prediction_id": row.prediction_id, "content": history.content_digest(row)}
        payload |= history.editable(row)
        history.append(session, row.hypothesis_id, hypothesis.author, "created", "", row.state, note, payload)
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
    """Move a hypothesis on, if nobody has changed it since it was read and the person may.

    Raises ConflictError that names who changed it and when, and InputError.
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
    """`change_state` within a transaction that changes more than one thing."""
    require_right(session, person, RIGHTS.get(to_state, ""), hypothesis.author, hypothesis.handle)
    values: dict[str, Any] = {"state": to_state}
    if outcome is not None:
        values["outcome"] = outcome
    return _change(session, hypothesis, values, person, kind, to_state, note, payload or {})


def edit(catalog: Catalog, hypothesis: Hypothesis, changes: dict[str, Any], person: str, note: str = "") -> Hypothesis:
    """Change priority, tags or cost; the event keeps the old values. The same values again change nothing.

    Raises InputError for other fields, one that is closed, or what the person may not do; ConflictError.
    """
    unknown = sorted(set(changes) - set(EDITABLE))
    if unknown:
        raise InputError(
            f"{unknown[0]} cannot be changed: what was queued is frozen.", hint="Withdraw it and queue anew."
        )
    wanted = replace(hypothesis, **changes)  # the noun checks the values
    with catalog.ledger.session() as session:
        require_right(session, person, "change", hypothesis.author, hypothesis.handle)
        if hypothesis.state in CLOSED:
            raise InputError(f"{hypothesis.handle} is {hypothesis.state}; nothing about it changes any more.")
        if "cost" in changes and hypothesis.state not in ("draft", "proposed", "approved"):
            raise InputError(f"{hypothesis.handle} is {hypothesis.state}: its cost is what was laid out.")
        old, new = _plain(hypothesis), _plain(wanted)
        differ = {name: {"old": old[name], "new": new[name]} for name in changes if old[name] != new[name]}
        if not differ:
            return hypothesis
        values = {name: change["new"] for name, change in differ.items()}
        return _change(session, hypothesis, values, person, "changed", hypothesis.state, note, {"changes": differ})


def comment(catalog: Catalog, hypothesis: Hypothesis, text: str, person: str) -> Event:
    """Say something about a hypothesis, in whatever state. Raises InputError for nothing or too much."""
    if not text.strip():
        raise InputError("a comment needs words.", where=hypothesis.handle)
    with catalog.ledger.session() as session:
        return remark(session, hypothesis.hypothesis_id, person, "commented", text.strip())


def remark(
    session: Session, hypothesis_id: str, person: str, kind: str, note: str, payload: dict[str, Any] | None = None
) -> Event:
    """An event that changes nothing somebody else may be deciding on: a comment, a file."""
    if kind not in REMARKS:
        raise InputError(f"a remark is one of {', '.join(REMARKS)}, got {kind!r}.")
    history.lock(session)
    state = session.get_one(HypothesisRow, hypothesis_id).state
    _check_note(note)
    return history.append(session, hypothesis_id, person, kind, state, state, note, payload or {})


def refuse_outdated(catalog: Catalog, hypothesis: Hypothesis, seen: int | None, to_state: str) -> None:
    """Raise ConflictError when somebody moved a hypothesis after it was seen, or just before to the same state."""
    outdated = seen is not None and seen != hypothesis.version
    if outdated or hypothesis.state == to_state:
        raise _conflict(hypothesis, list_events(catalog, hypothesis.hypothesis_id))


def get_hypothesis(catalog: Catalog, name: str) -> Hypothesis:
    """By id or handle (`H-12`). Raises UnknownNameError."""
    handle = name.upper().removeprefix("H-")
    query = select(HypothesisRow).where(HypothesisRow.hypothesis_id == name)
    if handle.isascii() and handle.isdigit() and len(handle) < 10:
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


def count_states(catalog: Catalog, author: str | None = None) -> dict[str, int]:
    """How many are in each state, of everybody or of one author; counted in the ledger, nothing is read."""
    query = select(HypothesisRow.state, func.count()).group_by(HypothesisRow.state)
    if author is not None:
        query = query.where(HypothesisRow.author == author)
    with catalog.ledger.session() as session:
        return dict(session.execute(query).all())


def list_events(catalog: Catalog, hypothesis_id: str) -> list[Event]:
    """The whole history, oldest first."""
    with catalog.ledger.session() as session:
        return history.of_hypothesis(session, hypothesis_id)


def _plain(hypothesis: Hypothesis) -> dict[str, Any]:
    cost = None if hypothesis.cost is None else float(hypothesis.cost)
    return {"priority": hypothesis.priority, "tags": list(hypothesis.tags), "cost": cost}


def _change(
    session: Session, hypothesis: Hypothesis, values: dict[str, Any], person: str, kind: str, to_state: str, note: str,
    payload: dict[str, Any],
) -> Hypothesis:  # fmt: skip
    _check_note(note)
    history.lock(session)
    changed = session.execute(
        update(HypothesisRow)
        .where(HypothesisRow.hypothesis_id == hypothesis.hypothesis_id, HypothesisRow.version == hypothesis.version)
        .values(**values, version=hypothesis.version + 1, updated_at=now())
    ).rowcount
    if not changed:
        raise _conflict(hypothesis, history.of_hypothesis(session, hypothesis.hypothesis_id))
    history.append(session, hypothesis.hypothesis_id, person, kind, hypothesis.state, to_state, note, payload)
    row = session.get_one(HypothesisRow, hypothesis.hypothesis_id)
    session.refresh(row)
    return _noun(row)


def _check_note(note: str) -> None:
    if len(note) > MAX_NOTE:
        raise InputError(f"a note has at most {MAX_NOTE:,} characters, got {len(note):,}.", hint="Attach a file.")
    if "\0" in note:
        raise InputError("a note holds text, not bytes.")


def _conflict(hypothesis: Hypothesis, events: list[Event]) -> ConflictError:
    last = next(event for event in reversed(events) if event.kind not in REMARKS)
    return ConflictError(
        f"{hypothesis.handle} was changed meanwhile: {last.kind} by {last.person} at {last.at:%H:%M:%S} UTC "
        f"(now {last.to_state}).",
        where=hypothesis.handle, hint="Look at it again before deciding.",
    )  # fmt: skip


def _noun(row: HypothesisRow) -> Hypothesis:
    facts = {key: tuple(value) if isinstance(value, list) else value for key, value in row.perturbation.items()}
    return Hypothesis(
        **{name: getattr(row, name) for name in _COPIED}, number=row.number, perturbation=Perturbation(**facts),
        context=Context(**row.context), rule=DecisionRule(**row.rule), tags=tuple(row.tags), version=row.version,
        created_at=row.created_at, updated_at=row.updated_at,
    )  # fmt: skip
