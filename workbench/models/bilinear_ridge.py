"""Bilinear ridge: principal axes of the responses times features of the perturbations (a strong linear baseline)."""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from workbench.models import register_model


@register_model(
    "bilinear_ridge",
    task="kernel",
    source="the linear baseline of Ahlmann-Eltze et al., Nat Methods 22:1657 (2025)",
    title="Bilinear ridge",
)
class BilinearRidge:
    """Y - mean = P W G', G the leading principal axes of the responses, P the features behind the mean kernel.

    Ridge on W in its dual form: (K + penalty I)^-1 on the responses projected on G.
    """

    def __init__(self, penalty: float = 1.0, n_axes: float = 20) -> None:
        self.penalty, self.n_axes = penalty, int(n_axes)

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> BilinearRidge:
        """inputs [n_kernels + 1, n, n], the last one the same-gene kernel (left out); targets [n, n_readouts]."""
        self.mean = targets.mean(axis=0)
        self.targets = targets - self.mean
        left = np.linalg.svd(self.targets, full_matrices=False)[0][:, : self.n_axes]
        kernel = inputs[:-1].mean(axis=0) + self.penalty * np.eye(len(targets))
        # Y G G' = L L' Y with L the left singular vectors, so the weights of the rows stay exact
        self.solver = cho_solve(cho_factor(kernel, lower=True), left) @ left.T
        self.spread = self.targets.std(axis=0)
        return self

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """Exact weight of each training row [n_asked, n]; inputs [n_kernels + 1, n_asked, n]."""
        return inputs[:-1].mean(axis=0) @ self.solver

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and spread [n_asked, n_readouts]."""
        mean = self.mean + self.weights(inputs, prior) @ self.targets
        return mean, np.tile(self.spread, (len(mean), 1))

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore the model: mean, spread [n_readouts], targets [n, n_readouts], solver [n, n]."""
        return {name: getattr(self, name) for name in ("mean", "targets", "solver", "spread")}

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> BilinearRidge:
        """The model of `state()`: solver [n, n]."""
        model = cls()
        for name, array in state.items():
            setattr(model, name, array)
        return model
