"""Metrics of predicted against observed responses, one value a perturbation (definitions: cell-eval, Systema).

A correlation with a delta against control (rD) is never a skill by itself: a control shared by prediction and truth is
shared noise, and a response common to all perturbations is found by their mean.
"""

from __future__ import annotations

import numpy as np

from workbench.errors import InputError


def row_correlation(predicted: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Pearson r of each row [n]; 0 where a row is constant. predicted, observed [n, n_readouts].

    With deltas against control this is rD (cell-eval's pearson_delta). Raises InputError for unequal shapes.
    """
    predicted, observed = _equal(predicted, observed)
    a = predicted - predicted.mean(axis=1, keepdims=True)
    b = observed - observed.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.divide((a * b).sum(axis=1), norm, out=np.zeros(len(a)), where=norm > 1e-12)


def rdmean(predicted: np.ndarray, observed: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Pearson r of the deviations from the training mean for each row [n] (Systema); 0 for the mean itself.

    predicted, observed [n, n_readouts], reference [n_readouts]: unweighted mean of the training perturbations.
    """
    return row_correlation(predicted - reference, observed - reference)


def mean_absolute_error(predicted: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Mean absolute error over readouts for each row [n]; predicted, observed [n, n_readouts], units of the readouts."""
    predicted, observed = _equal(predicted, observed)
    return np.abs(predicted - observed).mean(axis=1)


def mean_squared_error(predicted: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Mean squared error over readouts for each row [n]; predicted, observed [n, n_readouts], squared units."""
    predicted, observed = _equal(predicted, observed)
    return np.square(predicted - observed).mean(axis=1)


def top_k_overlap(predicted: np.ndarray, observed: np.ndarray, k: int) -> np.ndarray:
    """Share of the k readouts that moved most that are among the k predicted to move most, sign included [n].

    predicted, observed [n, n_readouts] deltas; chance is about k / (2 n_readouts). A row that is predicted constant
    names nothing and gets 0. Raises InputError when there are fewer than k readouts.
    """
    predicted, observed = _equal(predicted, observed)
    n, n_readouts = observed.shape
    if not 0 < k <= n_readouts:
        raise InputError(f"the top {k} of {n_readouts} readouts do not exist.")
    chosen = [np.argsort(-np.abs(rows), axis=1, kind="stable")[:, :k] for rows in (predicted, observed)]
    marks = np.zeros((2, n, n_readouts))
    for mark, rows, top in zip(marks, (predicted, observed), chosen, strict=True):
        np.put_along_axis(mark, top, np.sign(np.take_along_axis(rows, top, axis=1)), axis=1)
    found = (marks[0] * marks[1] > 0).sum(axis=1) / k
    return np.where(np.ptp(predicted, axis=1) > 1e-12, found, 0.0)


def _equal(predicted: np.ndarray, observed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    predicted, observed = np.asarray(predicted, dtype=np.float64), np.asarray(observed, dtype=np.float64)
    if predicted.shape != observed.shape or predicted.ndim != 2:
        raise InputError(f"predicted {predicted.shape} and observed {observed.shape} need one shape, rows × readouts.")
    return predicted, observed
