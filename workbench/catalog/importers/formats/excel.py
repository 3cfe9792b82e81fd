"""Excel workbooks as rows of cells; formulas, bombs and what is no workbook are refused."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from workbench.catalog.importers.formats.table import MAX_COLUMNS, refuse_width
from workbench.errors import InputError

MAX_BYTES, MAX_RATIO = 512 << 20, 200
MAX_CELLS = 20_000_000
MAX_PARTS = 5_000
# what openpyxl raises for damaged workbooks, by experience
DAMAGED = (
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    OSError,
    TypeError,
    AttributeError,
    IndexError,
    ParseError,
    EOFError,
)


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet: cells as they are (text, numbers, None), row by row from the first."""

    name: str
    rows: list[tuple[Any, ...]]


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets that hold something. Raises InputError naming the cell of a formula, a sheet too wide, or the damage."""
    import openpyxl

    _check_zip(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
        try:
            sheets = [_read(sheet, path) for sheet in book.worksheets]
        finally:
            book.close()
    except DAMAGED as error:
        first = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise InputError(f"{path.name} cannot be read as an Excel workbook: {first}", where=str(path)) from error
    return [sheet for sheet in sheets if sheet.rows]


def _read(sheet: Any, path: Path) -> Sheet:
    sheet.reset_dimensions()  # what a file says of its own size is not to be trusted
    rows: list[tuple[Any, ...]] = []
    n_cells = 0
    for i, row in enumerate(sheet.iter_rows(), start=1):
        if len(row) > MAX_COLUMNS:
            refuse_width(len(row), path)
        n_cells += len(row)
        if n_cells > MAX_CELLS:
            raise InputError(f"{path.name} has more than {MAX_CELLS:,} cells.", where=str(path), hint="Write Parquet.")
        for cell in row:
            if cell.data_type == "f":
                raise InputError(
                    f"cell {cell.coordinate} of sheet {sheet.title!r} in {path.name} is a formula.", where=str(path),
                    hint="Copy the cells and paste them as values: formulas are never computed here.",
                )  # fmt: skip
        values = tuple(cell.value for cell in row)
        rows.extend([()] * max(0, min(i - 1 - len(rows), 1000)))
        rows.append(values)
    while rows and not any(value not in (None, "") for value in rows[-1]):
        rows.pop()
    return Sheet(sheet.title, rows)


def _check_zip(path: Path) -> None:
    """A workbook is a zip: refuse one that would unpack without end before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise InputError(f"{path.name} cannot be read as an Excel workbook: {error}", where=str(path)) from error
    size = sum(part.file_size for part in parts)
    packed = max(path.stat().st_size, 1)
    if len(parts) > MAX_PARTS or size > MAX_BYTES or (size > 32 << 20 and size > MAX_RATIO * packed):
        raise InputError(
            f"{path.name} unpacks to {size >> 20:,} MB in {len(parts):,} parts, {size // packed:,} times its size; no table of "
            "results does.",
            where=str(path), hint="Write CSV or Parquet.",
        )  # fmt: skip
