"""Kernel ridge regression on one gene kernel (network diffusion): all readouts share one Cholesky factor."""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from workbench.models import register_model


@register_model(
    "kernel_ridge", task="kernel", source="Saunders, Gammerman, Vovk (1998)", title="Kernel ridge on network diffusion"
)
class KernelRidge:
    """yhat = mean + k (K + noise I)^-1 (Y - mean), with the first kernel given."""

    def __init__(self, noise: float = 1.0) -> None:
        self.noise = noise

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> KernelRidge:
        """inputs [n_kernels, n, n] (the first is used), targets [n, n_readouts], noise [n] relative noise variance."""
        kernel = inputs[0] + np.diag(self.noise * noise)
        self.mean = targets.mean(axis=0)
        self.targets = targets - self.mean
        self.inverse = cho_solve(cho_factor(kernel, lower=True), np.eye(len(kernel)))
        self.spread = self.targets.std(axis=0)
        return self

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """Exact weight of each training row [n_asked, n]; inputs [n_kernels, n_asked, n], prior [n_asked]."""
        return inputs[0] @ self.inverse

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and spread [n_asked, n_readouts] for kernels to the training rows [n_kernels, n_asked, n]."""
        mean = self.mean + self.weights(inputs, prior) @ self.targets
        return mean, np.tile(self.spread, (len(mean), 1))

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore the model: mean, spread [n_readouts], targets [n, n_readouts], inverse [n, n]."""
        return {"mean": self.mean, "targets": self.targets, "inverse": self.inverse, "spread": self.spread}

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> KernelRidge:
        """The model of `state()`: targets [n, n_readouts], inverse [n, n]."""
        model = cls()
        model.mean, model.targets = state["mean"], state["targets"]
        model.inverse, model.spread = state["inverse"], state["spread"]
        return model
