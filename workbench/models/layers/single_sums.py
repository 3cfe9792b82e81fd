"""Sums of single responses, and the quadratic of such a sum: what models of combinations start from."""

from __future__ import annotations

import numpy as np


def single_responses(inputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Response of each part alone [n_parts, n_readouts], at its largest strength, and its training row [n_parts].

    inputs [n, n_parts] strengths, targets [n, n_readouts]. A part that is nowhere alone: the mean of all, row -1.
    """
    singles, rows = np.tile(targets.mean(axis=0), (inputs.shape[1], 1)), np.full(inputs.shape[1], -1)
    for row in np.flatnonzero((inputs != 0).sum(axis=1) == 1):
        part = int(np.flatnonzero(inputs[row])[0])
        if rows[part] < 0 or abs(inputs[row, part]) > abs(inputs[rows[part], part]):
            singles[part], rows[part] = targets[row], row
    return singles, rows


def sum_of_singles(inputs: np.ndarray, singles: np.ndarray) -> np.ndarray:
    """Sum of the single responses of the parts that are there [n_asked, n_readouts]; inputs [n_asked, n_parts]."""
    return (inputs != 0).astype(float) @ singles


def rows_of_singles(inputs: np.ndarray, rows: np.ndarray, n: int) -> np.ndarray:
    """1 for each training row that is summed [n_asked, n]; inputs [n_asked, n_parts], rows [n_parts], -1 for none."""
    out = np.zeros((len(inputs), n))
    for part in np.flatnonzero(rows >= 0):
        out[inputs[:, part] != 0, rows[part]] = 1.0
    return out


def quadratic_of_sums(inputs: np.ndarray, targets: np.ndarray, singles: np.ndarray) -> np.ndarray:
    """Coefficients [3], highest power first, that fit the combinations' targets by their sums of singles.

    One set for all readouts, by least squares; the sum itself where there are fewer than three different sums.
    """
    combined = (inputs != 0).sum(axis=1) > 1
    total = sum_of_singles(inputs[combined], singles).ravel()
    if len(np.unique(total)) < 3:
        return np.array([0.0, 1.0, 0.0])
    return np.polyfit(total, targets[combined].ravel(), 2)
