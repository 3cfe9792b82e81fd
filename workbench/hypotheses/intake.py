"""Results on their way in: match a table to planned plates, say what does not fit, check the quality. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from workbench.catalog.result_files import ResultTable
from workbench.errors import InputError
from workbench.hypotheses.layout_fit import SIDE
from workbench.hypotheses.quality import check_quality
from workbench.hypotheses.wells import parse_well, well_name
from workbench.nouns import Experiment, Plate, Well
from workbench.nouns.experiment import PLATE_SHAPES

LIMIT = 200
WRONG_SIZE_SHARE, WRONG_SIZE_LEAST = 0.05, 3
NO_WELL, OUTSIDE = -1, -2


@dataclass(frozen=True)
class Question:
    """What a file leaves open: `key` names the answer, `options` are the answers that make sense."""

    key: str
    words: str
    options: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class IntakePlan:
    """What was understood of a result file.

    accepted: plate_barcode, well, row_number; values [n_accepted, n_readouts]; mismatches: row, column, value, problem.
    With questions nothing is accepted yet: ask again with answers by their keys.
    """

    file: str
    sha256: str
    experiment_id: str
    readouts: tuple[str, ...]
    accepted: pd.DataFrame
    values: np.ndarray
    mismatches: list[dict[str, Any]] = field(default_factory=list)
    quality: dict[str, Any] = field(default_factory=dict)
    already_imported: bool = False
    form: str = ""
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()

    def lines(self) -> list[str]:
        """The plan in words."""
        form = f" ({self.form})" if self.form else ""
        notes = [f"Note: {note}." for note in self.notes]
        if self.questions:
            asked = [f"{item.words} [{item.key}: {', '.join(item.options[:6])}]" for item in self.questions]
            return [f"{self.file}{form}: {len(self.questions)} things to say first.", *notes, *asked]
        plates = sorted(set(self.accepted["plate_barcode"]))
        shown = ", ".join(plates[:8]) + (f" and {len(plates) - 8} more" if len(plates) > 8 else "")
        lines = [
            f"{self.file}{form}: {len(self.accepted):,} wells understood on plates {shown or 'none'}; "
            f"{len(self.readouts)} readouts.",
            *notes,
            f"{len(self.mismatches):,} things do not fit." if self.mismatches else "Everything fits.",
        ]
        return ["This file was imported before; nothing will change.", *lines] if self.already_imported else lines


class _Planned:
    """The planned wells of an experiment as one array [n_plates, SIDE²]: number of the well, -1 where none was queued."""

    def __init__(self, experiment: Experiment, known: set[tuple[str, str]]) -> None:
        self.plates = list(experiment.plates)
        self.number = {plate.plate_barcode: i for i, plate in enumerate(self.plates)}
        self.wells: list[Well] = []
        self.at = np.full((len(self.plates), SIDE * SIDE), -1, dtype=np.int64)
        self.known = np.zeros(self.at.shape, dtype=bool)
        for i, plate in enumerate(self.plates):
            for well in plate.wells:
                if well.role != "empty":
                    self.at[i, place_of(well.well)] = len(self.wells)
                    self.wells.append(well)
        for barcode, well in known:
            if barcode in self.number:
                self.known[self.number[barcode], place_of(well)] = True


@lru_cache(maxsize=4096)
def place_of(well: str) -> int:
    """A planned well's place as one number."""
    row, column = parse_well(well)
    return row * SIDE + column


def match(
    table: ResultTable, experiment: Experiment, readouts: tuple[str, ...], known: set[tuple[str, str]], control: str,
    *, file: str, sha256: str,
) -> IntakePlan:  # fmt: skip
    """Match rows to planned wells. Row numbers count the header as row 1.

    Raises InputError when no readout column is known, one is missing, or no row can be used.
    """
    _check_readouts(table, readouts, file)
    problems = [
        _problem(1, name, "", "this column is no readout of the experiment; it is left out")
        for name in table.others[:LIMIT]
    ]
    planned = _Planned(experiment, known)
    barcodes, plate_index = _plates_of_rows(table, planned)
    places, spellings = _places_of_rows(table, planned, plate_index)
    blocked = _wrong_sizes(planned, plate_index, places, table, problems)
    blocked |= _swapped(planned, plate_index, places, blocked, table, problems)
    columns = [table.readouts.index(name) for name in readouts]
    values = table.values if columns == list(range(table.values.shape[1])) else table.values[:, columns]
    finite = np.isfinite(values).all(axis=1)
    on_plate, in_format = plate_index >= 0, places >= 0
    safe_plate, safe_place = np.maximum(plate_index, 0), np.maximum(places, 0)
    number = np.where(on_plate & in_format, planned.at[safe_plate, safe_place], -1)
    has_result = on_plate & in_format & planned.known[safe_plate, safe_place]
    use = (number >= 0) & ~has_result & finite & ~np.isin(plate_index, list(blocked))
    twice = np.zeros(len(use), dtype=bool)
    twice[use] = pd.Series(number[use]).duplicated().to_numpy()
    use &= ~twice
    wrong = {(row, name): text for row, name, text in table.wrong}
    refused = ~use & ~np.isin(plate_index, list(blocked))
    if table.whole_plates:
        empty = refused & on_plate & in_format & (number < 0)
        refused &= ~empty
        spellings += [f"{int(empty.sum()):,} wells that hold nothing were read too and left out"] if empty.any() else []
    for i in np.flatnonzero(refused):
        said = str(table.wells[i])
        name = f"{barcodes[i]} {well_name(*divmod(int(places[i]), SIDE)) if in_format[i] else said}"
        if places[i] == NO_WELL:
            reason = ("well", said, f"{said[:40]!r} is not a well like A01.")
        elif not on_plate[i]:
            reason = ("plate_barcode", str(barcodes[i]), "this plate does not belong to the experiment")
        elif places[i] == OUTSIDE:
            n_wells = planned.plates[plate_index[i]].n_wells
            reason = ("well", said, f"there is no such well on a plate of {n_wells}; is this another plate format?")
        elif number[i] < 0:
            reason = ("well", name, "this well was never queued")
        elif has_result[i]:
            reason = ("well", name, "this well has a result already")
        elif not finite[i]:
            column = readouts[int(np.argmin(np.isfinite(values[i])))]
            text = wrong.get((int(i), column), "" if np.isnan(values[i]).any() else str(float(values[i].max())))
            reason = (column, text, "this is not a finite number; the well is left out")
        else:
            reason = ("well", name, "this well is in the file twice; its first row counts")
        problems.append(_problem(int(table.row_numbers[i]), *reason))
    problems += _missing(planned, number[use], blocked)
    if not use.any():
        first = problems[0] if problems else _problem(1, "", "", "it is empty")
        raise InputError(
            f"no row of {file} can be used: {first['problem']}.",
            where=f"row {first['row']}, {first['column']} {first['value']}",
        )
    kept = values[use]
    accepted = pd.DataFrame({
        "plate_barcode": barcodes[use], "well": _names(places[use]), "row_number": table.row_numbers[use].astype(int),
    })  # fmt: skip
    quality = _quality(planned, plate_index[use], places[use], number[use], kept)
    return IntakePlan(
        file, sha256, experiment.experiment_id, readouts, accepted, kept, problems, quality, form=table.form,
        notes=(*table.notes, *spellings),
    )  # fmt: skip


def _check_readouts(table: ResultTable, readouts: tuple[str, ...], file: str) -> None:
    have = set(table.readouts)
    missing = [name for name in readouts if name not in have]
    if len(missing) == len(readouts):
        raise InputError(f"{file} has no readout of this experiment.", hint=f"Expected columns like {readouts[0]}.")
    if missing:
        raise InputError(
            f"{file} lacks {len(missing)} of {len(readouts)} readouts, e.g. {missing[0]}.",
            hint="Results need every readout of the task so that they can train the next version.",
        )


def _plates_of_rows(table: ResultTable, planned: _Planned) -> tuple[np.ndarray, np.ndarray]:
    """Barcodes [n] as text, and their numbers among the planned plates [n], -1 for others."""
    if table.plates is None:
        raise InputError("these wells name no plate.", hint="Say which plate the file is of.")
    codes, names = pd.factorize(table.plates)
    index = np.array([planned.number.get(str(name), -1) for name in names] or [-1], dtype=np.int64)
    return np.array([str(name) for name in table.plates], dtype=object), index[codes]


def _places_of_rows(table: ResultTable, planned: _Planned, plate_index: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Places [n]; NO_WELL or OUTSIDE where there is none. Each way of writing a well is read once a plate format."""
    codes, texts = pd.factorize(table.wells)
    sizes = np.array([plate.n_wells for plate in planned.plates] or [1536])
    size_of = np.where(plate_index >= 0, sizes[np.maximum(plate_index, 0)], 1536)
    places = np.full(len(codes), NO_WELL, dtype=np.int64)
    other, numbers = 0, 0
    for size in np.unique(size_of).tolist():
        read = np.array([_read(str(text), size) for text in texts], dtype=np.int64)
        here = size_of == size
        places[here] = read[codes[here]]
        named = [str(text) for text in texts[np.unique(codes[here])]]
        numbers += sum(text.isdigit() for text in named)
        other += sum(not text.isdigit() and _read(text, size) >= 0 and text != _normal(text, size) for text in named)
    notes = [f"{other} wells written like a1 or A-1 were read as A01"] if other else []
    notes += [f"{numbers} wells written as numbers were counted by row from A01"] if numbers else []
    return places, notes


def _read(text: str, n_wells: int) -> int:
    try:
        row, column = parse_well(text, n_wells)
    except InputError:
        try:
            parse_well(text)
        except InputError:
            return NO_WELL
        return OUTSIDE
    return row * SIDE + column


def _normal(text: str, n_wells: int) -> str:
    return well_name(*divmod(_read(text, n_wells), SIDE))


def _names(places: np.ndarray) -> np.ndarray:
    unique, inverse = np.unique(places, return_inverse=True)
    return np.array([well_name(*divmod(int(place), SIDE)) for place in unique], dtype=object)[inverse]


def _wrong_sizes(
    planned: _Planned, plate_index: np.ndarray, places: np.ndarray, table: ResultTable, problems: list[dict[str, Any]]
) -> set[int]:
    """Plates with so many wells outside of their format that the file is of another one: nothing of them counts."""
    found = set()
    for i in np.unique(plate_index[places == OUTSIDE]).tolist():
        rows = np.flatnonzero(plate_index == i)
        n = int((places[rows] == OUTSIDE).sum())
        if i >= 0 and n >= max(WRONG_SIZE_LEAST, WRONG_SIZE_SHARE * len(rows)):
            plate = planned.plates[i]
            words = (
                f"wrong plate size: {n} of {len(rows)} wells do not exist on a plate of {plate.n_wells}; nothing of it is "
                "imported"
            )
            problems.append(_problem(int(table.row_numbers[rows[0]]), "plate_barcode", plate.plate_barcode, words))
            found.add(i)
    return found


def _swapped(
    planned: _Planned, plate_index: np.ndarray, places: np.ndarray, blocked: set[int], table: ResultTable,
    problems: list[dict[str, Any]],
) -> set[int]:  # fmt: skip
    """Plates whose wells are exactly those of another planned plate and not their own: nothing of them counts."""
    layouts = [frozenset(np.flatnonzero(row >= 0).tolist()) for row in planned.at]
    first = {}
    for i, layout in enumerate(layouts):
        first.setdefault(layout, planned.plates[i].plate_barcode)
    found = set()
    for i in sorted(set(np.unique(plate_index).tolist()) - blocked - {-1}):
        rows = np.flatnonzero(plate_index == i)
        mine = frozenset(places[rows].tolist())
        if mine != layouts[i] and mine in first:
            words = f"its wells are those of {first[mine]}: were the plates swapped? Nothing of it is imported"
            barcode = planned.plates[i].plate_barcode
            problems.append(_problem(int(table.row_numbers[rows[0]]), "plate_barcode", barcode, words))
            found.add(i)
    return found


def _missing(planned: _Planned, numbers: np.ndarray, blocked: set[int]) -> list[dict[str, Any]]:
    absent = planned.at >= 0
    absent[list(blocked)] = False
    absent &= ~planned.known
    flat = planned.at[absent]
    gone = sorted((planned.wells[i].plate_barcode, planned.wells[i].well) for i in np.setdiff1d(flat, numbers).tolist())
    rows = [_problem(0, "well", f"{a} {b}", "this planned well has no result") for a, b in gone[:LIMIT]]
    if len(gone) > LIMIT:
        rows.append(_problem(0, "well", "", f"{len(gone) - LIMIT:,} more planned wells have no result"))
    return rows


def _quality(
    planned: _Planned, plate_index: np.ndarray, places: np.ndarray, number: np.ndarray, values: np.ndarray
) -> dict[str, Any]:
    ids = np.array([well.perturbation_id for well in planned.wells], dtype=object)
    roles = np.array([well.role for well in planned.wells], dtype=object)
    barcodes = np.array([plate.plate_barcode for plate in planned.plates], dtype=object)
    return check_quality(
        values.astype(np.float64), barcodes[plate_index].astype(str), np.stack(np.divmod(places, SIDE), axis=1),
        {plate.plate_barcode: PLATE_SHAPES[plate.n_wells] for plate in planned.plates}, ids[number].astype(str),
        roles[number].astype(str), {plate.plate_barcode: _controls(plate) for plate in planned.plates},
    )  # fmt: skip


def _controls(plate: Plate) -> set[tuple[int, int]]:
    return {parse_well(well.well) for well in plate.wells if well.role == "negative control"}


def _problem(row: int, column: str, value: str, words: str) -> dict[str, Any]:
    return {"row": row, "column": column, "value": value[:120], "problem": words}
