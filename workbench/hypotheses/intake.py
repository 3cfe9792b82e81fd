"""Results on their way in: match a table to planned plates, say what does not fit, check the quality. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import InputError
from workbench.hypotheses.quality import check_quality
from workbench.hypotheses.wells import parse_well, well_name
from workbench.nouns import Experiment, Well
from workbench.nouns.experiment import PLATE_SHAPES

KEYS = ("plate_barcode", "well")
LIMIT = 200


@dataclass(frozen=True, eq=False)
class IntakePlan:
    """What was understood of a result file.

    accepted: plate_barcode, well, row_number; values [n_accepted, n_readouts]; mismatches: row, column, value, problem.
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

    def lines(self) -> list[str]:
        """The plan in words."""
        plates = ", ".join(sorted(set(self.accepted["plate_barcode"]))) or "none"
        lines = [
            f"{self.file}: {len(self.accepted)} wells understood on plates {plates}; {len(self.readouts)} readouts.",
            f"{len(self.mismatches)} things do not fit." if self.mismatches else "Everything fits.",
        ]
        return ["This file was imported before; nothing will change.", *lines] if self.already_imported else lines


def match(
    table: pd.DataFrame, experiment: Experiment, readouts: tuple[str, ...], known: set[tuple[str, str]], control: str,
    *, file: str, sha256: str,
) -> IntakePlan:  # fmt: skip
    """Match rows to planned wells. Row numbers count the header as row 1.

    Raises InputError when no readout column is known or no row can be used.
    """
    columns = [name for name in table.columns if name not in KEYS]
    unknown = [name for name in columns if name not in set(readouts)]
    missing = [name for name in readouts if name not in set(columns)]
    if len(missing) == len(readouts):
        raise InputError(f"{file} has no readout of this experiment.", hint=f"Expected columns like {readouts[0]}.")
    problems: list[dict[str, Any]] = [
        _problem(1, name, "", "this column is no readout of the experiment; it is left out") for name in unknown[:LIMIT]
    ]
    if missing:
        problems.append(_problem(1, missing[0], "", f"{len(missing)} readouts are missing, e.g. {missing[0]}"))
        raise InputError(
            f"{file} lacks {len(missing)} of {len(readouts)} readouts, e.g. {missing[0]}.",
            hint="Results need every readout of the task so that they can train the next version.",
        )
    planned = {(well.plate_barcode, well.well): well for plate in experiment.plates for well in plate.wells}
    planned = {key: well for key, well in planned.items() if well.role != "empty"}
    sizes = {plate.plate_barcode: plate.n_wells for plate in experiment.plates}
    values = table[list(readouts)].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    barcodes = [str(text).strip() for text in table["plate_barcode"]]
    swapped = find_swapped(barcodes, [str(text) for text in table["well"]], planned)
    for barcode, other in swapped.items():
        words = f"its wells are those of {other}: were the plates swapped? Nothing of it is imported"
        problems.append(_problem(barcodes.index(barcode) + 2, "plate_barcode", barcode, words))
    keep, seen, names = [], set(), []
    for i, (barcode, text) in enumerate(zip(barcodes, table["well"], strict=True)):
        if barcode in swapped:
            continue
        reason, name = _row_reason(barcode, str(text), sizes, planned, seen, known)
        if reason is None and not np.isfinite(values[i]).all():
            column = readouts[int(np.flatnonzero(~np.isfinite(values[i]))[0])]
            reason = (column, str(table.iloc[i][column]), "this is not a finite number; the well is left out")
        if reason is not None:
            problems.append(_problem(i + 2, *reason))
            continue
        seen.add((barcode, name))
        keep.append(i)
        names.append((barcode, name, i + 2))
    absent = sorted(key for key in set(planned) - seen - known if key[0] not in swapped)
    problems += [_problem(0, "well", f"{a} {b}", "this planned well has no result") for a, b in absent[:LIMIT]]
    if not keep:
        first = problems[0] if problems else _problem(1, "", "", "it is empty")
        raise InputError(
            f"no row of {file} can be used: {first['problem']}.",
            where=f"row {first['row']}, {first['column']} {first['value']}",
        )
    accepted = pd.DataFrame(names, columns=["plate_barcode", "well", "row_number"])
    quality = _quality(accepted, values[keep], planned, control)
    return IntakePlan(file, sha256, experiment.experiment_id, readouts, accepted, values[keep], problems, quality)


def find_swapped(barcodes: list[str], wells: list[str], planned: dict[tuple[str, str], Well]) -> dict[str, str]:
    """Plates of a file whose wells are exactly those of another planned plate and not their own: barcode → that plate."""
    layouts: dict[str, set[str]] = {}
    for barcode, well in planned:
        layouts.setdefault(barcode, set()).add(well)
    found: dict[str, set[str]] = {}
    for barcode, text in zip(barcodes, wells, strict=True):
        if barcode in layouts:
            found.setdefault(barcode, set()).add(_normal(text))
    return {
        barcode: next(other for other, layout in layouts.items() if layout == names)
        for barcode, names in found.items()
        if names != layouts[barcode] and any(layout == names for layout in layouts.values())
    }


def _normal(text: str) -> str:
    try:
        return well_name(*parse_well(text))
    except InputError:
        return ""


def _row_reason(
    barcode: str, text: str, sizes: dict[str, int], planned: dict, seen: set, known: set
) -> tuple[tuple[str, str, str] | None, str]:
    """Why a row cannot be used (column, value, words), or None; and the well's proper name."""
    try:
        row, column = parse_well(text)
    except InputError as error:
        return ("well", text, error.message), ""
    if barcode not in sizes:
        return ("plate_barcode", barcode, "this plate does not belong to the experiment"), ""
    n_rows, n_columns = PLATE_SHAPES[sizes[barcode]]
    if not (0 <= row < n_rows and 0 <= column < n_columns):
        return (
            "well",
            text,
            f"there is no such well on a plate of {sizes[barcode]}; is this another plate format?",
        ), ""
    name = well_name(row, column)
    if (barcode, name) not in planned:
        return ("well", f"{barcode} {name}", "this well was never queued"), name
    if (barcode, name) in seen:
        return ("well", f"{barcode} {name}", "this well is in the file twice; its first row counts"), name
    if (barcode, name) in known:
        return ("well", f"{barcode} {name}", "this well has a result already"), name
    return None, name


def _quality(accepted: pd.DataFrame, values: np.ndarray, planned: dict, control: str) -> dict[str, Any]:
    """`check_quality` of the accepted wells, with every plate also read under the other plates' layouts."""
    plates = accepted["plate_barcode"].to_numpy(dtype=str)
    wells = accepted["well"].to_numpy(dtype=str)
    names = np.array([planned[key].perturbation_id for key in zip(plates, wells, strict=True)])
    controls_of: dict[str, list[str]] = {}
    for (barcode, well), item in planned.items():
        if item.perturbation_id == control:
            controls_of.setdefault(barcode, []).append(well)
    others = {
        plate: {
            other: (plates == plate) & np.isin(wells, there) for other, there in controls_of.items() if other != plate
        }
        for plate in set(plates.tolist())
    }
    columns = np.array([parse_well(well)[1] for well in wells])
    return check_quality(values, plates, columns, names, names == control, others)


def _problem(row: int, column: str, value: str, words: str) -> dict[str, Any]:
    return {"row": row, "column": column, "value": value[:120], "problem": words}
