"""Files of results: CSV and its kin, Excel, Parquet, AnnData, GCT as one table of wells; plate-reader files as grids."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from workbench.catalog.importers.columns import ROLES, first_of
from workbench.catalog.importers.formats import open_table
from workbench.catalog.importers.formats.delimited import is_gzip, open_text
from workbench.catalog.importers.formats.plate_grid import Grid, find_grids
from workbench.catalog.importers.formats.table import Table, check_names, number_of
from workbench.errors import InputError

SUFFIXES = (".csv", ".tsv", ".txt", ".gz", ".xlsx", ".xlsm", ".parquet", ".h5ad", ".gct", ".gctx")
HEAD_BYTES = 256 << 10
GRID_BYTES = 64 << 20
KEEP_OTHERS = 200


@dataclass(frozen=True, eq=False)
class ResultTable:
    """Wells with readouts: plates (None where the file names none), wells, row_numbers [n]; values [n, n_readouts].

    readouts: those of the experiment that the file has; others: columns that are neither; wrong: (row, readout, text) of
    cells that hold something else than a number, rows counted from 0; whole_plates: a reader gave every well of its plates,
    whether it holds anything or not.
    """

    form: str
    plates: np.ndarray | None
    wells: np.ndarray
    row_numbers: np.ndarray
    readouts: tuple[str, ...]
    values: np.ndarray
    others: tuple[str, ...] = ()
    wrong: list[tuple[int, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    whole_plates: bool = False


@dataclass(frozen=True, eq=False)
class FoundGrids:
    """Plate-reader grids of a file, and notes on what was left out."""

    form: str
    grids: list[Grid]
    notes: list[str] = field(default_factory=list)


def read_result_file(path: Path, readouts: Sequence[str]) -> ResultTable | FoundGrids:
    """What a result file holds for these readouts. Raises InputError that names the file and what is wrong with it."""
    with path.open("rb") as handle:
        magic = handle.read(8)
    if magic[:4] == b"PK\x03\x04" and path.suffix.lower() in (".xlsx", ".xlsm"):
        return _excel(path, readouts)
    if (
        magic[:4] != b"PAR1"
        and magic != b"\x89HDF\r\n\x1a\n"
        and path.suffix.lower() not in (".parquet", ".gct", ".h5ad")
    ):
        found = _text_grids(path)
        if found is not None:
            return found
    return _table(open_table(path), readouts)


def names_in(found: ResultTable | FoundGrids) -> list[str]:
    """What a result file may call plates, each once, in its order: plate column, or words above grids and of their sheets."""
    if isinstance(found, ResultTable):
        return list(dict.fromkeys(str(name) for name in (() if found.plates is None else found.plates)))
    said = (words for grid in found.grids for words in (*grid.above, grid.place))
    return list(dict.fromkeys(part for words in said for part in (words, *re.split(r"[\s,;:'\"]+", words)) if part))


def _table(table: Table, readouts: Sequence[str]) -> ResultTable:
    measured = table.measured or []
    facts = [name for name in table.columns if name not in set(measured)]
    plate, well = _keys(facts, table.path)
    known = set(table.columns)
    wanted = [name for name in readouts if name in known]
    texts = table.texts([name for name in (plate, well) if name])
    if not len(texts):
        raise InputError(f"{table.path.name} holds no row.", where=str(table.path))
    in_matrix = [name for name in wanted if not measured or name in set(measured)]
    blocks = list(table.blocks(in_matrix)) if in_matrix else []
    values = np.concatenate([block.values for block in blocks]) if blocks else np.zeros((len(texts), 0), np.float32)
    if len(in_matrix) < len(wanted):  # an AnnData file may keep a readout in obs
        beside = [name for name in wanted if name not in set(in_matrix)]
        values = np.column_stack([values, *(number_of(table, name) for name in beside)]).astype(np.float32)
        wanted = in_matrix + beside
    others = tuple(name for name in facts if name not in (plate, well) and name not in set(wanted))
    return ResultTable(
        table.form, None if plate is None else _texts(texts[plate]), _texts(texts[well]),
        np.arange(len(texts)) + (1 if measured else 2), tuple(wanted), values, others,
        [item for block in blocks for item in block.wrong], list(table.notes),
    )  # fmt: skip


def _texts(column: Any) -> np.ndarray:
    """A categorical column of text as objects, stripped [n]."""
    names = np.array([str(name).strip() for name in column.cat.categories], dtype=object)
    return names[column.cat.codes.to_numpy()] if len(names) else np.zeros(0, dtype=object)


def _keys(columns: Iterable[str], path: Path) -> tuple[str | None, str]:
    """The columns of plate and well, however they are written. Raises InputError without a well column."""
    names = list(columns)
    plate = "plate_barcode" if "plate_barcode" in names else first_of(names, ROLES["plate"])
    well = "well" if "well" in names else first_of((name for name in names if name != plate), ROLES["well"])
    if well is None:
        shown = ", ".join(names[:6]) or "none"
        raise InputError(
            f"{path.name} lacks the column {'well' if plate else 'plate_barcode and well'}; it has {shown} …",
            where=str(path), hint="Export the plate map: results need its plate_barcode and well columns. Grids of a plate "
            "reader need row letters and column numbers.",
        )  # fmt: skip
    return plate, well


def _text_grids(path: Path) -> FoundGrids | None:
    """Grids of a text file; None where it is a table of wells or holds no grid."""
    try:
        with open_text(path, is_gzip(path)) as handle:
            head = handle.read(HEAD_BYTES)
            if _is_table(head.split(b"\n", 1)[0]):
                return None
            content = head + handle.read(GRID_BYTES - len(head))
    except (OSError, EOFError, ValueError):
        return None  # the reader of tables says what is wrong with it
    text, notes = _decoded(content)
    delimiter = max(",;\t", key=text[:HEAD_BYTES].count)
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error:
        return None
    grids, left_out = find_grids(rows)
    if not grids:
        return None
    words = {",": "comma", ";": "semicolon", "\t": "tab"}[delimiter]
    return FoundGrids(f"plate-reader grids, {words}", grids, notes + left_out)


def _is_table(line: bytes) -> bool:
    names = line.decode("utf-8-sig", "replace").replace('"', "").replace("\t", ",").replace(";", ",").split(",")
    return "well" in names or first_of(names, ROLES["well"]) is not None


def _decoded(content: bytes) -> tuple[str, list[str]]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace"), ["the file was read as UTF-16"]
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), ["the file is no UTF-8 and was read as Windows text"]


def _excel(path: Path, readouts: Sequence[str]) -> ResultTable | FoundGrids:
    from workbench.catalog.importers.formats.excel import read_sheets

    sheets = read_sheets(path)
    if not sheets:
        raise InputError(f"{path.name} holds no row.", where=str(path))
    for sheet in sheets:
        header = ["" if value is None else str(value).strip() for value in sheet.rows[0]]
        if first_of([name for name in header if name], ROLES["well"]) is None:
            continue
        notes = [f"sheet {sheet.name!r} of {len(sheets)}"] if len(sheets) > 1 else []
        return _excel_table(path, header, sheet.rows[1:], readouts, notes)
    grids: list[Grid] = []
    notes = []
    for sheet in sheets:
        rows = [["" if value is None else str(value).strip() for value in row] for row in sheet.rows]
        found, left_out = find_grids(rows, sheet.name)
        grids += found
        notes += left_out
    if grids:
        return FoundGrids("plate-reader grids, Excel", grids, notes)
    names = [str(value) for value in sheets[0].rows[0] if value is not None]
    _keys(names, path)
    raise InputError(f"{path.name} holds neither a table of wells nor a plate-reader grid.", where=str(path))


def _excel_table(
    path: Path, header: list[str], rows: list[tuple[Any, ...]], readouts: Sequence[str], notes: list[str]
) -> ResultTable:
    while header and not header[-1]:
        header.pop()
    check_names(header, path)
    plate, well = _keys(header, path)
    place = {name: i for i, name in enumerate(header)}
    filled = [i for i, row in enumerate(rows) if any(value not in (None, "") for value in row)]
    if not filled:
        raise InputError(f"{path.name} holds no row.", where=str(path))
    wanted = [name for name in readouts if name in place]
    values, wrong = np.full((len(filled), len(wanted)), np.nan, dtype=np.float32), []
    for i, number in enumerate(filled):
        row = rows[number]
        for j, name in enumerate(wanted):
            cell = row[place[name]] if place[name] < len(row) else None
            try:
                values[i, j] = float(cell) if cell not in (None, "") else np.nan
            except (TypeError, ValueError):
                wrong.append((i, name, str(cell)[:120]))

    def texts(name: str) -> np.ndarray:
        cells = [rows[i][place[name]] if place[name] < len(rows[i]) else None for i in filled]
        return np.array(["" if c is None else str(c).strip() for c in cells], dtype=object)

    others = tuple(name for name in header if name not in (plate, well) and name not in set(wanted))
    return ResultTable(
        "Excel", None if plate is None else texts(plate), texts(well), np.array(filled) + 2, tuple(wanted), values, others,
        wrong, notes,
    )  # fmt: skip
