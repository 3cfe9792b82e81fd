"""What is new for each person: events of others that concern them, since they last looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from workbench.catalog.events import read_event
from workbench.catalog.ledger import EventRow, HypothesisRow, SeenRow, now
from workbench.catalog.people import DECIDERS, role_of
from workbench.errors import InputError
from workbench.nouns import News

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workbench.catalog.store import Catalog

MAX_NEWS = 200


def list_news(catalog: Catalog, person: str, limit: int = 50) -> list[News]:
    """Newest first, what others did since the person last looked: to hypotheses of theirs or that they took part in.

    Who approves is also told of every proposal. What lies before a person's own last word on a hypothesis is no news.
    """
    with catalog.ledger.session() as session:
        concerns = [EventRow.hypothesis_id.in_(_theirs(person)), EventRow.hypothesis_id.in_(_touched(person))]
        if role_of(session, person) in DECIDERS:
            concerns.append(EventRow.kind == "proposed")
        query = (
            select(EventRow, HypothesisRow)
            .join(HypothesisRow, HypothesisRow.hypothesis_id == EventRow.hypothesis_id)
            .where(EventRow.position > _seen(session, person), EventRow.person != person, or_(*concerns))
            .where(EventRow.position > _own_last(person))
            .order_by(EventRow.position.desc()).limit(min(limit, MAX_NEWS))
        )  # fmt: skip
        mine = set(session.scalars(_touched(person)))
        return [
            News(
                handle=f"H-{row.number}", statement=row.statement, event=read_event(event),
                why="yours" if row.author == person else "you took part" if row.hypothesis_id in mine else "to approve",
            )
            for event, row in session.execute(query)
        ]  # fmt: skip


def mark_seen(catalog: Catalog, person: str, position: int) -> int:
    """The person has seen everything up to this place of the ledger; gives the place that holds now.

    It never goes back: two windows of one person lose nothing. Raises InputError for a place beyond the end.
    """
    with catalog.ledger.session() as session:
        last = session.scalar(select(EventRow.position).order_by(EventRow.position.desc()).limit(1)) or 0
        if not 0 <= position <= last:
            raise InputError(f"the log has {last} events; {position} is none of them.", where="position")
        row = session.get(SeenRow, person)
        if row is None:
            row = SeenRow(person=person, position=0)
            session.add(row)
        if position > row.position:
            row.position, row.seen_at = position, now()
        return row.position


def _seen(session: Session, person: str) -> int:
    row = session.get(SeenRow, person)
    return 0 if row is None else row.position


def _theirs(person: str) -> Select[tuple[str]]:
    return select(HypothesisRow.hypothesis_id).where(HypothesisRow.author == person)


def _own_last(person: str) -> ColumnElement[int]:
    """Place of the person's last event on the hypothesis of an event."""
    own = aliased(EventRow)
    last = select(func.max(own.position)).where(own.hypothesis_id == EventRow.hypothesis_id, own.person == person)
    return func.coalesce(last.correlate(EventRow).scalar_subquery(), 0)


def _touched(person: str) -> Select[tuple[str]]:
    return select(EventRow.hypothesis_id).where(EventRow.person == person).distinct()
