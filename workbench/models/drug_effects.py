"""A response is the sum of the effects of its drugs, and drugs have an effect in common: a Gaussian process on both."""

from __future__ import annotations

import numpy as np

from workbench.models import register_model

COMMON, NOISE = (0.03, 0.1, 0.3, 1.0, 3.0), (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


@register_model(
    "drug_effects",
    task="strength",
    source="Rasmussen & Williams (2006), chapters 2 and 5",
    title="Drug effects with a common part",
    about="zero",
)
class DrugEffects:
    """y = sum over drugs of z (m + e), z the strength over the drug's usual one, m and e Gaussian; no drug, no change.

    An unmeasured drug gets the common effect m. The variances of m and of the noise, relative to that of e, are those of
    the largest marginal likelihood of the training rows over a fixed grid.
    """

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> DrugEffects:
        """inputs [n, n_drugs] strengths, targets [n, n_readouts], noise [n] relative noise variance."""
        used = (inputs != 0).sum(axis=0)
        usual = np.sqrt(np.square(inputs).sum(axis=0) / np.maximum(used, 1))
        everywhere = np.sqrt(np.square(inputs).sum() / max(int(used.sum()), 1)) or 1.0
        self.usual = np.where(used > 0, usual, everywhere)
        z = inputs / self.usual
        kernels, total = z @ z.T, np.outer(z.sum(axis=1), z.sum(axis=1))
        best = -np.inf
        for common in COMMON:
            for level in NOISE:
                found = _marginal_likelihood(kernels + common * total + level * np.diag(noise), targets)
                if found > best:
                    best, self.common, self.noise = found, common, level
        self.z, self.targets = z, targets
        self.inverse = np.linalg.inv(kernels + self.common * total + self.noise * np.diag(noise))
        self.scale = np.sqrt(np.einsum("nd,nm,md->d", targets, self.inverse, targets) / len(targets))
        return self

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """Exact weight of each training row [n_asked, n]; inputs [n_asked, n_drugs]."""
        return self._cross(inputs) @ self.inverse

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Posterior mean and standard deviation of the response, without measurement noise [n_asked, n_readouts]."""
        cross, z = self._cross(inputs), inputs / self.usual
        weights = cross @ self.inverse
        own = np.square(z).sum(axis=1) + self.common * np.square(z.sum(axis=1))
        variance = np.maximum(own - (weights * cross).sum(axis=1), 1e-9)
        return weights @ self.targets, np.sqrt(variance)[:, None] * self.scale

    def _cross(self, inputs: np.ndarray) -> np.ndarray:
        z = inputs / self.usual
        return z @ self.z.T + self.common * np.outer(z.sum(axis=1), self.z.sum(axis=1))

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore it: usual [n_drugs], z [n, n_drugs], targets [n, n_readouts], inverse [n, n], scale."""
        arrays = {name: getattr(self, name) for name in ("usual", "z", "targets", "inverse", "scale")}
        return {**arrays, "common": np.array([self.common]), "noise": np.array([self.noise])}

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> DrugEffects:
        """The model of `state()`: inverse [n, n]."""
        model = cls()
        for name in ("usual", "z", "targets", "inverse", "scale"):
            setattr(model, name, state[name])
        model.common, model.noise = float(state["common"][0]), float(state["noise"][0])
        return model


def _marginal_likelihood(kernel: np.ndarray, targets: np.ndarray) -> float:
    """Log marginal likelihood of targets [n, n_readouts] under kernel [n, n], the scale of each readout at its best."""
    factor = np.linalg.cholesky(kernel)
    size = np.square(np.linalg.solve(factor, targets)).mean(axis=0)
    n_readouts = targets.shape[1]
    return float(
        -n_readouts * np.log(np.diag(factor)).sum() - 0.5 * len(targets) * np.log(np.maximum(size, 1e-12)).sum()
    )
