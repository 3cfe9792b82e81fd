"""The end of a chain of events in the ledger: held while one is added, moved, and compared with its seal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select

from workbench.catalog.ledger import ChainHead
from workbench.catalog.seal import seal

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Head = TypeVar("Head", bound=ChainHead)


def lock_head(session: Session, table: type[Head]) -> Head:
    """The end of a chain, held until the transaction ends: appends of all processes come one after the other."""
    query = select(table).where(table.head_id == 1).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def move_head(session: Session, head: ChainHead, n_events: int, last_hash: str) -> None:
    """The chain ends with another event now; the new end is sealed."""
    head.n_events, head.ledger_hash = n_events, last_hash
    head.seal = seal(session.info["seal_key"], n_events, last_hash)
    session.flush()


def bears_its_seal(session: Session, head: ChainHead) -> bool:
    """Whether the end was written by who has the key."""
    return head.seal == seal(session.info["seal_key"], head.n_events, head.ledger_hash)
