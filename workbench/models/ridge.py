"""Ridge regression on the strengths of the drugs given."""

from __future__ import annotations

import numpy as np

from workbench.models import register_model


@register_model("ridge", task="strength", source="Hoerl & Kennard (1970)", title="Ridge on drug strengths")
class Ridge:
    """yhat = mean + z B with standardised strengths z; penalty on the size of B."""

    def __init__(self, penalty: float = 1.0) -> None:
        self.penalty = penalty

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> Ridge:
        """inputs [n, n_drugs] strengths, targets [n, n_readouts], noise [n] (all equal: there are no replicates)."""
        self.centre, spread = inputs.mean(axis=0), inputs.std(axis=0)
        self.width = np.where(spread > 0, spread, 1.0)
        self.mean = targets.mean(axis=0)
        self.targets = targets - self.mean
        z = (inputs - self.centre) / self.width
        self.solver = np.linalg.solve(z.T @ z + self.penalty * np.eye(z.shape[1]), z.T)
        self.spread = (self.targets - z @ (self.solver @ self.targets)).std(axis=0)
        return self

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """Exact weight of each training row [n_asked, n]; inputs [n_asked, n_drugs], prior [n_asked]."""
        return ((inputs - self.centre) / self.width) @ self.solver

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and residual spread [n_asked, n_readouts] for strengths [n_asked, n_drugs]."""
        mean = self.mean + self.weights(inputs, prior) @ self.targets
        return mean, np.tile(self.spread, (len(mean), 1))

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore the model: centre, width [n_drugs], mean, spread [n_readouts], solver [n_drugs, n]."""
        names = ("centre", "width", "mean", "targets", "solver", "spread")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> Ridge:
        """The model of `state()`: solver [n_drugs, n]."""
        model = cls()
        for name, array in state.items():
            setattr(model, name, array)
        return model
