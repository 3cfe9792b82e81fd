"""The control and the leakage check of a table of wells."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from workbench.catalog.importers.checks import (
    Unmatched,
    checked_step,
    control_check,
    leakage_check,
    looks_misspelt,
    unit_of,
)
from workbench.catalog.importers.columns import shown
from workbench.catalog.importers.formats.table import Table
from workbench.catalog.importers.matched import Design, Scale, Sums
from workbench.catalog.importers.measured import Measured
from workbench.catalog.importers.treatments import Treatments
from workbench.kernels.response import MIN_CONTROLS
from workbench.nouns import Perturbation

MAX_TEXT = 40_000_000  # values of a table whose columns must be read as text or one by one
MAX_VALUES = 16_000_000  # of the plates that are looked at; more are sampled evenly


def check_wells(
    table: Table, measured: Measured, treatments: Treatments, wells: pd.DataFrame, good: np.ndarray
) -> dict[str, str]:
    """Both checks in words. wells [n_good]: the frame of kept rows; good [n_good]: their rows in the table."""
    control = wells["is_control"].to_numpy(dtype=bool)
    nothing = wells["control_type"].eq("empty").to_numpy()
    used = {item.perturbation_id: item for item in treatments.perturbations if isinstance(item, Perturbation)}
    plates, names = pd.factorize(wells["Metadata_Plate"])
    treated = ~control & ~nothing
    if not treated.any():
        return {}
    enough = np.bincount(plates[control], minlength=len(names)) >= MIN_CONTROLS
    without = treated & ~enough[plates]
    ids = wells["perturbation_id"].to_numpy(dtype=object)
    unmatched = Unmatched(
        len(set(ids[treated])), len(set(ids[without])), [str(names[code]) for code in np.unique(plates[without])]
    )
    places = pd.Series(plates[treated]).groupby(ids[treated]).nunique()
    kept = control | treated
    chosen, told = _plates(plates, kept, len(measured.features))
    pairs, labels = pd.factorize(ids + "\t" + wells["context_id"].to_numpy(dtype=object))
    if table.measured is None and kept.sum() * len(measured.features) > MAX_TEXT:
        return _unread(unmatched, (used[name] for name in set(ids[treated])), places)
    sums = _sums(table, measured, (pairs, plates, control), kept & np.isin(plates, chosen), good)
    changes = list(sums.changes(checked_step(len(sums.pairs()), len(measured.features))))
    units = [unit_of(used[labels[item.perturbation].split("\t")[0]]) for item in changes]
    prints = sums.print[(sums.well >= 0) & (sums.print != 0)]
    said = control_check(changes, units, unmatched, "plate")
    found = {
        "control check": said + told,
        "leakage check": leakage_check(
            (used[name] for name in set(ids[treated])), {str(key): int(n) for key, n in places.items()},
            len(prints) - len(np.unique(prints)), "plates",
        ),
    }  # fmt: skip
    if not control.any() and (odd := looks_misspelt(item.name for item in used.values())):
        found["control check"] += f". Is {shown(odd)!r} the control? Say --control-label {shown(odd)!r}"
    return found


def _unread(unmatched: Unmatched, items: Iterable[Perturbation], places: pd.Series) -> dict[str, str]:
    """The checks of a table that is too long to be read once more: all but what the values would tell."""
    known = {str(key): int(n) for key, n in places.items()}
    return {
        "control check": control_check([], [], unmatched, "plate"), "leakage check": leakage_check(items, known, 0, "plates")
    }  # fmt: skip


def _plates(plates: np.ndarray, kept: np.ndarray, n_features: int) -> tuple[np.ndarray, str]:
    """Plates whose values fit into memory together, spread over all of them."""
    every = np.unique(plates[kept])
    step = int(np.ceil(kept.sum() * n_features / MAX_VALUES))
    chosen = every[::step] if step > 1 else every
    return chosen, "" if step <= 1 else f" (on {len(chosen):,} of {len(every):,} plates)"


def _sums(table: Table, measured: Measured, codes: tuple[np.ndarray, ...], kept: np.ndarray, good: np.ndarray) -> Sums:
    pairs, plates, control = codes
    full = [np.zeros(measured.n_rows, dtype=np.int64) for _ in range(3)]
    for target, values in zip(full, (pairs, plates, control), strict=True):
        target[good] = values
    mask = np.zeros(measured.n_rows, dtype=bool)
    mask[good] = kept
    whole = np.zeros(measured.n_rows, dtype=np.int64)  # wells are matched by plate
    design = Design.of((full[0], whole, full[1]), full[2].astype(bool), mask, None)
    return Sums(table, measured.features, design, Scale("log", "", ""), MIN_CONTROLS)
