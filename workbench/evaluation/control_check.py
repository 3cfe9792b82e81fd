"""How much of an rD would be the noise of a control that prediction and truth share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from workbench.evaluation.response_metrics import row_correlation
from workbench.evaluation.split import Fold

FLAGGED = 0.05  # of inflation, from which a reader must be told


class ControlCheck(NamedTuple):
    """Mean rD of the training mean: with the same controls on both sides, with disjoint halves; n rows tested."""

    same: float
    disjoint: float
    n: int

    @property
    def inflation(self) -> float:
        """What a shared control adds to the rD of a prediction that knows nothing of the perturbation."""
        return self.same - self.disjoint

    @property
    def is_flagged(self) -> bool:
        """Whether the inflation is large enough to be told."""
        return self.inflation > FLAGGED


def check_controls(known: np.ndarray, truth: np.ndarray, folds: Sequence[Fold]) -> ControlCheck:
    """rD of the training mean against held-out rows that share its controls, and against rows that do not.

    known, truth [n, n_readouts]: the same wells against two disjoint halves of the controls.
    """
    same, disjoint = [], []
    for fold in folds:
        mean = np.tile(known[fold.train].mean(axis=0), (len(fold.test), 1))
        same.append(row_correlation(mean, known[fold.test]))
        disjoint.append(row_correlation(mean, truth[fold.test]))
    both = [np.concatenate(rows) for rows in (same, disjoint)]
    return ControlCheck(float(both[0].mean()), float(both[1].mean()), len(both[0]))
