"""Results on their way in: match a table to planned plates, say what does not fit, check the quality. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import InputError
from workbench.hypotheses.layout import parse_well, well_name
from workbench.kernels.response import against_controls, mean_pairwise_correlation
from workbench.nouns import Experiment

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
    planned = {
        (well.plate_barcode, well.well): well
        for plate in experiment.plates
        for well in plate.wells
        if well.role != "empty"
    }
    barcodes = {plate.plate_barcode for plate in experiment.plates}
    values = table[list(readouts)].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    keep, seen, names = [], set(), []
    for i, (barcode, text) in enumerate(zip(table["plate_barcode"], table["well"], strict=True)):
        row = i + 2
        reason, name = _row_reason(barcode.strip(), text, barcodes, planned, seen, known)
        if reason is None and not np.isfinite(values[i]).all():
            column = readouts[int(np.flatnonzero(~np.isfinite(values[i]))[0])]
            problems.append(
                _problem(row, column, str(table.iloc[i][column]), "this is not a number; the well is left out")
            )
            continue
        if reason is not None:
            problems.append(_problem(row, *reason))
            continue
        seen.add((barcode.strip(), name))
        keep.append(i)
        names.append((barcode.strip(), name, row))
    absent = sorted(set(planned) - seen - known)
    problems += [_problem(0, "well", f"{a} {b}", "this planned well has no result") for a, b in absent[:LIMIT]]
    if not keep:
        first = problems[0]["problem"] if problems else "it is empty"
        raise InputError(
            f"no row of {file} can be used: {first}.", where=f"row {problems[0]['row']}" if problems else ""
        )
    accepted = pd.DataFrame(names, columns=["plate_barcode", "well", "row_number"])
    quality = check_quality(accepted, values[keep], planned, control)
    return IntakePlan(file, sha256, experiment.experiment_id, readouts, accepted, values[keep], problems, quality)


def _row_reason(
    barcode: str, text: str, barcodes: set[str], planned: dict, seen: set, known: set
) -> tuple[tuple[str, str, str] | None, str]:
    """Why a row cannot be used (column, value, words), or None; and the well's proper name."""
    try:
        name = well_name(*parse_well(text))
    except InputError as error:
        return ("well", text, error.message), ""
    if barcode not in barcodes:
        return ("plate_barcode", barcode, "this plate does not belong to the experiment"), name
    if (barcode, name) not in planned:
        return ("well", f"{barcode} {name}", "this well was never queued"), name
    if (barcode, name) in seen:
        return ("well", f"{barcode} {name}", "this well is in the file twice"), name
    if (barcode, name) in known:
        return ("well", f"{barcode} {name}", "this well has a result already"), name
    return None, name


def check_quality(accepted: pd.DataFrame, values: np.ndarray, planned: dict, control: str) -> dict[str, Any]:
    """Per plate: controls, their spread and drift along the plate; over plates: agreement of replicates.

    values [n_wells, n_readouts]. A plate with fewer than two control wells fails.
    """
    plates = accepted["plate_barcode"].to_numpy(dtype=str)
    wells = [planned[key] for key in zip(plates, accepted["well"], strict=True)]
    ids = np.array([well.perturbation_id for well in wells])
    is_control = ids == control
    rows = {}
    for plate in sorted(set(plates)):
        here = (plates == plate) & is_control
        order = np.argsort([parse_well(name)[1] for name in accepted["well"][here]], kind="stable")
        block = values[here][order]
        spread = float(np.median(block.std(axis=0, ddof=1))) if len(block) > 1 else None
        half = len(block) // 2
        drift = float(np.median(np.abs(block[:half].mean(0) - block[-half:].mean(0)))) if half else None
        rows[plate] = {
            "n_controls": int(here.sum()), "control_spread": spread, "control_drift": drift,
            "n_treatments": int(((plates == plate) & ~is_control).sum()), "passed": bool(here.sum() >= 2),
        }  # fmt: skip
    passed = all(row["passed"] for row in rows.values())
    agreement = None
    if passed and len(rows) > 1:
        delta = against_controls(values, plates, is_control)
        pairs = [mean_pairwise_correlation(delta[ids == name]) for name in sorted(set(ids[~is_control]))]
        usable = [value for value in pairs if not np.isnan(value)]
        agreement = float(np.mean(usable)) if usable else None
    failed = [plate for plate, row in rows.items() if not row["passed"]]
    words = "Every plate has enough control wells." if passed else f"{', '.join(failed)}: fewer than two control wells."
    return {"passed": passed, "words": words, "plates": rows, "replicate_agreement": agreement, "n": len(accepted)}


def _problem(row: int, column: str, value: str, words: str) -> dict[str, Any]:
    return {"row": row, "column": column, "value": value[:120], "problem": words}
