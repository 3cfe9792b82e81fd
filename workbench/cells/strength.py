"""How strong a response will be, apart from where it points: a small regression of the size of the response."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SMALLEST = 1e-9


@dataclass(frozen=True, eq=False)
class StrengthModel:
    """log size = coefficients · (1, log replicates, log predicted size) + Gaussian process over the genes' mean kernel.

    The size is the root mean square over readouts of the change from the training mean, in units of the readouts; it
    holds noise, which is why it follows the number of replicates. coefficients [3]; dual [n], zeros without a kernel.
    """

    coefficients: np.ndarray
    dual: np.ndarray

    @classmethod
    def fit(
        cls, sizes: np.ndarray, predicted: np.ndarray, replicates: np.ndarray, kernel: np.ndarray | None
    ) -> StrengthModel:
        """sizes [n] measured, predicted [n] sizes of predictions that had not seen the row, replicates [n], kernel [n, n]."""
        covariates = _covariates(predicted, replicates)
        logs = np.log(np.maximum(sizes, SMALLEST))
        coefficients = np.linalg.lstsq(covariates, logs, rcond=None)[0]
        left = logs - covariates @ coefficients
        dual = np.zeros(len(left)) if kernel is None else np.linalg.solve(kernel + np.eye(len(left)), left)
        return cls(coefficients, dual)

    def predict(self, predicted: np.ndarray, replicates: np.ndarray, cross: np.ndarray | None) -> np.ndarray:
        """Size [n_asked] from the size of the prediction and the replicates planned [n_asked]; cross [n_asked, n]."""
        logs = _covariates(predicted, replicates) @ self.coefficients
        return np.exp(logs if cross is None else logs + cross @ self.dual)


def size_of(change: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Root mean square distance of each row [n] from a reference [n_readouts]; change [n, n_readouts]."""
    return np.sqrt(np.square(change - reference).mean(axis=1))


def _covariates(predicted: np.ndarray, replicates: np.ndarray) -> np.ndarray:
    predicted = np.log(np.maximum(predicted, SMALLEST))
    return np.stack([np.ones(len(predicted)), np.log(replicates), predicted], axis=1)
