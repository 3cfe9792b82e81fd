"""A table of somebody's file, read in blocks: text columns at once, measured columns a block of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import InputError

MAX_COLUMNS = 20_000
BLOCK_VALUES = 4 << 20
HEAD_ROWS = 200
EMPTY = ("", "na", "nan", "null", "none", "n/a", "#n/a", "-nan", "<na>")


@dataclass
class Block:
    """Rows `start` and following: values float32 [n_rows, n_columns], NaN where empty; other text as (row, column, text)."""

    start: int
    values: np.ndarray
    wrong: list[tuple[int, str, str]] = field(default_factory=list)


class Table(Protocol):
    """What every format gives. `measured` names the features where the format says which they are, else it is None."""

    path: Path
    form: str
    columns: list[str]
    measured: list[str] | None
    notes: list[str]

    def head(self) -> pd.DataFrame:
        """The first rows of all columns that are not `measured`, as text."""

    def texts(self, names: list[str]) -> pd.DataFrame:
        """Columns of all rows as categories of text, "" where empty."""

    def blocks(self, names: list[str]) -> Iterator[Block]:
        """Columns as numbers, block by block."""

    def place(self, row: int) -> tuple[str, int]:
        """File and number of a row, the first of a file being 1."""
        return self.path.name, row + 1


def text_of(table: Table, name: str | None) -> list[str]:
    """One column of all rows as text, "" where it is empty or there is no such column."""
    if name is None:
        return [""] * len(table.texts([]))
    return table.texts([name])[name].astype(str).tolist()


def number_of(table: Table, name: str | None, default: float = float("nan")) -> np.ndarray:
    """One column of all rows as float64 [n_rows], NaN where it holds no number; `default` without such a column."""
    if name is None:
        return np.full(len(table.texts([])), default)
    return numbers(pa.array(text_of(table, name), pa.string()))[0]


def block_rows(n_columns: int) -> int:
    """How many rows of so many columns make a block of about 16 MB."""
    return int(min(16_384, max(64, BLOCK_VALUES // max(n_columns, 1))))


def categories(table: pa.Table) -> pd.DataFrame:
    """Text of a table as categories, "" where it is empty. Raises InputError for bytes that are no text."""
    columns = {}
    for name in table.column_names:
        column = table.column(name)
        try:
            if pa.types.is_dictionary(column.type):
                column = column.cast(column.type.value_type)
            text = pc.fill_null(column.cast(pa.string()), "")
        except pa.ArrowException as error:
            raise InputError(f"the column {name!r} cannot be read as text: {str(error)[:150]}.") from error
        columns[name] = text.dictionary_encode().combine_chunks().to_pandas() if len(text) else pd.Categorical([])
    return pd.DataFrame(columns)


def matrix(batch: pa.RecordBatch | pa.Table, names: list[str], start: int, *, comma: bool = False) -> Block:
    """Columns of a batch as a block; `comma` when numbers are written with a decimal comma."""
    rows = np.empty((len(names), batch.num_rows), dtype=np.float32)
    wrong: list[tuple[int, str, str]] = []
    for i, name in enumerate(names):
        with np.errstate(over="ignore"):
            rows[i], places = numbers(batch.column(name), comma=comma)
        wrong += [(start + row, name, text) for row, text in places]
    return Block(start, np.ascontiguousarray(rows.T), wrong)


def numbers(column: pa.Array | pa.ChunkedArray, *, comma: bool = False) -> tuple[np.ndarray, list[tuple[int, str]]]:
    """A column as float64 [n_rows], NaN where empty; and the places of other text: row, text."""
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type) or pa.types.is_boolean(column.type):
        return column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), []
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    if comma:
        text = pc.replace_substring(text, ",", ".")
    try:
        return text.cast(pa.float64()).to_numpy(zero_copy_only=False), []
    except pa.ArrowInvalid:
        empty = pc.is_in(pc.utf8_lower(text), pa.array(EMPTY))
        text = pc.if_else(empty, pa.scalar(None, pa.string()), text)
    try:
        return text.cast(pa.float64()).to_numpy(zero_copy_only=False), []
    except pa.ArrowInvalid:
        found = [_number(value) for value in text.to_pylist()]
        values = np.array([np.nan if value is None else value for value in found])
        shown = column.cast(pa.string()).to_pylist()
        known = text.to_pylist()
        return values, [(i, shown[i]) for i, value in enumerate(found) if value is None and known[i] is not None]


def check_names(names: list[str], path: Path) -> None:
    """Raise InputError for too many columns, one without a name, and a name that is there twice."""
    if len(names) > MAX_COLUMNS:
        refuse_width(len(names), path)
    if any(not name.strip() for name in names):
        raise InputError(f"column {[bool(n.strip()) for n in names].index(False) + 1} of {path.name} has no name.")
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"the column {name!r} is twice in {path.name}.", where=str(path), hint="Rename one.")
        seen.add(name)


def refuse_width(n_columns: int, path: Path) -> None:
    """Raise InputError for a file of too many columns."""
    raise InputError(
        f"{path.name} has {n_columns:,} columns; at most {MAX_COLUMNS:,} are read.",
        where=str(path),
        hint="Select features first, or transpose the file when its rows are the features.",
    )


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
