"""Names of wells: A01 to AF48, however people write them; row and column counted from 0."""

from __future__ import annotations

import re
from typing import Literal

from workbench.errors import InputError
from workbench.nouns.experiment import PLATE_SHAPES

_WRITTEN = re.compile(r"([A-Z]{1,2})0*([1-9][0-9]{0,2})")
Reading = Literal["name", "number"]


def well_name(row: int, column: int) -> str:
    """Name of a well counted from 0: (0, 0) is A01, (26, 0) is AA01."""
    letters = chr(65 + row) if row < 26 else chr(64 + row // 26) + chr(65 + row % 26)
    return f"{letters}{column + 1:02d}"


def parse_well(text: str, n_wells: int | None = None) -> tuple[int, int]:
    """Row and column of a well written as A1, a01 or A-1; a bare number counts 1..n by row where n_wells is given.

    Raises InputError for what is no well, and for a place that a plate of n_wells does not have.
    """
    cleaned = text.strip().upper().replace("-", "").replace(" ", "")
    found = _WRITTEN.fullmatch(cleaned)
    if found:
        row = 0
        for letter in found[1]:
            row = row * 26 + ord(letter) - 64
        place = row - 1, int(found[2]) - 1
    elif n_wells is not None and cleaned.isascii() and cleaned.isdigit() and 1 <= int(cleaned[:6]) <= n_wells:
        place = divmod(int(cleaned) - 1, PLATE_SHAPES[n_wells][1])
    else:
        raise InputError(f"{text[:40]!r} is not a well like A01.")
    if n_wells is not None:
        rows, columns = PLATE_SHAPES[n_wells]
        if place[0] >= rows or place[1] >= columns:
            raise InputError(f"there is no well {text[:40]!r} on a plate of {n_wells}; is this another plate format?")
    return place


def all_wells(n_wells: int) -> list[str]:
    """Every well of a plate, row by row."""
    rows, columns = PLATE_SHAPES[n_wells]
    return [well_name(row, column) for row in range(rows) for column in range(columns)]


def on_edge(row: int, column: int, n_wells: int) -> bool:
    """Whether a well lies on the outer ring."""
    rows, columns = PLATE_SHAPES[n_wells]
    return row in (0, rows - 1) or column in (0, columns - 1)
