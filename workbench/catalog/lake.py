"""The lake: DuckLake tables (metadata in SQLite or PostgreSQL, data in Parquet) with one writer lock.

One DuckDB connection a process, one cursor a call. Readers need no lock; every write, DDL and creating ATTACH runs
under a lock that holds between threads and processes, in one transaction that becomes one snapshot.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from filelock import FileLock, Timeout

from workbench.catalog import schema
from workbench.catalog.answers import Answers, question
from workbench.catalog.object_storage import is_shared, secret_sql
from workbench.errors import StorageError

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.settings import Settings

LOCK_SECONDS = 120
POLL_SECONDS = 0.005
LOST_LAKE = (
    "Put back a copy, or move lake.sqlite and lake/ away and run workbench setup: data sets and maps are made anew, "
    "the ledger stays."
)
EXTENSIONS = ("ducklake", "sqlite_scanner")


class Lake:
    """The open lake. `query` reads, `writing` writes; `ledger.*` tables are readable in the same statement."""

    def __init__(self, settings: Settings, *, snapshot: int | None = None) -> None:
        self.settings = settings
        self.snapshot_version = snapshot
        self._lock = FileLock(settings.home / "lake.lock", thread_local=False)
        self._turnstile = FileLock(settings.home / "lake.next.lock", thread_local=False)
        self._cursors = threading.Lock()
        self._writers = threading.RLock()
        self._local = threading.local()
        self._connection = connect(settings)
        self._attach(snapshot)
        team = settings.catalog.startswith("postgresql")
        self._answers = Answers(None if team else settings.lake_metadata, snapshot)

    def query(self, sql: str, parameters: list[Any] | dict[str, Any] | None = None) -> pa.Table:
        """Rows of one SELECT as an Arrow table; safe from any thread. Raises StorageError for a lost or cut file.

        A small answer is kept until something is written to the lake.
        """
        key = question(sql, parameters)
        version = self._answers.version() if key is not None else None
        if key is None or version is None:
            return self._ask(sql, parameters)
        answer = self._answers.get(key, version)
        if answer is None:
            answer = self._ask(sql, parameters)
            self._answers.keep(key, version, answer)
        return answer

    def _ask(self, sql: str, parameters: list[Any] | dict[str, Any] | None) -> pa.Table:
        cursor = self._cursor()
        try:
            return cursor.execute(sql, parameters or []).to_arrow_table()
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            if ".parquet" not in str(error):
                raise
            raise StorageError(
                f"a file of the lake cannot be read: {str(error).splitlines()[0]}",
                where=self.settings.lake_data, hint="`workbench doctor` lists what is lost and how to mend it.",
            ) from error  # fmt: skip
        finally:
            cursor.close()

    def rows(self, sql: str, parameters: list[Any] | dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows of one SELECT as dictionaries, for small answers."""
        return self.query(sql, parameters).to_pylist()

    def value(self, sql: str, parameters: list[Any] | dict[str, Any] | None = None) -> Any:
        """The first column of the first row, or None."""
        rows = self.query(sql, parameters).slice(0, 1).to_pylist()
        return next(iter(rows[0].values())) if rows else None

    def current_snapshot(self) -> int:
        """Number of the newest snapshot."""
        return int(self.value("SELECT max(snapshot_id) AS n FROM lake.snapshots()") or 0)

    def at(self, snapshot: int) -> Lake:
        """The whole lake as of a snapshot, read-only."""
        return Lake(self.settings, snapshot=snapshot)

    @contextmanager
    def writing(
        self, message: str, *, author: str = "", facts: dict[str, Any] | None = None
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """One locked transaction; leaves nothing behind when the block raises.

        Raises StorageError when the lock cannot be had, the disk is full or the commit fails.
        """
        if self.snapshot_version is not None:
            raise StorageError(
                f"snapshot {self.snapshot_version} is read-only.", hint="Open the lake without a snapshot."
            )
        self.value("SELECT $1", [message])  # DuckDB imports pandas for its first parameters: not while others wait
        with self.locked():
            cursor = self._cursor()
            try:
                cursor.execute("BEGIN TRANSACTION")
                yield cursor
                cursor.execute(
                    "CALL lake.set_commit_message($1, $2, extra_info => $3)",
                    [author or self.settings.person, message, json.dumps(facts or {})],
                )
                cursor.execute("COMMIT")
            except BaseException as error:
                _rollback(cursor)
                if isinstance(error, duckdb.Error):
                    raise _explain(error, message, self.settings.home) from error
                raise
            finally:
                cursor.close()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The writer lock: one thread of one process at a time, re-entrant within the thread."""
        depth = getattr(self._local, "depth", 0)
        if depth:
            yield
            return
        with self._writers:  # threads of this process first, then other processes
            try:
                # who waits next holds the turnstile, so that a busy writer cannot take the lock again at once
                with self._turnstile.acquire(timeout=LOCK_SECONDS, poll_interval=POLL_SECONDS):
                    self._lock.acquire(timeout=LOCK_SECONDS, poll_interval=POLL_SECONDS)
            except Timeout as error:
                raise StorageError(
                    f"the catalog has been locked by another writer for {LOCK_SECONDS} s.",
                    where=self._lock.lock_file,
                    hint="See `workbench doctor`; an import or compaction may still be running.",
                ) from error
            self._local.depth = 1
            try:
                yield
            finally:
                self._local.depth = 0
                self._lock.release()

    def close(self) -> None:
        """Close the connection of this process."""
        with self._cursors:
            self._connection.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with self._cursors:
            return self._connection.cursor()

    def _attach(self, snapshot: int | None) -> None:
        team = self.settings.catalog.startswith("postgresql")
        place = f"postgres:{self.settings.catalog}" if team else f"sqlite:{self.settings.lake_metadata}"
        options = [f"DATA_PATH '{self.settings.lake_data}'", "OVERRIDE_DATA_PATH true", "DATA_INLINING_ROW_LIMIT 10"]
        if not team:
            options += ["META_JOURNAL_MODE 'WAL'", "META_BUSY_TIMEOUT 20000"]
        if snapshot is not None:
            options.append(f"SNAPSHOT_VERSION {int(snapshot)}")
        with self.locked():
            try:
                self._connection.execute(f"ATTACH 'ducklake:{place}' AS lake ({', '.join(options)})")
            except duckdb.Error as error:
                known = team or self.settings.lake_metadata.exists()
                raise StorageError(
                    f"the lake cannot be opened: {str(error).splitlines()[0].strip()}.",
                    where="" if team else str(self.settings.lake_metadata), hint=LOST_LAKE if known else "",
                ) from error  # fmt: skip
            if snapshot is None:
                self._create_missing_tables()
        self._attach_ledger(team)

    def _create_missing_tables(self) -> None:
        have = {
            name
            for (name,) in self._connection.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'lake'"
            ).fetchall()
        }
        missing = [name for name in schema.TABLES if name not in have]
        if missing:
            with self.writing(f"create tables {', '.join(missing)}", author="workbench") as cursor:
                for statement in schema.statements():
                    cursor.execute(statement)

    def _attach_ledger(self, team: bool) -> None:
        if team:
            self._connection.execute(f"ATTACH '{self.settings.catalog}' AS ledger (TYPE postgres, READ_ONLY)")
        else:
            path = self.settings.home / "ledger.sqlite"
            if path.exists():
                self._connection.execute(f"ATTACH '{path}' AS ledger (TYPE sqlite, READ_ONLY)")


def connect(settings: Settings) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with the lake's extensions loaded from their wheels (no download)."""
    if "://" not in settings.lake_data:
        Path(settings.lake_data).mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            "threads": settings.threads,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        }
    )
    names = EXTENSIONS + (("postgres_scanner",) if settings.catalog.startswith("postgresql") else ())
    names += ("httpfs",) if is_shared(settings) else ()
    for name in names:
        connection.execute(f"LOAD '{_extension_file(name)}'")
    if is_shared(settings):
        connection.execute(secret_sql(os.environ))
    return connection


def _extension_file(name: str) -> str:
    """Where the wheel of an extension lies. Raises StorageError if it is not installed for this DuckDB."""
    wheel = importlib.util.find_spec(f"duckdb_extension_{name}")
    folders = wheel.submodule_search_locations if wheel else None
    file = Path(folders[0] if folders else "", "extensions", f"v{duckdb.__version__}", f"{name}.duckdb_extension")
    if not file.is_file():
        raise StorageError(
            f"DuckDB's extension {name} for version {duckdb.__version__} is not installed.",
            hint=f"Run make venv, or: pip install duckdb-extension-{name.replace('_', '-')}=={duckdb.__version__}",
        )
    return str(file).replace("'", "''")


def _rollback(cursor: duckdb.DuckDBPyConnection) -> None:
    try:
        cursor.execute("ROLLBACK")
    except duckdb.Error:
        return  # the failed COMMIT has already ended the transaction


def _explain(error: duckdb.Error, message: str, home: Path) -> StorageError:
    text = str(error)
    if "No space left" in text or "disk" in text.lower() or "File too large" in text:
        free = shutil.disk_usage(home).free / 1e6
        hint = f"{free:,.0f} MB are free there: make room, then repeat; nothing was written."
        return StorageError(f"no space left while writing ({message}).", where=str(home), hint=hint)
    return StorageError(
        f"could not write ({message}): {text.splitlines()[0]}", where=str(home), hint="Nothing was written."
    )
