"""The mean of the training rows that share a part of the combination asked about."""

from __future__ import annotations

import numpy as np

from workbench.models import register_model


@register_model(
    "matched_mean", task="strength", source="Ahlmann-Eltze et al., Nat Methods 22:1657 (2025)", title="Matched mean"
)
class MatchedMean:
    """Mean over every training row with one of the parts of the question; the mean of all rows where none has."""

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> MatchedMean:
        """inputs [n, n_parts] strengths, targets [n, n_readouts], noise [n] (unused)."""
        self.parts, self.targets = (inputs != 0).astype(float), targets
        self.spread = targets.std(axis=0)
        return self

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """Share of each training row [n_asked, n], rows summing to 1; inputs [n_asked, n_parts]."""
        shared = (((inputs != 0).astype(float) @ self.parts.T) > 0).astype(float)
        shared[shared.sum(axis=1) == 0] = 1.0
        return shared / shared.sum(axis=1, keepdims=True)

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and spread [n_asked, n_readouts]."""
        mean = self.weights(inputs, prior) @ self.targets
        return mean, np.tile(self.spread, (len(mean), 1))

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore the model: parts [n, n_parts], targets [n, n_readouts], spread [n_readouts]."""
        return {"parts": self.parts, "targets": self.targets, "spread": self.spread}

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> MatchedMean:
        """The model of `state()`: parts [n, n_parts], targets [n, n_readouts]."""
        model = cls()
        model.parts, model.targets, model.spread = state["parts"], state["targets"], state["spread"]
        return model
