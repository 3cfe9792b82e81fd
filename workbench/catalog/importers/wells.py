"""Where each row of a table stands: batch, plate and well, whatever they are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.catalog.importers.columns import HIDDEN_REASON, first_of, has_hidden_signs, normal_well
from workbench.catalog.importers.roles import Roles

NO_WELL, NO_PLATE = "this is no well (A01 … AF48)", "the plate has no name"
TWICE = "this well of this plate was in the file before"
ROW_NAMES = (
    "obs_index",
    "sample",
    "sample_id",
    "well_id",
    "id",
    "unnamed_0",
    "index",
    "_index_level_0",
    "index_level_0",
)


@dataclass
class Places:
    """Plate, well and batch of each row [n_rows] as text; rows that stand nowhere with (column, value, reason)."""

    plate: np.ndarray
    well: np.ndarray
    batch: np.ndarray
    refused: dict[int, tuple[str, str, str]]
    described: str
    notes: list[str]


def places_of(texts: pd.DataFrame, roles: Roles) -> Places:
    """Read where the rows stand; a plate name that several batches use is told apart by the batch."""
    n, notes, refused = len(texts), [], {}
    batch = _stripped(texts, roles["batch"] or roles["source"])
    plate = _stripped(texts, roles["plate"])
    well, column = _wells(texts, roles, notes)
    if not roles["plate"]:
        plate = batch if roles["batch"] else np.full(n, "all", dtype=object)
        told = f"each {roles['batch']} is taken as one" if roles["batch"] else "all rows are taken to be of one"
        notes.append(f"no column names the plate: {told} (say otherwise with --plate-column)")
    elif (roles["batch"] or roles["source"]) and _reused(plate, well, batch):
        plate = np.array([f"{b} {p}" if p else p for b, p in zip(batch, plate, strict=True)], dtype=object)
        notes.append(
            f"plates of several {roles['batch'] or roles['source']} have the same name; they are told apart by it"
        )
    for row in np.flatnonzero(plate == ""):
        refused[int(row)] = (roles["plate"] or "plate", "", NO_PLATE)
    for row in np.flatnonzero(well == None):  # noqa: E711 - element by element
        refused[int(row)] = (column, str(texts[column].iloc[row]) if column in texts else "", NO_WELL)
    for values, name in ((plate, roles["plate"]), (well, column)):
        hidden = {value for value in set(values.tolist()) if value and has_hidden_signs(value)}
        if hidden:
            refused |= {
                int(row): (name, values[row], HIDDEN_REASON) for row in np.flatnonzero(np.isin(values, list(hidden)))
            }
    twice = pd.DataFrame({"p": plate, "w": well}).duplicated().to_numpy() & (well != None)  # noqa: E711
    again = [int(row) for row in np.flatnonzero(twice) if int(row) not in refused]
    refused |= {row: (column, f"{plate[row]} {well[row]}", TWICE) for row in again}
    if again and roles["site"]:
        notes.append(
            f"several rows a well ({roles['site']}): only the first is used; aggregate the sites of a well first"
        )
    described = ", ".join(name for name in (roles["batch"], roles["plate"], column) if name)
    return Places(plate, well, batch, refused, described, notes)


def _wells(texts: pd.DataFrame, roles: Roles, notes: list[str]) -> tuple[np.ndarray, str]:
    if roles["row"] and roles["column"] and not _mostly_wells(texts, roles["well"]):
        rows, columns = _stripped(texts, roles["row"]), _stripped(texts, roles["column"])
        made = [_from_row_and_column(row, column) for row, column in zip(rows, columns, strict=True)]
        if sum(well is not None for well in made) > len(made) / 2:
            return np.array(made, dtype=object), roles["row"]
    if _mostly_wells(texts, roles["well"]):
        return _by_category(texts[roles["well"]], normal_well), roles["well"]
    name = roles["well"] or first_of(texts.columns, ROW_NAMES) or ""
    if not name:
        notes.append("no column names the wells: rows are called by their number (say otherwise with --well-column)")
        return np.array([f"row {i + 1}" for i in range(len(texts))], dtype=object), "well"
    notes.append(f"{name} does not hold wells such as A01; rows are called by what it holds")
    values = _stripped(texts, name)
    return np.where(values == "", None, values), name


def _mostly_wells(texts: pd.DataFrame, column: str) -> bool:
    if not column:
        return False
    counts = texts[column].value_counts()
    good = sum(int(n) for text, n in counts.items() if normal_well(text) is not None)
    return good > 0 and good >= int(counts.sum()) / 2


def _from_row_and_column(row: str, column: str) -> str | None:
    letter = chr(64 + int(row)) if row.isdecimal() and 1 <= int(row) <= 26 else row
    return normal_well(f"{letter}{column.removesuffix('.0')}")


def _reused(plate: np.ndarray, well: np.ndarray, batch: np.ndarray) -> bool:
    """Whether wells of one plate are there twice, and the batch tells them apart."""
    frame = pd.DataFrame({"plate": plate, "well": well, "batch": batch})
    twice = frame.duplicated(["plate", "well"], keep=False)
    return bool(frame[twice].groupby(["plate", "well"])["batch"].nunique().gt(1).any())


def _stripped(texts: pd.DataFrame, column: str) -> np.ndarray:
    if not column:
        return np.full(len(texts), "", dtype=object)
    return _by_category(texts[column], str.strip)


def _by_category(column: pd.Series, made: Callable[[str], str | None]) -> np.ndarray:
    """Each text of a column made into another, worked out once for each that is different."""
    return np.array([*map(made, column.cat.categories.astype(str)), None], dtype=object)[column.cat.codes]
