"""The event log in the ledger: append, read, and check the whole of it."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from workbench.catalog.chain_head import bears_its_seal, lock_head, move_head
from workbench.catalog.event_chain import digest, event_hash, first_break, ledger_hash, untold
from workbench.catalog.ledger import EventHeadRow, EventRow, HypothesisRow, now
from workbench.nouns import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from workbench.catalog.store import Catalog

FROZEN = (
    "hypothesis_id", "statement", "task", "prediction_id", "predicted", "author", "author_kind", "rationale", "score",
    "reason", "simulated",
)  # fmt: skip
_NAMES = [item.name for item in fields(Event)]
PAGE = 500


def lock(session: Session) -> EventHeadRow:
    """The head of the log, held until the transaction ends."""
    return lock_head(session, EventHeadRow)


def append(
    session: Session, hypothesis_id: str, person: str, kind: str, from_state: str, to_state: str, note: str,
    payload: dict[str, Any],
) -> Event:  # fmt: skip
    """Add an event to the end of a hypothesis's history and of the ledger's, and seal the new end."""
    head = lock(session)
    last = session.scalars(
        select(EventRow).where(EventRow.hypothesis_id == hypothesis_id).order_by(EventRow.sequence.desc()).limit(1)
    ).first()
    event = Event(
        sequence=last.sequence + 1 if last else 1, at=now(), person=person, kind=kind, from_state=from_state,
        to_state=to_state, note=note, payload=payload, previous_hash=last.hash if last else "",
        position=head.n_events + 1,
    )  # fmt: skip
    event = replace(event, hash=event_hash(hypothesis_id, event))
    event = replace(event, ledger_hash=ledger_hash(head.ledger_hash, event.position, event.hash))
    session.add(EventRow(hypothesis_id=hypothesis_id, **asdict(event)))
    move_head(session, head, event.position, event.ledger_hash)
    return event


def of_hypothesis(session: Session, hypothesis_id: str) -> list[Event]:
    """The history of one hypothesis, oldest first."""
    query = select(EventRow).where(EventRow.hypothesis_id == hypothesis_id).order_by(EventRow.sequence)
    return [read_event(row) for row in session.scalars(query)]


def list_all(catalog: Catalog, *, after: int = 0, limit: int = PAGE, newest: bool = False) -> list[tuple[str, Event]]:
    """Events of all hypotheses with the handle of theirs, by their place in the ledger, beyond `after`."""
    order = EventRow.position.desc() if newest else EventRow.position
    query = (
        select(EventRow, HypothesisRow.number)
        .join(HypothesisRow, HypothesisRow.hypothesis_id == EventRow.hypothesis_id)
        .where(EventRow.position > after).order_by(order).limit(limit)
    )  # fmt: skip
    with catalog.ledger.session() as session:
        return [(f"H-{number}", read_event(row)) for row, number in session.execute(query)]


def content_digest(row: HypothesisRow) -> str:
    """sha256 of what never changes after a hypothesis was queued: statement, perturbation, rule, prediction."""
    frozen = {name: getattr(row, name) for name in FROZEN}
    return digest(frozen | {"perturbation": row.perturbation, "context": row.context, "rule": row.rule})


def editable(row: HypothesisRow) -> dict[str, Any]:
    """Priority, tags and cost as they stand."""
    return {"priority": row.priority, "tags": list(row.tags), "cost": row.cost}


def head_of(catalog: Catalog) -> str:
    """Where the log ends, as a line to keep elsewhere: number of events and the last hash."""
    with catalog.ledger.session() as session:
        head = lock_head(session, EventHeadRow)
        return f"{head.n_events}:{head.ledger_hash}"


def verify(catalog: Catalog, since: str = "") -> list[dict[str, Any]]:
    """What is wrong with the log, first bad event first: dicts of handle, sequence and problem.

    since: an earlier `head_of`; the log must still hold it. A break of the ledger's chain is named only where no
    hypothesis's own history explains it.
    """
    with catalog.ledger.session() as session:
        found = list(_histories(session)) or list(_chain(session))
        return found or list(_since(session, since))


def _histories(session: Session) -> Iterator[dict[str, Any]]:
    events: dict[str, list[Event]] = {}
    for row in session.scalars(select(EventRow).order_by(EventRow.sequence)):
        events.setdefault(row.hypothesis_id, []).append(read_event(row))
    for row in session.scalars(select(HypothesisRow).order_by(HypothesisRow.number)):
        mine = events.pop(row.hypothesis_id, [])
        broken = first_break(row.hypothesis_id, mine, row.state, row.version)
        if broken is None and (words := untold(mine, editable(row), content_digest(row), row.outcome)):
            broken = (len(mine) + 1, words)
        if broken is not None:
            yield _problem(f"H-{row.number}", *broken)
    for hypothesis_id, orphans in events.items():
        yield _problem(hypothesis_id, orphans[0].sequence, "the hypothesis of these events was removed")


def _chain(session: Session) -> Iterator[dict[str, Any]]:
    """The first break of the chain over all events, and whether its end is the sealed one."""
    previous, expected = "", 1
    rows = session.execute(
        select(EventRow, HypothesisRow.number)
        .join(HypothesisRow, HypothesisRow.hypothesis_id == EventRow.hypothesis_id, isouter=True)
        .order_by(EventRow.position)
    )
    for row, number in rows:
        if row.position != expected:
            yield _problem("the ledger", expected, f"event {expected} of all is missing, before event {row.sequence} of "
                           f"H-{number} by {row.person}")  # fmt: skip
            return
        if ledger_hash(previous, row.position, row.hash) != row.ledger_hash:
            words = (
                f"it does not follow event {row.position - 1} of the ledger: it, or what was before it, was replaced"
            )
            yield _problem(f"H-{number}", row.sequence, words)
            return
        previous, expected = row.ledger_hash, expected + 1
    head = session.get(EventHeadRow, 1)
    if head is None:
        yield _problem("the ledger", expected, "the record of where the log ends is gone")
        return
    if head.n_events != expected - 1:
        words = f"the log ended with event {head.n_events} of all, now with {expected - 1}"
        yield _problem("the ledger", min(expected, head.n_events + 1), words)
    elif head.ledger_hash != previous:
        yield _problem("the ledger", expected - 1, "the log does not end as it was recorded")
    elif not bears_its_seal(session, head):
        yield _problem(
            "the ledger", expected, "the end of the log does not bear its seal: events were cut off or rewritten"
        )


def _since(session: Session, since: str) -> Iterator[dict[str, Any]]:
    if not since:
        return
    number, _, kept = since.strip().partition(":")
    if not number.isdigit() or len(kept) != 64 - 64 * (number == "0"):
        yield _problem("the ledger", 0, f"{since[:80]!r} is no end of a log; it looks like 41:ab12…")
        return
    row = session.scalars(select(EventRow).where(EventRow.position == int(number))).first()
    if number != "0" and (row is None or row.ledger_hash != kept):
        yield _problem("the ledger", int(number), f"the log no longer holds its {number} events as they were noted")


def _problem(handle: str, sequence: int, words: str) -> dict[str, Any]:
    return {"handle": handle, "sequence": sequence, "problem": words}


def read_event(row: EventRow) -> Event:
    """The noun of a row."""
    return Event(**{name: getattr(row, name) for name in _NAMES})
