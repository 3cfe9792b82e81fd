"""Gaussian process over perturbations with the mean of several gene kernels and replicate noise; closed form."""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from workbench.models import register_model


@register_model(
    "multi_kernel_gp",
    task="kernel",
    source="Rasmussen & Williams (2006), chapter 2",
    title="Multi-kernel Gaussian process",
)
class MultiKernelGP:
    """K = mean of the kernels + identity of the gene; noise variance of a row = noise × its relative noise.

    The kernels share their weights because a marginal likelihood over many unreproducible readouts chooses none.
    """

    def __init__(self, noise: float = 1.0, identity: float = 0.25) -> None:
        self.noise = noise
        self.identity = identity

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> MultiKernelGP:
        """inputs [n_kernels + 1, n, n], the last one the same-gene kernel; targets [n, n_readouts]; noise [n]."""
        kernel = self._combine(inputs) + np.diag(self.noise * noise)
        self.mean = targets.mean(axis=0)
        self.targets = targets - self.mean
        self.inverse = cho_solve(cho_factor(kernel, lower=True), np.eye(len(kernel)))
        # signal variance of each readout by its quadratic form, the maximum-likelihood scale of this kernel
        scale = np.einsum("nd,nm,md->d", self.targets, self.inverse, self.targets) / len(targets)
        self.scale = np.sqrt(np.maximum(scale, 1e-12))
        return self

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """Exact weight of each training row [n_asked, n]; inputs [n_kernels + 1, n_asked, n], prior [n_asked]."""
        return self._combine(inputs) @ self.inverse

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Posterior mean and standard deviation of the true response [n_asked, n_readouts].

        prior [n_asked] is the kernel of each question with itself (1 where a network knows the gene, else 0).
        """
        cross = self._combine(inputs)
        weights = cross @ self.inverse
        variance = np.maximum(prior + self.identity - np.einsum("mn,mn->m", weights, cross), 1e-9)
        return self.mean + weights @ self.targets, np.sqrt(variance)[:, None] * self.scale

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore the model: mean, scale [n_readouts], targets [n, n_readouts], inverse [n, n]."""
        settings = np.array([self.noise, self.identity])
        arrays = {"mean": self.mean, "targets": self.targets, "inverse": self.inverse, "scale": self.scale}
        return {**arrays, "settings": settings}

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> MultiKernelGP:
        """The model of `state()`: targets [n, n_readouts], inverse [n, n]."""
        model = cls(*state["settings"])
        model.mean, model.targets = state["mean"], state["targets"]
        model.inverse, model.scale = state["inverse"], state["scale"]
        return model

    def _combine(self, inputs: np.ndarray) -> np.ndarray:
        return inputs[:-1].mean(axis=0) + self.identity * inputs[-1]
