"""Grids of plate readers: found by their shape (row letters down, column numbers across), several a file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

SHAPES = {(8, 12): 96, (16, 24): 384, (32, 48): 1536}
HEADER_LINES = 40
WIDTHS = sorted((columns for _, columns in SHAPES), reverse=True)


@dataclass(frozen=True, eq=False)
class Grid:
    """One grid: values [n_rows, n_columns], NaN where there is no number; wrong: (row, column, text) counted from 0.

    place: sheet and row of its column numbers, the first row of a file being 1; above: what was written between the grid
    before and this one; label: the last line of that.
    """

    n_wells: int
    place: str
    row: int
    label: str
    above: tuple[str, ...]
    values: np.ndarray
    wrong: list[tuple[int, int, str]] = field(default_factory=list)


def find_grids(rows: Sequence[Sequence[str]], sheet: str = "") -> tuple[list[Grid], list[str]]:
    """All grids among rows of cells, and notes on what begins like a grid but is cut short."""
    grids: list[Grid] = []
    notes: list[str] = []
    i = end = 0
    while i < len(rows):
        start = _column_numbers(rows[i])
        if start is None:
            i += 1
            continue
        left, n_columns = start
        n_rows = next(shape[0] for shape in SHAPES if shape[1] == n_columns)
        lettered = _lettered(rows, i + 1, left, n_rows)
        if lettered < n_rows:
            if lettered:
                place = f"{sheet} row {i + 1}".strip()
                notes.append(
                    f"{place}: column numbers 1 to {n_columns} with {lettered} of {n_rows} row letters: left out"
                )
            i += 1
            continue
        above = tuple(
            line
            for line in (" ".join(cell for cell in row if cell) for row in rows[max(end, i - HEADER_LINES) : i])
            if line
        )
        values, wrong = _values(rows[i + 1 : i + 1 + n_rows], left + 1, n_columns)
        place = f"{sheet} row {i + 1}".strip()
        label = above[-1] if above else rows[i][left] if left >= 0 else ""
        grids.append(Grid(SHAPES[n_rows, n_columns], place, i + 1, label[:120], above, values, wrong))
        i = end = i + 1 + n_rows
    return grids, notes


def _column_numbers(row: Sequence[str]) -> tuple[int, int] | None:
    """Where the row letters stand and how many columns, when a row counts 1 to 12, 24 or 48."""
    for first, cell in enumerate(row):
        if _whole(cell) != 1:
            continue
        n = 1
        while first + n < len(row) and _whole(row[first + n]) == n + 1:
            n += 1
        width = next((width for width in WIDTHS if n == width), None)
        if width is not None and first > 0:
            return first - 1, width
    return None


def _whole(cell: str) -> int | None:
    text = cell.removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else None


def _lettered(rows: Sequence[Sequence[str]], start: int, left: int, n_rows: int) -> int:
    """How many rows from `start` carry the letters A, B … in the column `left`."""
    for k in range(n_rows):
        row = rows[start + k] if start + k < len(rows) else ()
        if left >= len(row) or row[left].upper() != _letters(k):
            return k
    return n_rows


def _letters(k: int) -> str:
    return chr(65 + k) if k < 26 else "A" + chr(65 + k - 26)


def _values(rows: Sequence[Sequence[str]], first: int, n_columns: int) -> tuple[np.ndarray, list[tuple[int, int, str]]]:
    values = np.full((len(rows), n_columns), np.nan)
    wrong = []
    for i, row in enumerate(rows):
        for j, cell in enumerate(row[first : first + n_columns]):
            if not cell or cell in ("-", "NA", "NaN", "nan", "#N/A"):
                continue
            try:
                number = float(cell)
            except ValueError:
                number = math.nan
            if math.isfinite(number):
                values[i, j] = number
            else:
                wrong.append((i, j, cell[:80]))
    return values, wrong
