"""Centre and scale, batch by batch: on controls or on all wells, by mean and sd or by median and MAD."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.phenomics import aligner
from workbench.phenomics.align import Aligned, batches_of, controls_of, every_column

NORMAL_MAD = 1.4826  # sd of a normal distribution in units of its median absolute deviation
FLAT = 1e-9  # spread against the largest value below which a feature counts as constant
WELLS = ("controls", "all")


@aligner("standardise", title="Centre and scale on the controls of each batch", source="EFAAR centre-scale, ddof 0")
def standardise(
    values: np.ndarray, wells: dict[str, np.ndarray], *, by: str = "Metadata_Plate", min_controls: int = 3
) -> Aligned:
    """z = (x − mean of controls) / sd of controls, batch by batch (ddof 0); `by=""` takes the whole screen at once.

    values [n_wells, n_features] -> [n_wells, n_kept]; features constant on any batch's controls are dropped. Raises
    DataQualityError naming a batch with too few controls.
    """
    return _scale(values, wells, by, controls_of(wells), min_controls, _mean_and_sd)


@aligner("zscore", title="Centre and scale on all wells of each batch", source="EFAAR centerscale_by_batch")
def zscore(values: np.ndarray, wells: dict[str, np.ndarray], *, by: str = "Metadata_Plate") -> Aligned:
    """z = (x − mean) / sd over every well of a batch, treated or not (ddof 0): right where most wells do nothing.

    values [n_wells, n_features] -> [n_wells, n_kept]; features constant in any batch are dropped.
    """
    return _scale(values, wells, by, np.ones(len(values), dtype=bool), 2, _mean_and_sd)


@aligner("robust", title="Centre on the median, scale by the MAD of each batch", source="1.4826 MAD; pycytominer")
def robust(
    values: np.ndarray,
    wells: dict[str, np.ndarray],
    *,
    by: str = "Metadata_Plate",
    on: str = "controls",
    min_controls: int = 4,
) -> Aligned:
    """z = (x − median) / (1.4826 MAD) of the controls (`on="controls"`) or of all wells (`on="all"`) of each batch.

    values [n_wells, n_features] -> [n_wells, n_kept]. A feature whose MAD is 0 in any batch is dropped and counted: an
    epsilon in its place would let it dominate every distance.
    """
    if on not in WELLS:
        raise InputError(f"robust scaling is fitted on {' or '.join(WELLS)}. Got {on!r}.")
    chosen = controls_of(wells) if on == "controls" else np.ones(len(values), dtype=bool)
    return _scale(values, wells, by, chosen, min_controls, _median_and_mad)


@aligner("centre", title="Centre on the controls of each batch")
def centre(values: np.ndarray, wells: dict[str, np.ndarray], *, by: str = "Metadata_Plate") -> Aligned:
    """x − mean of the batch's controls. values [n_wells, n_features] -> same shape."""
    is_control = controls_of(wells)
    aligned = np.empty_like(values)
    counts = []
    for name, rows in batches_of(wells, by):
        controls = values[rows][is_control[rows]]
        if len(controls) == 0:
            raise DataQualityError(f"{by} {name!r} has no control wells.", hint="Leave that plate out.")
        counts.append(len(controls))
        aligned[rows] = values[rows] - controls.mean(axis=0)
    return Aligned(aligned, every_column(values), _counted(counts))


def constant(sample: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Features whose spread is nothing beside their size. sample [n, d], spread [d] -> boolean [d]."""
    return spread <= FLAT * np.maximum(np.abs(sample).max(axis=0), 1e-12)


def _scale(
    values: np.ndarray,
    wells: dict[str, np.ndarray],
    by: str,
    chosen: np.ndarray,
    min_wells: int,
    middle_and_spread: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
) -> Aligned:
    aligned = np.empty_like(values)
    flat_in = np.zeros(values.shape[1], dtype=int)  # in how many batches a feature is constant
    counts = []
    for name, rows in batches_of(wells, by):
        sample = values[rows][chosen[rows]]
        if len(sample) < min_wells:
            kind = "wells" if chosen.all() else "control wells"
            raise DataQualityError(
                f"{by} {name!r} has {len(sample)} {kind}; standardising needs at least {min_wells}.".strip(),
                hint="Leave that plate out, or standardise by a larger batch.",
            )
        counts.append(len(sample))
        middle, spread = middle_and_spread(sample)
        flat = constant(sample, spread)
        flat_in += flat
        aligned[rows] = (values[rows] - middle) / np.where(flat, 1, spread)
    kept = np.flatnonzero(flat_in == 0)
    if kept.size == 0:
        raise DataQualityError(
            f"all {values.shape[1]} features are constant on the wells that {by or 'the whole screen'} is scaled by, in "
            f"{int(flat_in.min())} or more of {len(counts)} batches.",
            hint="Scale by a larger batch.",
        )
    dropped = values.shape[1] - kept.size
    on = "wells" if chosen.all() else "controls"
    warnings = (f"{dropped} of {values.shape[1]} features are constant on some batch's {on}: dropped",)
    return Aligned(aligned[:, kept], kept, _counted(counts) | {"n_dropped": dropped}, warnings if dropped else ())


def _mean_and_sd(sample: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return sample.mean(axis=0), sample.std(axis=0)


def _median_and_mad(sample: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    middle = np.median(sample, axis=0)
    return middle, NORMAL_MAD * np.median(np.abs(sample - middle), axis=0)


def _counted(counts: list[int]) -> dict[str, object]:
    return {"n_batches": len(counts), "controls_per_batch": [min(counts), max(counts)]}
