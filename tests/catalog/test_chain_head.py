import threading

import pytest
from sqlalchemy import text

from workbench.catalog.chain_head import bears_its_seal, lock_head, move_head
from workbench.catalog.ledger import AccessHeadRow, EventHeadRow
from workbench.catalog.store import Catalog

HEADS = (EventHeadRow, AccessHeadRow)


@pytest.mark.parametrize("table", HEADS)
def test_an_end_that_was_moved_bears_its_seal_and_one_that_was_written_does_not(empty_catalog: Catalog, table) -> None:
    with empty_catalog.ledger.session() as session:
        move_head(session, lock_head(session, table), 7, "abc")
    for sql in ("n_events = 6", "ledger_hash = 'abd'", "seal = ''"):
        with empty_catalog.ledger.session() as session:
            assert bears_its_seal(session, lock_head(session, table))
            session.execute(text(f"UPDATE {table.__tablename__} SET {sql}"))
            head = lock_head(session, table)
            assert not bears_its_seal(session, head)
            move_head(session, head, 7, "abc")


def test_the_ends_of_the_two_chains_are_two(empty_catalog: Catalog) -> None:
    with empty_catalog.ledger.session() as session:
        before = lock_head(session, AccessHeadRow).n_events
        move_head(session, lock_head(session, EventHeadRow), 40, "abc")
        assert lock_head(session, AccessHeadRow).n_events == before


def test_who_adds_at_the_same_time_comes_one_after_the_other(empty_catalog: Catalog) -> None:
    def add() -> None:
        for _ in range(20):
            with empty_catalog.ledger.session() as session:
                head = lock_head(session, EventHeadRow)
                move_head(session, head, head.n_events + 1, "abc")

    with empty_catalog.ledger.session() as session:
        before = lock_head(session, EventHeadRow).n_events
    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with empty_catalog.ledger.session() as session:
        assert lock_head(session, EventHeadRow).n_events == before + 80
