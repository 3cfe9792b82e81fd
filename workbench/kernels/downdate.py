"""A Gaussian process asked again without each of its measurements, in closed form."""

from __future__ import annotations

import numpy as np


def predictions_without_each(inverse: np.ndarray, cross: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """What the process predicts for one question when row i was never measured, for every row i [n, n_readouts].

    inverse [n, n] of the kernel with its noise, cross [n] kernel of the question with the rows, targets [n, n_readouts];
    the targets are centred by the mean of the rows that are left. Inverse of a block matrix (Rasmussen & Williams 2006,
    A.3): without row i the weights are w − w_i A_i / A_ii. Equals a refit.
    """
    weights = cross @ inverse
    without = weights[None, :] - (weights / np.diag(inverse))[:, None] * inverse
    np.fill_diagonal(without, 0.0)
    mean = (targets.sum(axis=0) - targets) / (len(targets) - 1)
    return mean + without @ targets - without.sum(axis=1)[:, None] * mean
