"""The mean of what was measured: the baseline every model stands beside."""

from __future__ import annotations

import numpy as np

from workbench.models import register_model


@register_model(
    "mean", task="any", source="the baseline of Ahlmann-Eltze et al., Nat Methods 22:1657 (2025)", title="Mean"
)
class Mean:
    """Predicts the training mean for every question."""

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> Mean:
        """inputs [..., n, n] or [n, n_features] (unused); targets [n, n_readouts]; noise [n] (unused)."""
        self.mean = targets.mean(axis=0)
        self.spread = targets.std(axis=0)
        self.n = len(targets)
        return self

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and spread [n_asked, n_readouts]; prior [n_asked] gives the number of questions."""
        shape = (len(prior), 1)
        return np.tile(self.mean, shape), np.tile(self.spread, shape)

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """Share of each training row in the deviation from the mean [n_asked, n]: none."""
        return np.zeros((len(prior), self.n))

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore the model: mean, spread [n_readouts], n."""
        return {"mean": self.mean, "spread": self.spread, "n": np.array([self.n])}

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> Mean:
        """The model of `state()`: mean, spread [n_readouts]."""
        model = cls()
        model.mean, model.spread, model.n = state["mean"], state["spread"], int(state["n"][0])
        return model
