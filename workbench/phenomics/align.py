"""Alignment steps: each is pure on (values, wells) and records what it did: controls used, features dropped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.nouns import Profiles
from workbench.phenomics import ALIGNERS, aligner


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

    Returns the aligned profiles and one record a step. Raises InputError for values that are not finite and
    DataQualityError where a step lacks controls.
    """
    _require_finite(profiles)
    values, features = profiles.values.astype(np.float64), list(profiles.features)
    records: list[dict[str, Any]] = []
    for described in steps:
        arguments = dict(described)
        name = str(arguments.pop("step", ""))
        done = ALIGNERS.find(name).thing(values, profiles.wells, **arguments)
        if done.kept is None:
            features = [f"{name} {i + 1}" for i in range(done.values.shape[1])]
        else:
            features = [features[i] for i in done.kept]
        values = done.values
        records.append({"step": name, **arguments, **done.record, "n_dimensions": values.shape[1],
                        "warnings": list(done.warnings)})  # fmt: skip
    return Profiles(profiles.dataset, values, tuple(features), profiles.wells), records


@aligner("standardise", title="Centre and scale on the controls of each batch", source="EFAAR centre-scale, ddof 0")
def standardise(
    values: np.ndarray, wells: dict[str, np.ndarray], *, by: str = "Metadata_Plate", min_controls: int = 3
) -> Aligned:
    """z = (x − mean of controls) / sd of controls, batch by batch (ddof 0); features constant on any batch's controls
    are dropped.

    values [n_wells, n_features] -> [n_wells, n_kept]. Raises DataQualityError naming a batch with too few controls.
    """
    groups, is_control = _groups(wells, by), _controls(wells)
    aligned = np.empty_like(values)
    usable = np.ones(values.shape[1], dtype=bool)
    counts = []
    for name in np.unique(groups).tolist():
        inside = groups == name
        controls = values[inside & is_control]
        if len(controls) < min_controls:
            raise DataQualityError(
                f"{by} {name!r} has {len(controls)} control wells; standardising needs at least {min_controls}.",
                hint="Leave that plate out, or standardise by a larger batch.",
            )
        counts.append(len(controls))
        spread = controls.std(axis=0)
        usable &= spread > 1e-9 * np.maximum(np.abs(controls).max(axis=0), 1e-12)
        aligned[inside] = (values[inside] - controls.mean(axis=0)) / np.where(spread > 0, spread, 1)
    kept = np.flatnonzero(usable)
    if kept.size == 0:
        raise DataQualityError(f"all {values.shape[1]} features are constant on some {by}'s controls.")
    dropped = values.shape[1] - kept.size
    warnings = (f"{dropped} of {values.shape[1]} features are constant on some batch's controls: dropped",)
    record = {"n_batches": len(counts), "controls_per_batch": [min(counts), max(counts)], "n_dropped": dropped}
    return Aligned(aligned[:, kept], kept, record, warnings if dropped else ())


@aligner("centre", title="Centre on the controls of each batch")
def centre(values: np.ndarray, wells: dict[str, np.ndarray], *, by: str = "Metadata_Plate") -> Aligned:
    """x − mean of the batch's controls. values [n_wells, n_features] -> same shape."""
    groups, is_control = _groups(wells, by), _controls(wells)
    aligned = np.empty_like(values)
    counts = []
    for name in np.unique(groups).tolist():
        inside = groups == name
        controls = values[inside & is_control]
        if len(controls) == 0:
            raise DataQualityError(f"{by} {name!r} has no control wells.", hint="Leave that plate out.")
        counts.append(len(controls))
        aligned[inside] = values[inside] - controls.mean(axis=0)
    return Aligned(aligned, _all(values), {"n_batches": len(counts), "controls_per_batch": [min(counts), max(counts)]})


@aligner("clip", title="Limit extreme values")
def clip(values: np.ndarray, wells: dict[str, np.ndarray], *, at: float) -> Aligned:
    """Values limited to ±at. values [n_wells, n_features] -> same shape; the share that was limited is recorded."""
    if not at > 0:
        raise InputError(f"clip needs a positive limit. Got {at!r}.")
    share = float(np.mean(np.abs(values) > at))
    return Aligned(np.clip(values, -at, at), _all(values), {"share_limited": round(share, 5)})


@aligner("sphere", title="Decorrelate on the controls (ZCA)", source="ZCA whitening with ridge")
def sphere(values: np.ndarray, wells: dict[str, np.ndarray], *, ridge: float = 1.0) -> Aligned:
    """x (cov(controls, ddof 1) + ridge I)^(−1/2), centred on the controls: directions in which controls vary shrink.

    values [n_wells, d] -> [n_wells, d]. With fewer controls than d the ridge alone holds the missing directions: said.
    """
    controls = values[_controls(wells)]
    if len(controls) < 2:
        raise DataQualityError(f"sphering needs at least 2 control wells. Got {len(controls)}.")
    middle = controls.mean(axis=0)
    covariance = np.cov(controls - middle, rowvar=False).reshape(values.shape[1], values.shape[1])
    eigenvalues, eigenvectors = np.linalg.eigh(covariance + ridge * np.eye(len(covariance)))
    root = (eigenvectors / np.sqrt(np.maximum(eigenvalues, 1e-12))) @ eigenvectors.T
    missing = max(0, values.shape[1] - (len(controls) - 1))
    warnings = (f"{missing} of {values.shape[1]} directions are not seen in {len(controls)} controls: ridge only",)
    record = {"n_controls": len(controls), "n_directions_unseen": missing}
    return Aligned((values - middle) @ root, _all(values), record, warnings if missing else ())


@aligner("log1p", title="Logarithm of counts")
def log1p(values: np.ndarray, wells: dict[str, np.ndarray]) -> Aligned:
    """log(1 + x) of counts. values [n_wells, n_features] >= 0 -> same shape."""
    if values.size and values.min() < 0:
        raise InputError(f"log1p needs counts. The smallest value is {values.min()!r}.")
    return Aligned(np.log1p(values), _all(values))


def _all(values: np.ndarray) -> np.ndarray:
    return np.arange(values.shape[1])


def _groups(wells: dict[str, np.ndarray], by: str) -> np.ndarray:
    if by not in wells:
        raise InputError(f"there is no well column {by!r}.", hint=f"Columns: {', '.join(wells)}.")
    return np.asarray(wells[by]).astype(str)


def _controls(wells: dict[str, np.ndarray]) -> np.ndarray:
    return np.asarray(wells["is_control"], dtype=bool)


def _require_finite(profiles: Profiles) -> None:
    bad = np.argwhere(~np.isfinite(profiles.values))
    if len(bad):
        row, column = bad[0]
        well = str(np.asarray(profiles.wells.get("Metadata_Well", np.arange(profiles.n_wells)))[row])
        raise InputError(
            f"{len(bad):,} profile values are not numbers; the first is {profiles.features[column]!r} of well {well}.",
            where=profiles.dataset, hint="Leave these wells out or import the file again.",
        )  # fmt: skip
