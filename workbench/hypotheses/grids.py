"""Plate-reader grids and files without a plate column: which plate and readout each is; what is open is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from workbench.catalog.importers.formats.plate_grid import Grid
from workbench.catalog.result_files import FoundGrids, ResultTable
from workbench.errors import InputError
from workbench.hypotheses.intake import Question
from workbench.hypotheses.wells import well_name
from workbench.nouns import Experiment

LEAVE_OUT = "leave out"
SHOWN_OPTIONS = 200


def name_plate(
    table: ResultTable, experiment: Experiment, answers: dict[str, str], file: str
) -> tuple[ResultTable, list[Question]]:
    """A table of wells without a plate column, with its plate: named in the file's name, the only one, or asked."""
    if table.plates is not None:
        return table, []
    known = [plate.plate_barcode for plate in experiment.plates]
    barcode = (
        _answer(answers, "plate", known) or _named(known, [Path(file).stem]) or (known[0] if len(known) == 1 else "")
    )
    if not barcode:
        words = f"{file} names no plate: which one is it of?"
        return table, [Question("plate", words, tuple(known[:SHOWN_OPTIONS]))]
    note = f"the file names no plate; it was taken for {barcode}"
    return replace(table, plates=np.full(len(table.wells), barcode, dtype=object), notes=[*table.notes, note]), []


def read_grids(
    found: FoundGrids, experiment: Experiment, readouts: tuple[str, ...], answers: dict[str, str], file: str
) -> tuple[ResultTable | None, list[Question]]:
    """Grids as a table of wells, or what has to be said first.

    A grid's plate is the barcode written above it, or in the name of its sheet or file; its readout is the one its label
    names. `answers` by the keys of earlier questions ("leave out" drops a grid). Raises InputError for a barcode on a grid of
    another size, an answer that is no option, and two grids of one plate and readout.
    """
    barcode_of, questions = _plates(found, experiment, answers, file)
    readout_of = _readouts(found, barcode_of, readouts, answers, questions)
    if questions:
        return None, questions
    kept = [i for i in barcode_of if i in readout_of]
    seen: dict[tuple[str, str], int] = {}
    for i in kept:
        key = barcode_of[i], readout_of[i]
        if seen.setdefault(key, i) != i:
            raise InputError(
                f"{file}: the grids at {found.grids[seen[key]].place} and {found.grids[i].place} are both {key[1]} of {key[0]}.",
                hint=f"Answer '{LEAVE_OUT}' for one of them.",
            )
    if not kept:
        raise InputError(f"every grid of {file} was left out.")
    return _as_table(found, barcode_of, readout_of, kept, readouts), []


def _plates(
    found: FoundGrids, experiment: Experiment, answers: dict[str, str], file: str
) -> tuple[dict[int, str], list[Question]]:
    sizes = {plate.plate_barcode: plate.n_wells for plate in experiment.plates}
    barcode_of: dict[int, str] = {}
    questions = []
    last = ""
    for i, grid in enumerate(found.grids):
        named = _named(list(sizes), [*grid.above[::-1], grid.place]) or last
        last = named
        fits = [name for name, n_wells in sizes.items() if n_wells == grid.n_wells]
        answer = _answer(answers, f"grid {i + 1} plate", [*fits, LEAVE_OUT])
        named = answer or named or _named(fits, [Path(file).stem]) or (fits[0] if len(sizes) == 1 == len(fits) else "")
        if named == LEAVE_OUT:
            continue
        if named and named not in fits:
            raise InputError(
                f"wrong plate size: the grid at {grid.place} has {grid.n_wells} wells, {named} has {sizes[named]}.",
                where=file, hint="Is the barcode above the grid the right one?",
            )  # fmt: skip
        if named:
            barcode_of[i] = named
        elif not fits:
            raise InputError(
                f"wrong plate size: the grid at {grid.place} has {grid.n_wells} wells; no plate of "
                f"{experiment.handle} has.", where=file,
            )  # fmt: skip
        else:
            words = f"{_described(grid, i)} Which plate is it of?"
            questions.append(Question(f"grid {i + 1} plate", words, (*fits[:SHOWN_OPTIONS], LEAVE_OUT)))
    return barcode_of, questions


def _readouts(
    found: FoundGrids, barcode_of: dict[int, str], readouts: tuple[str, ...], answers: dict[str, str],
    questions: list[Question],
) -> dict[int, str]:  # fmt: skip
    alone = {barcode for barcode in barcode_of.values() if list(barcode_of.values()).count(barcode) == 1}
    chosen = {}
    for i, barcode in barcode_of.items():
        grid = found.grids[i]
        key = f"grid {i + 1} readout"
        answer = _answer(answers, key, [*readouts, LEAVE_OUT])
        named = (
            answer
            or _named(list(readouts), [grid.label])
            or (readouts[0] if len(readouts) == 1 and barcode in alone else "")
        )
        if not named:
            words = f"{_described(grid, i)} What does it measure on {barcode}?"
            questions.append(Question(key, words, (*readouts[:SHOWN_OPTIONS], LEAVE_OUT)))
        elif named != LEAVE_OUT:
            chosen[i] = named
    return chosen


def _described(grid: Grid, i: int) -> str:
    known = grid.values[np.isfinite(grid.values)]
    spread = f"{known.min():.3g} to {known.max():.3g}" if known.size else "no number"
    label = f", {grid.label!r}" if grid.label else ""
    return f"Grid {i + 1} ({grid.place}{label}): {grid.values.shape[0]} × {grid.values.shape[1]}, {known.size} numbers, {spread}."


def _named(names: list[str], texts: list[str]) -> str:
    """The one name that a text holds as a whole word; "" when none or several do. The first text that says it counts."""
    for text in texts:
        words = f" {''.join(sign if sign.isalnum() or sign in '-_.' else ' ' for sign in text.lower())} "
        found = [name for name in names if f" {name.lower()} " in words]
        if len(found) == 1:
            return found[0]
        for sign in ("_", "."):
            apart = words.replace(sign, " ")
            found = found or [name for name in names if f" {name.lower()} " in apart]
        if len(found) == 1:
            return found[0]
    return ""


def _answer(answers: dict[str, str], key: str, options: list[str]) -> str:
    said = answers.get(key, "")
    if said and said not in options:
        raise InputError(f"{said!r} is no answer to {key!r}.", hint=f"One of: {', '.join(options[:12])}.")
    return said


def _as_table(
    found: FoundGrids,
    barcode_of: dict[int, str],
    readout_of: dict[int, str],
    kept: list[int],
    readouts: tuple[str, ...],
) -> ResultTable:
    """One row a well of every plate that has a number in any of its grids."""
    order = [name for name in readouts if name in set(readout_of.values())]
    plates: list[str] = []
    wells: list[str] = []
    numbers: list[int] = []
    blocks: list[np.ndarray] = []
    wrong: list[tuple[int, str, str]] = []
    for barcode in dict.fromkeys(barcode_of[i] for i in kept):
        own = [i for i in kept if barcode_of[i] == barcode]
        shape = found.grids[own[0]].values.shape
        block = np.full((shape[0] * shape[1], len(order)), np.nan)
        written = np.zeros(len(block), dtype=bool)
        said = {}
        for i in own:
            grid, column = found.grids[i], order.index(readout_of[i])
            block[:, column] = grid.values.ravel()
            written |= np.isfinite(block[:, column])
            for r, c, text in grid.wrong:
                said[r * shape[1] + c, readout_of[i]] = text
                written[r * shape[1] + c] = True
        rows = np.flatnonzero(written)
        at = {int(place): len(plates) + k for k, place in enumerate(rows)}
        wrong += [(at[place], name, text) for (place, name), text in said.items()]
        plates += [barcode] * len(rows)
        wells += [well_name(*divmod(int(place), shape[1])) for place in rows]
        numbers += [found.grids[own[0]].row + 1 + int(place) // shape[1] for place in rows]
        blocks.append(block[rows])
    named = [f"{found.grids[i].place} is {readout_of[i]} of {barcode_of[i]}" for i in kept[:6]]
    more = [f"and {len(kept) - 6} more grids"] if len(kept) > 6 else []
    return ResultTable(
        found.form, np.array(plates, dtype=object), np.array(wells, dtype=object), np.array(numbers, dtype=int), tuple(order),
        np.concatenate(blocks).astype(np.float32), (), wrong, [*found.notes, *named, *more], True,
    )  # fmt: skip
