"""The measured columns of a table, read once block by block: what is wrong with them, and a copy on disk to write from."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from workbench.catalog.importers.formats.table import Block, Table, block_rows
from workbench.errors import InputError, StorageError

LEAST_BAD, BAD_SHARE = 2, 0.05
MAX_PLACES = 20_000_000
NOT_A_NUMBER, TEXT, NOT_FINITE = "the profile is not a number", "this is not a number", "the value is not finite"


class Spool:
    """Rows of float32 [n_rows, n_columns] in a file without a name, gone with the process."""

    def __init__(self, folder: Path, n_columns: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - lives as long as the spool
        self._folder, self.n_columns, self.n_rows = folder, n_columns, 0

    def append(self, values: np.ndarray) -> None:
        """Write rows [n, n_columns]. Raises StorageError when the disk is full."""
        try:
            self._file.write(memoryview(np.ascontiguousarray(values, dtype=np.float32)).cast("B"))
            self._file.flush()
        except OSError as error:
            free = shutil.disk_usage(self._folder).free / 1e6
            raise StorageError(
                f"no space left while reading ({error.strerror}).", where=str(self._folder),
                hint=f"{free:,.0f} MB are free there: make room, then repeat; nothing was written.",
            ) from error  # fmt: skip
        self.n_rows += len(values)

    def blocks(self) -> Iterator[tuple[int, np.ndarray]]:
        """All rows in order: first row, values."""
        n_rows = block_rows(self.n_columns)
        for start in range(0, self.n_rows, n_rows):
            yield start, self._rows_at(start, min(n_rows, self.n_rows - start))

    def rows(self, indices: np.ndarray) -> np.ndarray:
        """Chosen rows [n, n_columns]; each is read by itself, so that memory holds no more than these."""
        found = np.empty((len(indices), self.n_columns), dtype=np.float32)
        for i, row in enumerate(indices):
            found[i] = self._rows_at(int(row), 1)[0]
        return found

    def _rows_at(self, start: int, n: int) -> np.ndarray:
        width = self.n_columns * 4
        data = os.pread(self._file.fileno(), n * width, start * width)
        return np.frombuffer(data, dtype=np.float32).reshape(n, self.n_columns)


@dataclass
class Measured:
    """Features that can be used, rows that cannot with (column, value, reason), and the copy on disk if one was asked for."""

    features: list[str]
    used: np.ndarray
    n_rows: int
    refused: dict[int, tuple[str, str, str]]
    constant: list[str]
    facts: dict[str, str]
    notes: list[str]
    spool: Spool | None
    lowest: float = float("nan")
    highest: float = float("nan")
    whole: bool = False  # every value is a whole number


@dataclass
class _Seen:
    """What the blocks so far hold that is no number."""

    low: np.ndarray
    high: np.ndarray
    n_bad: np.ndarray
    hopeless: np.ndarray
    n_nan: int = 0
    n_infinite: int = 0
    first: dict[str, tuple[int, int]] = field(default_factory=dict)
    rows: list[np.ndarray] = field(default_factory=list)
    columns: list[np.ndarray] = field(default_factory=list)
    infinite: set[tuple[int, int]] = field(default_factory=set)
    texts: dict[tuple[int, str], str] = field(default_factory=dict)
    whole: bool = True


def measure(table: Table, features: list[str], folder: Path | None) -> Measured:
    """Look at all values once. With a folder, a copy is kept there to write from.

    A feature that is no number in more than 5 % of the wells (and more than two) is left out; a well with a bad value in
    one of the others is refused. Raises InputError when no feature is left.
    """
    n = len(features)
    spool = None if folder is None else Spool(folder, n)
    seen = _Seen(
        np.full(n, np.inf, np.float32), np.full(n, -np.inf, np.float32), np.zeros(n, np.int64), np.zeros(n, bool)
    )
    n_rows = 0
    for block in table.blocks(features):
        n_rows = block.start + len(block.values)
        _look(seen, block, n_rows)
        if spool is not None:
            spool.append(block.values)
    limit = max(LEAST_BAD, BAD_SHARE * n_rows)
    used = (seen.n_bad <= limit) & ~seen.hopeless
    if not used.any():
        raise InputError(
            f"no column of {table.path.name} holds numbers: {', '.join(features[:5])} are not measured in most rows.",
            where=str(table.path),
        )
    constant = [features[i] for i in np.flatnonzero(used & (seen.low == seen.high) & (n_rows > 1))]
    return Measured(
        [features[i] for i in np.flatnonzero(used)], np.flatnonzero(used), n_rows, _refused(seen, used, features),
        constant, _facts(seen, features, table), _notes(seen, used, features, limit, n_rows), spool,
        float(seen.low[used].min()), float(seen.high[used].max()), seen.whole and n_rows > 0,
    )  # fmt: skip


def _look(seen: _Seen, block: Block, n_rows: int) -> None:
    values = block.values
    if not len(values):
        return
    finite = np.isfinite(values)
    seen.whole = seen.whole and bool(np.equal(values, np.rint(values), where=finite, out=~finite).all())
    if finite.all():
        np.minimum(seen.low, values.min(axis=0), out=seen.low)
        np.maximum(seen.high, values.max(axis=0), out=seen.high)
        return
    np.minimum(seen.low, np.where(finite, values, np.inf).min(axis=0), out=seen.low)
    np.maximum(seen.high, np.where(finite, values, -np.inf).max(axis=0), out=seen.high)
    rows, columns = np.nonzero(~finite)
    seen.n_bad += np.bincount(columns, minlength=values.shape[1])
    infinite = np.isinf(values[rows, columns])
    seen.n_infinite += int(infinite.sum())
    seen.n_nan += int((~infinite).sum())
    for word, which in (("NaN or empty", ~infinite), ("infinite", infinite)):
        if which.any() and word not in seen.first:
            i = int(np.flatnonzero(which)[0])
            seen.first[word] = (block.start + int(rows[i]), int(columns[i]))
    if len(seen.infinite) < 100_000:
        seen.infinite.update(zip((block.start + rows[infinite]).tolist(), columns[infinite].tolist(), strict=True))
    if len(seen.texts) < 100_000:
        seen.texts.update(((row, name), text) for row, name, text in block.wrong)
    hopeful = ~seen.hopeless[columns]
    seen.rows.append((block.start + rows[hopeful]).astype(np.int32))
    seen.columns.append(columns[hopeful].astype(np.int32))
    if sum(map(len, seen.rows)) > MAX_PLACES:
        seen.hopeless |= seen.n_bad > max(LEAST_BAD, BAD_SHARE * n_rows)
        keep = [~seen.hopeless[part] for part in seen.columns]
        seen.rows = [part[mask] for part, mask in zip(seen.rows, keep, strict=True)]
        seen.columns = [part[mask] for part, mask in zip(seen.columns, keep, strict=True)]


def _refused(seen: _Seen, used: np.ndarray, features: list[str]) -> dict[int, tuple[str, str, str]]:
    if not seen.rows:
        return {}
    rows, columns = np.concatenate(seen.rows), np.concatenate(seen.columns)
    kept = used[columns]
    rows, first = np.unique(rows[kept], return_index=True)
    found = {}
    for row, column in zip(rows.tolist(), columns[kept][first].tolist(), strict=True):
        name = features[column]
        if (row, name) in seen.texts:
            found[row] = (name, seen.texts[row, name], TEXT)
        elif (row, column) in seen.infinite:
            found[row] = (name, "inf", NOT_FINITE)
        else:
            found[row] = (name, "nan", NOT_A_NUMBER)
    return found


def _facts(seen: _Seen, features: list[str], table: Table) -> dict[str, str]:
    counts = {"NaN or empty": seen.n_nan, "infinite": seen.n_infinite}
    parts = []
    for word, (row, column) in seen.first.items():
        file, number = table.place(row)
        parts.append(f"{counts[word]:,} {word} (first: {file}, row {number}, {features[column]})")
    return {"values that are no number": "; ".join(parts) or "none"}


def _notes(seen: _Seen, used: np.ndarray, features: list[str], limit: float, n_rows: int) -> list[str]:
    left = np.flatnonzero(~used)
    if not len(left):
        return []
    texts = {name for _, name in seen.texts}
    textual = [features[i] for i in left if features[i] in texts and seen.n_bad[i] >= n_rows]
    holed = [features[i] for i in left if features[i] not in set(textual)]
    notes = [f"left out, for they hold no numbers: {_some(textual)}"] if textual else []
    if holed:
        notes.append(
            f"{len(holed):,} features are left out, for they are no number in more than {limit:,.0f} wells: {_some(holed)}"
        )
    return notes


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
