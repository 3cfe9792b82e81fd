"""CSV, TSV (plain or gzip) and Parquet as one Arrow table, within limits, with errors that name the place.

Text stays text: "NA" is a gene symbol until a number is asked for, and nothing is guessed.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from workbench.errors import InputError

MAX_COLUMNS = 20_000
MAX_BYTES = 512 << 20
BLOCK = 16 << 20
EMPTY = {"", "na", "nan", "null", "none", "n/a"}
_ROW = re.compile(r"Row #(\d+): (.*)", re.DOTALL)


def read_table(path: Path) -> pa.Table:
    """All columns of a file; those of CSV as text. Raises InputError naming row and column.

    Refused are files of more than 20,000 columns or 512 MB of text, repeated or empty column names, rows of another
    length than the header, text that is not UTF-8 and truncated files.
    """
    if path.suffix == ".parquet":
        return _parquet(path)
    data = _text(path)
    name = path.name.removesuffix(".gz")
    delimiter = "\t" if name.endswith((".tsv", ".txt")) else ","
    header = _header(data, delimiter, path)
    try:
        return pacsv.read_csv(
            io.BytesIO(data),
            read_options=pacsv.ReadOptions(use_threads=False, block_size=BLOCK),
            parse_options=pacsv.ParseOptions(delimiter=delimiter),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        found = _ROW.search(str(error))
        where = f"row {found[1]} (the header is row 1): {found[2][:200]}" if found else str(error)[:200]
        raise InputError(f"{path.name} is not a readable table: {where}.", where=str(path)) from error


def texts(table: pa.Table, column: str | None) -> list[str]:
    """A column as text, "" where it is empty or absent."""
    if column is None:
        return [""] * table.num_rows
    values = table.column(column)
    return ["" if value is None else str(value) for value in values.to_pylist()]


def numbers(table: pa.Table, columns: list[str]) -> tuple[np.ndarray, list[tuple[int, str, str]]]:
    """Columns as numbers [n_rows, n_columns], NaN where empty; and the places of other text: row, column, value."""
    values = np.empty((table.num_rows, len(columns)), dtype=np.float64)
    wrong: list[tuple[int, str, str]] = []
    for i, name in enumerate(columns):
        column = table.column(name)
        try:
            if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
                values[:, i] = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
            else:
                values[:, i] = pc.cast(pc.utf8_trim_whitespace(column.cast(pa.string())), pa.float64()).to_numpy()
        except pa.ArrowInvalid:
            for row, text in enumerate(texts(table, name)):
                values[row, i] = _number(text)
                if np.isnan(values[row, i]) and text.strip().lower() not in EMPTY:
                    wrong.append((row, name, text))
    return values, wrong


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _parquet(path: Path) -> pa.Table:
    try:
        with pq.ParquetFile(path) as file:
            _check_names(file.schema_arrow.names, path)
            size = sum(file.metadata.row_group(i).total_byte_size for i in range(file.metadata.num_row_groups))
            _check_size(size, path)
            return file.read()
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            f"{path.name} is not a readable Parquet file; it may be truncated: {str(error).splitlines()[0][:200]}",
            where=str(path),
            hint="Write or download it again.",
        ) from error


def _text(path: Path) -> bytes:
    """Bytes of the text, unpacked and checked to be UTF-8 with balanced quotes."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as handle:
            data = handle.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path.name} cannot be unpacked: {error}.", where=str(path)) from error
    _check_size(len(data), path)
    if not data.strip():
        raise InputError(f"{path.name} is empty.", where=str(path))
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        shown = data[max(0, error.start - 20) : error.start + 5].decode("latin-1")
        raise InputError(
            f"{path.name} is not UTF-8: row {line} (the header is row 1) near {shown!r}.",
            where=str(path),
            hint="Save it as 'CSV UTF-8'.",
        ) from error
    if data.count(b'"') % 2:
        raise InputError(
            f"{path.name} has a quotation mark that is never closed.", where=str(path), hint="Close or remove it."
        )
    return data


def _header(data: bytes, delimiter: str, path: Path) -> list[str]:
    line = data.split(b"\n", 1)[0].decode("utf-8-sig")
    if line.count(delimiter) >= MAX_COLUMNS:  # before parsing: such a line alone can be many megabytes
        _refuse_width(line.count(delimiter) + 1, path)
    names = next(csv.reader([line], delimiter=delimiter), [])
    _check_names(names, path)
    return names


def _check_names(names: list[str], path: Path) -> None:
    if len(names) > MAX_COLUMNS:
        _refuse_width(len(names), path)
    if any(not name.strip() for name in names):
        raise InputError(f"column {[bool(n.strip()) for n in names].index(False) + 1} of {path.name} has no name.")
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"the column {name!r} is twice in {path.name}.", where=str(path), hint="Rename one.")
        seen.add(name)


def _refuse_width(n_columns: int, path: Path) -> None:
    raise InputError(
        f"{path.name} has {n_columns:,} columns; at most {MAX_COLUMNS:,} are read.",
        where=str(path),
        hint="Select features first, or transpose the file when its rows are the features.",
    )


def _check_size(n_bytes: int, path: Path) -> None:
    if n_bytes > MAX_BYTES:
        raise InputError(
            f"{path.name} holds more than {MAX_BYTES >> 20} MB of data.",
            where=str(path),
            hint="Split it by plate or batch and import the parts under several names.",
        )
