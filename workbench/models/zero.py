"""No change at all: the floor of every table."""

from __future__ import annotations

import numpy as np

from workbench.models import register_model


@register_model("zero", task="any", source="the unperturbed control as the answer", title="No change", about="zero")
class Zero:
    """Predicts a change of 0 for every question; the spread is the size of a training response."""

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> Zero:
        """inputs [..., n, n] or [n, n_features] and noise [n] (unused); targets [n, n_readouts]."""
        self.spread = np.sqrt(np.square(targets).mean(axis=0))
        self.n = len(targets)
        return self

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Zeros and spread [n_asked, n_readouts]; prior [n_asked] gives the number of questions."""
        return np.zeros((len(prior), len(self.spread))), np.tile(self.spread, (len(prior), 1))

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """No training row takes part [n_asked, n]."""
        return np.zeros((len(prior), self.n))

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore the model: spread [n_readouts], n."""
        return {"spread": self.spread, "n": np.array([self.n])}

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> Zero:
        """The model of `state()`: spread [n_readouts]."""
        model = cls()
        model.spread, model.n = state["spread"], int(state["n"][0])
        return model
