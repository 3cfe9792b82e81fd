"""Answers of the lake that are kept until anything is written: a page asks the same small things many times.

Each question to DuckLake first reads its metadata, some 30 ms on two slow cores; an answer kept costs a look at two files.
Every snapshot, whichever process makes it, is a transaction on the metadata, and changes the size or the time of
lake.sqlite or of its log. They are looked at, never opened: DuckDB's SQLite holds locks on them that a second SQLite in
the process would release, by closing its own.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

MOST_BYTES, MOST_BYTES_EACH = 64_000_000, 2_000_000
MOST_VALUES = 200
# what may answer differently although the lake is as it was: the ledger, files, chance and the clock
_VOLATILE = re.compile(
    r"\bledger\.|\bread_\w+\s*\(|\brandom\s*\(|\buuid\s*\(|\bnow\s*\(|\bcurrent_|\bUSING SAMPLE\b", re.I
)
Key = tuple[str, str]
Version = int | tuple[tuple[int, int], ...]


class Answers:
    """Arrow tables by question, the least used forgotten first; safe from any thread.

    metadata: the lake's SQLite file; None: nothing is kept. A lake opened at a snapshot does not change, so its version
    is that snapshot.
    """

    def __init__(self, metadata: Path | None, snapshot: int | None = None) -> None:
        self._snapshot = snapshot
        self._files = () if metadata is None else (metadata, metadata.with_name(f"{metadata.name}-wal"))
        self._kept: OrderedDict[Key, pa.Table] = OrderedDict()
        self._bytes = 0
        self._of: Version | None = None
        self._lock = threading.Lock()

    def version(self) -> Version | None:
        """What stays the same as long as nothing is written; None where that cannot be known."""
        if self._snapshot is not None:
            return self._snapshot
        return tuple(_look(file) for file in self._files) or None

    def get(self, key: Key, version: Version) -> pa.Table | None:
        """The answer of this version, if it is kept."""
        with self._lock:
            if self._of != version:
                self._forget(version)
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Key, version: Version, answer: pa.Table) -> None:
        """Keep an answer that was asked for when the lake was at `version`."""
        if answer.nbytes > MOST_BYTES_EACH:
            return
        with self._lock:
            if self._of != version or key in self._kept:
                return
            self._kept[key] = answer
            self._bytes += answer.nbytes
            while self._bytes > MOST_BYTES:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes

    def _forget(self, version: Version) -> None:
        self._kept.clear()
        self._bytes, self._of = 0, version


def question(sql: str, parameters: Sequence[Any] | dict[str, Any] | None) -> Key | None:
    """What a statement and its parameters are kept under; None for what may answer differently on the same lake."""
    if "lake." not in sql or _VOLATILE.search(sql):
        return None
    pairs = list(parameters.items()) if isinstance(parameters, dict) else list(enumerate(parameters or []))
    said = [(name, value, type(value).__name__) for name, value in pairs]
    if not all(_is_plain(value) for _, value, _ in said):
        return None
    return sql, repr(said)


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return len(value) <= MOST_VALUES and all(_is_plain(item) for item in value)
    return value is None or isinstance(value, str | bool | int | float | date)


def _look(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)
