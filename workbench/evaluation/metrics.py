"""Metrics of predicted against observed responses, as pure functions of arrays (definitions: cell-eval, Systema)."""

from __future__ import annotations

import numpy as np


def row_correlation(predicted: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Pearson r of each row [n]; 0 where a row is constant. predicted, observed [n, n_readouts]."""
    a = predicted - predicted.mean(axis=1, keepdims=True)
    b = observed - observed.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.divide((a * b).sum(axis=1), norm, out=np.zeros(len(a)), where=norm > 1e-12)


def rdmean(predicted: np.ndarray, observed: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Pearson r of the deviations from the training mean for each row [n] (Systema); 0 for the mean itself.

    predicted, observed [n, n_readouts], reference [n_readouts].
    """
    return row_correlation(predicted - reference, observed - reference)


def discrimination(predicted: np.ndarray, observed: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Share of other observed responses that are less similar to the prediction than the own one [n]; ties half.

    Cosine after subtracting the reference [n_readouts]; predicted, observed [n, n_readouts]; 0.5 is chance, 1 perfect
    (the (N-1) form of the perturbation discrimination score).
    """
    n = len(observed)
    if n < 2:
        return np.full(n, np.nan)
    a, b = _unit(predicted - reference), _unit(observed - reference)
    similarity = np.round(a @ b.T, 12)
    own = np.diag(similarity)[:, None]
    beaten = (similarity < own).sum(axis=1) + 0.5 * ((similarity == own).sum(axis=1) - 1)
    return beaten / (n - 1)


def mean_absolute_error(predicted: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Mean absolute error over readouts for each row [n]; predicted, observed [n, n_readouts]."""
    return np.abs(predicted - observed).mean(axis=1)


def _unit(rows: np.ndarray) -> np.ndarray:
    norm = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, norm, out=np.zeros_like(rows, dtype=float), where=norm > 1e-12)
