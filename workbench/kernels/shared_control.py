"""What a control that prediction and truth share adds to their correlation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class SharedControl(NamedTuple):
    """Mean r of "the mean of the others" with a row: same controls on both sides, disjoint halves; n rows."""

    same: float
    disjoint: float
    n: int


def shared_control(first: np.ndarray, second: np.ndarray, units: np.ndarray) -> SharedControl:
    """Predict each row by the mean of the rows of other units; truth with the same or with the other controls.

    first, second [n, n_readouts]: the same wells against two disjoint halves of the controls. units [n] labels (genes):
    rows of one unit never predict each other. NaN and n = 0 where there are fewer than two units. A prediction that
    knows nothing of the perturbation has a true r that both share; what `same` has more is noise of the controls.
    Source: facts on control-referenced scores; equal to leave-one-unit-out folds of the training mean.
    """
    labels, index = np.unique(units, return_inverse=True)
    if len(labels) < 2:
        return SharedControl(float("nan"), float("nan"), 0)
    sums = np.zeros((len(labels), first.shape[1]))
    np.add.at(sums, index, first)
    n_others = len(first) - np.bincount(index)
    mean = ((sums.sum(axis=0) - sums) / n_others[:, None])[index]
    return SharedControl(float(_rows(mean, first).mean()), float(_rows(mean, second).mean()), len(first))


def _rows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.divide((a * b).sum(axis=1), norm, out=np.zeros(len(a)), where=norm > 1e-12)
