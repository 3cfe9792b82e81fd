"""One at a time, over all processes: a file lock on one machine, an advisory lock of PostgreSQL for a team of hosts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock
from sqlalchemy import text

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog


@contextmanager
def exclusive(catalog: Catalog, name: str) -> Iterator[None]:
    """Hold the turn called `name` until the block ends; the database gives it back when a host dies."""
    if catalog.ledger.engine.dialect.name == "postgresql":
        with catalog.ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_advisory_lock(hashtextextended(:name, 0))"), {"name": name})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))"), {"name": name})
        return
    folder = catalog.settings.home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{name}.lock"):
        yield
