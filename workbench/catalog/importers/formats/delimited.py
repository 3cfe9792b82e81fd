"""CSV and its kin: comma, semicolon or tab, plain or gzip, decimal points or commas; read twice, never held whole.

Text stays text: "NA" is a gene symbol until a number is asked for, and nothing is guessed.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv

from workbench.catalog.importers.formats.table import (
    HEAD_ROWS,
    MAX_COLUMNS,
    Block,
    Table,
    block_rows,
    categories,
    check_names,
    matrix,
    refuse_width,
)  # fmt: skip
from workbench.errors import InputError

BLOCK = 16 << 20
MAX_LINE = 8 << 20
MAX_BYTES = 64 << 30
BOMB_BYTES, BOMB_RATIO = 256 << 20, 200
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_ROW = re.compile(r"Row #(\d+): (.*)", re.DOTALL)
_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")


class Delimited(Table):
    """A text table. Raises InputError naming the row for whatever cannot be read.

    Refused are more than 20,000 columns, repeated or empty column names (a first one without a name is an index), rows
    of another length than the header, text that is not UTF-8, truncated files and those that unpack without end.
    """

    measured: list[str] | None = None

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        self._head: pd.DataFrame | None = None
        self._packed = is_gzip(path)
        self._quoted = check_text(path, self._packed)
        lines = self._first_lines()
        self._skip = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), 0)
        declared = re.fullmatch(r"sep=(.)\s*", lines[self._skip]) if lines else None
        self._skip += bool(declared)
        header = lines[self._skip] if self._skip < len(lines) else ""
        self._delimiter = declared[1] if declared else _delimiter(header)
        body = lines[self._skip + 1 :]
        self.columns = self._names(header, body)
        self._comma = self._delimiter != "," and _decimal_commas(body, self._delimiter)
        self._has_rows = any(line.strip() for line in body)
        self.form = "CSV, " + DELIMITERS.get(self._delimiter, self._delimiter) + (", gzip" if self._packed else "")
        self.form += ", decimal commas" if self._comma else ""

    def head(self) -> pd.DataFrame:
        """The first rows of all columns as text."""
        if self._head is None:
            self._head = self._read_head()
        return self._head

    def _read_head(self) -> pd.DataFrame:
        first = next(iter(self._stream(self.columns)), None)
        empty = pa.table({name: pa.array([], pa.string()) for name in self.columns})
        return (empty if first is None else first.slice(0, HEAD_ROWS)).to_pandas()

    def texts(self, names: list[str]) -> pd.DataFrame:
        """Columns of all rows as categories of text."""
        if not names:
            return self.texts(self.columns[:1])[[]]
        empty = pa.table({name: pa.array([], pa.string()) for name in names})
        batches = list(self._stream(names))
        return categories(pa.Table.from_batches(batches) if batches else empty)

    def blocks(self, names: list[str]) -> Iterator[Block]:
        """Columns as numbers, block by block."""
        start = 0
        for batch in self._stream(names):
            for offset in range(0, batch.num_rows, block_rows(len(names))):
                part = batch.slice(offset, block_rows(len(names)))
                yield matrix(part, names, start, comma=self._comma)
                start += part.num_rows

    def _stream(self, names: list[str]) -> Iterator[pa.RecordBatch]:
        if not self._has_rows:
            return
        try:
            with pa.input_stream(self.path, compression="gzip" if self._packed else None) as source:
                yield from pacsv.open_csv(
                    source,
                    read_options=pacsv.ReadOptions(
                        use_threads=False, block_size=BLOCK, column_names=self.columns, skip_rows=self._skip + 1
                    ),
                    parse_options=pacsv.ParseOptions(delimiter=self._delimiter, newlines_in_values=self._quoted),
                    convert_options=pacsv.ConvertOptions(
                        column_types=dict.fromkeys(names, pa.string()), include_columns=names, strings_can_be_null=False
                    ),
                )
        except pa.ArrowInvalid as error:
            found = _ROW.search(str(error))
            where = f"row {found[1]} (the header is row 1): {found[2][:200]}" if found else str(error)[:200]
            raise InputError(f"{self.path.name} is not a readable table: {where}.", where=str(self.path)) from error

    def _first_lines(self) -> list[str]:
        with open_text(self.path, self._packed) as handle:
            lines: list[str] = []
            while len(lines) < HEAD_ROWS and (line := handle.readline(MAX_LINE + 1)):
                if len(line) > MAX_LINE:
                    n_columns = line.count(b",") + 1
                    if n_columns > MAX_COLUMNS:
                        refuse_width(n_columns, self.path)
                    raise InputError(
                        f"row {len(lines) + 1} of {self.path.name} is longer than {MAX_LINE >> 20} MB; this is no table.",
                        where=str(self.path),
                    )
                lines.append(line.decode("utf-8-sig" if not lines else "utf-8").rstrip("\r\n"))
        return lines

    def _names(self, header: str, body: list[str]) -> list[str]:
        if header.count(self._delimiter) >= MAX_COLUMNS:  # before parsing: such a line alone can be many megabytes
            refuse_width(header.count(self._delimiter) + 1, self.path)
        try:
            names = next(csv.reader([header], delimiter=self._delimiter), [])
            rows = list(csv.reader([line for line in body[:5] if line.strip()], delimiter=self._delimiter))
        except csv.Error as error:
            raise InputError(f"{self.path.name} is not a readable table: {error}.", where=str(self.path)) from error
        if len(rows) > 1 and all(len(row) == len(names) + 1 for row in rows) and len(names) > 1:
            names = ["Unnamed: 0", *names]  # as R writes row names
        elif names and not names[0].strip() and len(names) > 1:
            names[0] = "Unnamed: 0"  # as pandas writes its index
        check_names(names, self.path)
        return names


def is_gzip(path: Path) -> bool:
    """Whether a file is gzip. Raises InputError for one that is only called so."""
    with path.open("rb") as handle:
        magic = handle.read(2)
    if path.suffix == ".gz" and magic != b"\x1f\x8b":
        raise InputError(f"{path.name} cannot be unpacked: it is no gzip file.", where=str(path))
    return magic == b"\x1f\x8b"


def open_text(path: Path, packed: bool) -> BinaryIO:
    """The bytes of a text, unpacked."""
    return gzip.open(path) if packed else path.open("rb")


def check_text(path: Path, packed: bool) -> bool:
    """Whether the text has quotes; raises InputError when it is empty, cut, unending, not UTF-8 or a quote stays open."""
    decoder, size, lines, quotes, blank = codecs.getincrementaldecoder("utf-8")(), 0, 0, 0, True
    packed_size = max(path.stat().st_size, 1)
    try:
        with open_text(path, packed) as handle:
            while chunk := handle.read(4 << 20):
                size += len(chunk)
                _check_size(size, packed_size, path)
                decoder.decode(chunk)
                lines += chunk.count(b"\n")
                quotes += chunk.count(b'"')
                blank = blank and not chunk.strip()
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        data = error.object
        line = lines + data.count(b"\n", 0, error.start) + 1
        shown = data[max(0, error.start - 20) : error.start + 5].decode("latin-1")
        raise InputError(
            f"{path.name} is not UTF-8: row {line} (the header is row 1) near {shown!r}.",
            where=str(path),
            hint="Save it as 'CSV UTF-8'.",
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path.name} cannot be unpacked: {error}.", where=str(path)) from error
    if blank:
        raise InputError(f"{path.name} is empty.", where=str(path))
    if quotes % 2:
        raise InputError(
            f"{path.name} has a quotation mark that is never closed.", where=str(path), hint="Close or remove it."
        )
    return quotes > 0


def _check_size(size: int, packed_size: int, path: Path) -> None:
    if size > MAX_BYTES:
        raise InputError(
            f"{path.name} holds more than {MAX_BYTES >> 20:,} MB of text.", where=str(path), hint="Split it by plate."
        )
    if size > BOMB_BYTES and size > BOMB_RATIO * packed_size:
        raise InputError(
            f"{path.name} unpacks to more than {BOMB_RATIO} times its size and more than {BOMB_BYTES >> 20} MB; "
            "no table of measurements does.",
            where=str(path),
        )


def _delimiter(header: str) -> str:
    """The separator that is most often in the header, outside of quotes; a comma when there is none."""
    bare = re.sub(r'"[^"]*"', "", header[: 1 << 20])
    return max(DELIMITERS, key=lambda item: (bare.count(item), item == ","))


def _decimal_commas(lines: list[str], delimiter: str) -> bool:
    """Whether numbers are written 1,5: cells look so, and none as 1.5."""
    cells = [cell.strip().strip('"') for line in lines[:50] for cell in line.split(delimiter)[:500]]
    points = sum(bool(re.fullmatch(r"[+-]?\d*\.\d+([eE][+-]?\d+)?", cell)) for cell in cells)
    return sum(bool(_COMMA.fullmatch(cell)) for cell in cells) > points
