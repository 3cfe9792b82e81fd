"""A response is the sum of the effects of its drugs, and drugs have an effect in common: a Gaussian process on both."""

from __future__ import annotations

import numpy as np

from workbench.models import register_model

COMMON, NOISE = (0.03, 0.1, 0.3, 1.0, 3.0), (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
SHARES = (0.0, 0.25, 0.5, 0.75, 0.95)


@register_model(
    "drug_effects",
    task="strength",
    source="Rasmussen & Williams (2006), chapters 2 and 5",
    title="Drug effects with a common part",
    about="zero",
)
class DrugEffects:
    """y = sum over drugs of z (m + e), z the strength over the drug's usual one, m and e Gaussian; no drug, no change.

    An unmeasured drug gets the common effect m and, where a likeness of the drugs is given (structures, targets), what
    similar drugs do: the covariance of e is then a mix of that likeness and of each drug by itself. The variances of m and
    of the noise, relative to that of e, and the share of the likeness are those of the largest marginal likelihood of
    the training rows over a fixed grid.
    """

    def fit(
        self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray, likeness: np.ndarray | None = None
    ) -> DrugEffects:
        """inputs [n, n_drugs] strengths, targets [n, n_readouts], noise [n] relative noise variance; likeness [n_drugs,
        n_drugs] positive semidefinite with ones on the diagonal."""
        used = (inputs != 0).sum(axis=0)
        usual = np.sqrt(np.square(inputs).sum(axis=0) / np.maximum(used, 1))
        everywhere = np.sqrt(np.square(inputs).sum() / max(int(used.sum()), 1)) or 1.0
        self.usual = np.where(used > 0, usual, everywhere)
        self.likeness = np.eye(inputs.shape[1]) if likeness is None else likeness
        z = inputs / self.usual
        best = -np.inf
        for share in SHARES[:1] if likeness is None else SHARES:
            effects = z @ _covariance(self.likeness, share) @ z.T
            for common in COMMON:
                shared = effects + common * np.outer(z.sum(axis=1), z.sum(axis=1))
                for level in NOISE:
                    found = _marginal_likelihood(shared + level * np.diag(noise), targets)
                    if found > best:
                        best, self.common, self.noise, self.share = found, common, level, share
        self.z, self.targets = z, targets
        self.inverse = np.linalg.inv(self._cross(inputs) + self.noise * np.diag(noise))
        self.scale = np.sqrt(np.einsum("nd,nm,md->d", targets, self.inverse, targets) / len(targets))
        return self

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """Exact weight of each training row [n_asked, n]; inputs [n_asked, n_drugs]."""
        return self._cross(inputs) @ self.inverse

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Posterior mean and standard deviation of the response, without measurement noise [n_asked, n_readouts]."""
        cross, z = self._cross(inputs), inputs / self.usual
        weights = cross @ self.inverse
        own = np.einsum("nd,de,ne->n", z, _covariance(self.likeness, self.share) + self.common, z)
        variance = np.maximum(own - (weights * cross).sum(axis=1), 1e-9)
        return weights @ self.targets, np.sqrt(variance)[:, None] * self.scale

    def parts(self, inputs: np.ndarray) -> dict[str, np.ndarray]:
        """The prediction as an exact sum [n_asked, n_readouts]: what all drugs do, what similar drugs do, the drug's own."""
        z, solved = inputs / self.usual, self.inverse @ self.targets
        apart = {
            "common": self.common * np.ones_like(self.likeness), "similar drugs": self.share * self.likeness,
            "own": (1 - self.share) * np.eye(len(self.likeness)),
        }  # fmt: skip
        return {name: z @ covariance @ self.z.T @ solved for name, covariance in apart.items()}

    def _cross(self, inputs: np.ndarray) -> np.ndarray:
        return inputs / self.usual @ (_covariance(self.likeness, self.share) + self.common) @ self.z.T

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore it: usual [n_drugs], z [n, n_drugs], targets [n, n_readouts], inverse [n, n], scale, likeness."""
        arrays = {name: getattr(self, name) for name in ("usual", "z", "targets", "inverse", "scale", "likeness")}
        return {**arrays, **{name: np.array([getattr(self, name)]) for name in ("common", "noise", "share")}}

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> DrugEffects:
        """The model of `state()`: inverse [n, n]; a version kept before there was a likeness has none."""
        model = cls()
        for name in ("usual", "z", "targets", "inverse", "scale"):
            setattr(model, name, state[name])
        model.likeness = state.get("likeness", np.eye(len(model.usual)))
        model.share = float(state["share"][0]) if "share" in state else 0.0
        model.common, model.noise = float(state["common"][0]), float(state["noise"][0])
        return model


def _covariance(likeness: np.ndarray, share: float) -> np.ndarray:
    """Covariance of the drugs' own effects [n_drugs, n_drugs]: a mix of their likeness and of each by itself."""
    return share * likeness + (1 - share) * np.eye(len(likeness))


def _marginal_likelihood(kernel: np.ndarray, targets: np.ndarray) -> float:
    """Log marginal likelihood of targets [n, n_readouts] under kernel [n, n], the scale of each readout at its best."""
    factor = np.linalg.cholesky(kernel)
    size = np.square(np.linalg.solve(factor, targets)).mean(axis=0)
    n_readouts = targets.shape[1]
    return float(
        -n_readouts * np.log(np.diag(factor)).sum() - 0.5 * len(targets) * np.log(np.maximum(size, 1e-12)).sum()
    )
