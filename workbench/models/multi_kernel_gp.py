"""Gaussian process over perturbations with several gene kernels, replicate noise and denoised responses; closed form."""

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

    The kernels share their weights because a marginal likelihood over many unreproducible readouts chooses none. With
    `denoise` and the replicate errors of the responses, each principal axis of the responses is shrunk by the share of
    its variance that replicates reproduce (a Wiener filter), which leaves the weights of the rows exact.
    """

    def __init__(self, noise: float = 1.0, identity: float = 0.25, denoise: float = 0.0) -> None:
        self.noise = noise
        self.identity = identity
        self.denoise = denoise

    def fit(
        self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray, errors: np.ndarray | None = None
    ) -> MultiKernelGP:
        """inputs [n_kernels + 1, n, n], the last one the same-gene kernel; targets [n, n_readouts]; noise [n].

        errors [n, n_readouts]: one draw of the measurement error of each response, NaN for a row without replicates.
        """
        kernel = self._combine(inputs) + np.diag(self.noise * noise)
        self.inverse = cho_solve(cho_factor(kernel, lower=True), np.eye(len(kernel)))
        self.errors = errors
        self._learn(np.asarray(targets, dtype=np.float64))
        return self

    def update(
        self,
        cross: np.ndarray,
        inputs: np.ndarray,
        targets: np.ndarray,
        noise: np.ndarray,
        errors: np.ndarray | None = None,
    ) -> MultiKernelGP:
        """Take in new results without another factorisation of the old ones (inverse of a block matrix); equals a refit.

        cross [n_kernels + 1, n_new, n], inputs [n_kernels + 1, n_new, n_new], targets [n_new, n_readouts], noise,
        errors of the new rows as in fit.
        """
        side = self._combine(cross)
        carried = side @ self.inverse
        block = self._combine(inputs) + np.diag(self.noise * noise) - carried @ side.T
        corner = cho_solve(cho_factor(block, lower=True), np.eye(len(block)))
        edge = -corner @ carried
        self.inverse = np.block([[self.inverse - carried.T @ edge, edge.T], [edge, corner]])
        if self.errors is not None:
            new = np.full(targets.shape, np.nan) if errors is None else errors
            self.errors = np.concatenate([self.errors, new])
        self._learn(np.concatenate([self.targets + self.mean, targets]))
        return self

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """Exact weight of each training row [n_asked, n]; inputs [n_kernels + 1, n_asked, n], prior [n_asked]."""
        return self._combine(inputs) @ self.solver

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Posterior mean and standard deviation of the true response [n_asked, n_readouts].

        prior [n_asked] is the kernel of each question with itself (1 where a network knows the gene, else 0).
        """
        cross = self._combine(inputs)
        carried = cross @ self.inverse
        variance = np.maximum(prior + self.identity - np.einsum("mn,mn->m", carried, cross), 1e-9)
        return self.mean + cross @ self.effects, np.sqrt(variance)[:, None] * self.scale

    def sample(self, inputs: np.ndarray, own: np.ndarray, n_draws: int, rng: np.random.Generator) -> np.ndarray:
        """Joint draws of the true responses [n_draws, n_asked, n_readouts], correlated over questions and readouts.

        inputs [n_kernels + 1, n_asked, n], own [n_kernels + 1, n_asked, n_asked]; covariance = posterior covariance of
        the questions ⊗ covariance of the readouts under this kernel (that of the responses whitened over the rows).
        """
        cross = self._combine(inputs)
        covariance = self._combine(own) - cross @ self.inverse @ cross.T
        sizes, axes = np.linalg.eigh((covariance + covariance.T) / 2)
        left = axes * np.sqrt(np.maximum(sizes, 0.0))
        n = len(self.targets)
        whitened = np.linalg.cholesky(self.inverse).T @ self.targets / np.sqrt(n)
        draws = rng.standard_normal((n_draws, len(left), n))
        return self.mean + cross @ self.effects + (left @ draws) @ whitened

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore the model: mean, scale [n_readouts], targets [n, n_readouts], inverse, solver [n, n]."""
        settings = np.array([self.noise, self.identity, self.denoise])
        arrays = {name: getattr(self, name) for name in ("mean", "targets", "inverse", "solver", "scale")}
        return {**arrays, "settings": settings}

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> MultiKernelGP:
        """The model of `state()`: targets [n, n_readouts], inverse [n, n]; a version kept before `denoise` has no solver."""
        model = cls(*state["settings"])
        model.mean, model.targets = state["mean"], state["targets"]
        model.inverse, model.scale = state["inverse"], state["scale"]
        model.solver, model.errors = state.get("solver", model.inverse), None
        model.effects = model.solver @ model.targets
        return model

    def _learn(self, targets: np.ndarray) -> None:
        self.mean = targets.mean(axis=0)
        self.targets = targets - self.mean
        # signal variance of each readout by its quadratic form, the maximum-likelihood scale of this kernel
        scale = np.einsum("nd,nd->d", self.targets, self.inverse @ self.targets) / len(targets)
        self.scale = np.sqrt(np.maximum(scale, 1e-12))
        self.solver = self.inverse
        if self.denoise and self.errors is not None:
            self.solver = self.inverse @ reproducible(self.targets, self.errors)
        self.effects = self.solver @ self.targets

    def _combine(self, inputs: np.ndarray) -> np.ndarray:
        return inputs[:-1].mean(axis=0) + self.identity * inputs[-1]


def reproducible(targets: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Filter [n, n] that keeps of each principal axis of centred targets [n, n_readouts] what its replicates reproduce.

    Share kept = 1 − (variance of the errors along the axis) / (variance of the targets along it), from 0 to 1; errors
    [n, n_readouts] with NaN rows left out; the identity where no row has any.
    """
    known = np.isfinite(errors).all(axis=1)
    if not known.any():
        return np.eye(len(targets))
    # the axes by the rows' Gram matrix: n is far below the number of readouts
    sizes, left = np.linalg.eigh(targets @ targets.T)
    kept = sizes > 1e-10 * sizes[-1]
    sizes, left = sizes[kept], left[:, kept]
    along = (errors[known] @ targets.T) @ left / np.sqrt(sizes)
    share = 1.0 - np.square(along).mean(axis=0) / (sizes / len(targets))
    return (left * np.clip(share, 0.0, 1.0)) @ left.T
