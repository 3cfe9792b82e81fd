"""The mean of the same perturbation in other contexts; the mean of everything for a perturbation never seen."""

from __future__ import annotations

import numpy as np

from workbench.models import register_model


@register_model(
    "context_mean",
    task="kernel",
    source="the general baseline of TxPert (valence-labs)",
    title="Mean in other contexts",
)
class ContextMean:
    """yhat = mean over the training rows of the same gene (rows of other contexts); the last kernel says which they are."""

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> ContextMean:
        """inputs [n_kernels + 1, n, n], the last one the same-gene kernel (unused here); targets [n, n_readouts]."""
        self.targets, self.spread = targets, targets.std(axis=0)
        return self

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """Share of each training row [n_asked, n], rows summing to 1; inputs [n_kernels + 1, n_asked, n]."""
        same = (inputs[-1] > 0).astype(float)
        same[same.sum(axis=1) == 0] = 1.0
        return same / same.sum(axis=1, keepdims=True)

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and spread [n_asked, n_readouts]."""
        mean = self.weights(inputs, prior) @ self.targets
        return mean, np.tile(self.spread, (len(mean), 1))

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore the model: targets [n, n_readouts], spread [n_readouts]."""
        return {"targets": self.targets, "spread": self.spread}

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> ContextMean:
        """The model of `state()`: targets [n, n_readouts]."""
        model = cls()
        model.targets, model.spread = state["targets"], state["spread"]
        return model
