"""Alignment steps: each is pure on (values, wells) and records what it did: controls, batches, dimensions lost."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.nouns import Profiles
from workbench.phenomics import ALIGNERS

NAMED = 10  # how many dropped features a record names


@dataclass(frozen=True, eq=False)
class Aligned:
    """What a step gives back. values [n_wells, n_kept] float; kept [n_kept] indices of the input's columns, or None
    when the columns are new dimensions; `record` what was done, in numbers; `warnings` in words."""

    values: np.ndarray
    kept: np.ndarray | None
    record: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def align(profiles: Profiles, steps: list[dict[str, Any]]) -> tuple[Profiles, list[dict[str, Any]]]:
    """Apply named steps in order, e.g. `[{"step": "standardise", "by": "Metadata_Plate"}, {"step": "clip", "at": 5}]`.

    Returns the aligned profiles and one record a step. Raises InputError for values that are not finite or arguments a
    step does not take, and DataQualityError where a step lacks controls or its result is not finite.
    """
    _require_finite(profiles)
    values, features = profiles.values.astype(np.float64), list(profiles.features)
    records: list[dict[str, Any]] = []
    for described in steps:
        arguments = dict(described)
        name = str(arguments.pop("step", ""))
        step = _checked(name, arguments)
        done = step(values, profiles.wells, **arguments)
        record = {"step": name, **arguments, **done.record, "n_dimensions": done.values.shape[1],
                  "warnings": list(done.warnings)}  # fmt: skip
        if done.kept is None:
            features = [f"{name} {i + 1}" for i in range(done.values.shape[1])]
        else:
            kept = set(done.kept.tolist())
            if lost := [feature for i, feature in enumerate(features) if i not in kept]:
                record["dropped"] = lost[:NAMED]
            features = [features[i] for i in done.kept]
        values = done.values
        _require_still_finite(name, values, features)
        records.append(record)
    return Profiles(profiles.dataset, values, tuple(features), profiles.wells), records


def check_steps(steps: list[dict[str, Any]]) -> None:
    """Raise UnknownNameError or InputError for a step nobody registered or an argument it does not take."""
    for described in steps:
        arguments = dict(described)
        _checked(str(arguments.pop("step", "")), arguments)


def column_of(wells: dict[str, np.ndarray], name: str, hint: str = "") -> np.ndarray:
    """A well column [n_wells]. Raises InputError listing the columns there are."""
    if name not in wells:
        raise InputError(f"there is no well column {name!r}.", hint=hint or f"Columns: {', '.join(wells)}.")
    return np.asarray(wells[name])


def controls_of(wells: dict[str, np.ndarray]) -> np.ndarray:
    """Boolean [n_wells]: negative-control wells."""
    return np.asarray(wells["is_control"], dtype=bool)


def batches_of(wells: dict[str, np.ndarray], by: str) -> Iterator[tuple[str, slice | np.ndarray]]:
    """Each batch's name and the place of its wells, sorted by name; `by=""` takes the whole screen as one batch.

    Wells that follow each other come as a slice, so that taking them copies nothing.
    """
    if not by:
        yield "the whole screen", slice(0, len(wells["is_control"]))
        return
    names, code = np.unique(column_of(wells, by).astype(str), return_inverse=True)
    order = np.argsort(code, kind="stable")
    for name, rows in zip(names.tolist(), np.split(order, np.cumsum(np.bincount(code))[:-1]), strict=True):
        together = rows[-1] - rows[0] == len(rows) - 1
        yield name, slice(int(rows[0]), int(rows[-1]) + 1) if together else rows


def every_column(values: np.ndarray) -> np.ndarray:
    """Indices of all columns: a step that drops none."""
    return np.arange(values.shape[1])


def _checked(name: str, arguments: dict[str, Any]) -> Any:
    step = ALIGNERS.find(name).thing
    taken = [key for key in inspect.signature(step).parameters if key not in ("values", "wells")]
    if unknown := sorted(set(arguments) - set(taken)):
        raise InputError(
            f"the step {name!r} takes no {', '.join(map(repr, unknown))}.",
            hint=f"It takes {', '.join(taken)}." if taken else "It takes no arguments.",
        )
    return step


def _require_finite(profiles: Profiles) -> None:
    if profiles.n_wells == 0:
        raise InputError("there are no wells to align.", where=profiles.dataset)
    bad = np.argwhere(~np.isfinite(profiles.values))
    if len(bad):
        row, column = bad[0]
        well = str(np.asarray(profiles.wells.get("Metadata_Well", np.arange(profiles.n_wells)))[row])
        raise InputError(
            f"{len(bad):,} profile values are not numbers; the first is {profiles.features[column]!r} of well {well}.",
            where=profiles.dataset, hint="Leave these wells out or import the file again.",
        )  # fmt: skip


def _require_still_finite(name: str, values: np.ndarray, features: list[str]) -> None:
    bad = ~np.isfinite(values).all(axis=0)
    if bad.any():
        raise DataQualityError(
            f"the step {name!r} made {int(bad.sum()):,} of {len(features):,} features infinite or not a number; the "
            f"first is {features[int(np.argmax(bad))]!r}.",
            hint="Put a clip or a robust scaling before it.",
        )
