"""Change against matched controls: the one definition used by loaders, the virtual cell, verdicts and pages."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from workbench.errors import DataQualityError

MIN_CONTROLS = 2


class Responses(NamedTuple):
    """One row per group: delta, standard_error [n_groups, n_features]; n, agreement [n_groups]; groups [n_groups]."""

    groups: np.ndarray
    delta: np.ndarray
    standard_error: np.ndarray
    n: np.ndarray
    agreement: np.ndarray


def against_controls(values: np.ndarray, plates: np.ndarray, is_control: np.ndarray) -> np.ndarray:
    """Values [n_wells, n_features] minus the mean of the control wells of the same plate, in the units of values.

    plates [n_wells], is_control bool [n_wells]. Raises DataQualityError naming a plate with fewer than two controls.
    """
    delta = np.empty(values.shape, dtype=np.float64)
    for plate in np.unique(plates):
        here = plates == plate
        controls = here & is_control
        if controls.sum() < MIN_CONTROLS:
            raise DataQualityError(
                f"plate {plate} has {int(controls.sum())} negative control wells; at least {MIN_CONTROLS} are needed.",
                hint="Mark the control wells, or leave the plate out.",
            )
        delta[here] = values[here] - values[controls].mean(axis=0, dtype=np.float64)
    return delta


def control_sd(values: np.ndarray, plates: np.ndarray, is_control: np.ndarray) -> np.ndarray:
    """Standard deviation of the control wells within their plates, pooled [n_features]; 1 for a feature they never vary.

    values [n_wells, n_features], plates [n_wells], is_control bool [n_wells]; units of values.
    """
    controls, of_plate = np.asarray(values[is_control], dtype=np.float64), plates[is_control]
    names, index = np.unique(of_plate, return_inverse=True)
    means = np.stack([controls[index == i].mean(axis=0) for i in range(len(names))])
    sd = np.sqrt(np.square(controls - means[index]).sum(axis=0) / max(len(controls) - len(names), 1))
    return np.where(sd > 1e-9 * np.abs(controls).max(axis=0), sd, 1.0)


def summarise(delta: np.ndarray, groups: np.ndarray) -> Responses:
    """Mean change of each group of replicates.

    delta [n_wells, n_features], groups [n_wells] labels. standard_error is sd / sqrt(n) (ddof 1; NaN for one
    replicate); agreement is the mean Pearson r over all pairs of replicates (NaN for one replicate).
    """
    labels, index = np.unique(groups, return_inverse=True)
    shape = (len(labels), delta.shape[1])
    mean, error = np.empty(shape), np.full(shape, np.nan)
    count, agreement = np.zeros(len(labels), dtype=np.int64), np.full(len(labels), np.nan)
    order = np.argsort(index, kind="stable")
    for group, rows in enumerate(np.split(order, np.cumsum(np.bincount(index))[:-1])):
        block = np.asarray(delta[rows], dtype=np.float64)
        mean[group] = block.mean(axis=0)
        count[group] = len(rows)
        if len(rows) > 1:
            error[group] = block.std(axis=0, ddof=1) / np.sqrt(len(rows))
            agreement[group] = mean_pairwise_correlation(block)
    return Responses(labels, mean, error, count, agreement)


def error_draws(delta: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """One draw of the error of each group's mean [n_groups, n_features], groups sorted; NaN for one replicate.

    delta [n_wells, n_features], groups [n_wells] labels. The difference of two halves of the replicates (every other
    one), scaled so that its variance is that of the mean: × sqrt((1/n) / (1/a + 1/b)) for halves of a and b.
    """
    labels, index = np.unique(groups, return_inverse=True)
    errors = np.full((len(labels), delta.shape[1]), np.nan)
    order = np.argsort(index, kind="stable")
    for group, rows in enumerate(np.split(order, np.cumsum(np.bincount(index))[:-1])):
        if len(rows) > 1:
            a, b = rows[::2], rows[1::2]
            scale = np.sqrt((1 / len(rows)) / (1 / len(a) + 1 / len(b)))
            errors[group] = scale * (delta[a].mean(axis=0) - delta[b].mean(axis=0))
    return errors


def mean_pairwise_correlation(block: np.ndarray) -> float:
    """Mean Pearson r over all pairs of rows of block [n, n_features]; NaN below two rows or two features."""
    n = len(block)
    if n < 2 or block.shape[1] < 2:
        return float("nan")
    centred = block - block.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(centred, axis=1)
    usable = norm > 0
    if usable.sum() < 2:
        return float("nan")
    unit = centred[usable] / norm[usable, None]
    m = int(usable.sum())
    return float((np.square(unit.sum(axis=0)).sum() - m) / (m * (m - 1)))
