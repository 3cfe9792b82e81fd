"""Bring a ledger to the newest migration (Alembic)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from workbench.errors import StorageError
from workbench.settings import hide_password

if TYPE_CHECKING:
    from sqlalchemy import Engine

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> bool:
    """Bring the ledger to the newest migration (Alembic), under a lock of its own; nothing to do costs one query.

    Gives whether there was something to do.
    Raises StorageError when a newer workbench has written it.
    """
    found, newest = _revision(engine), newest_migration()
    if found == newest:
        return False  # without loading Alembic
    if found is not None and found > newest:
        raise StorageError(
            f"the ledger is of a newer workbench: it is at migration {found}, this one knows up to {newest}.",
            where=hide_password(str(engine.url)),
            hint="Update the code (git pull, then make setup), or set WORKBENCH_HOME to another folder.",
        )
    from alembic import command
    from alembic.config import Config
    from filelock import FileLock

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    place = engine.url.database if engine.dialect.name == "sqlite" else None
    lock = FileLock(f"{place}.migrate.lock" if place else Path.home() / ".workbench-migrate.lock")
    with lock, engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True


def newest_migration() -> str:
    """Number of the newest migration: files are numbered in their order, e.g. `0001_create_ledger.py`."""
    return max(path.stem.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
