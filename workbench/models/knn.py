"""The nearest measured perturbations by network: a prediction that is its own explanation."""

from __future__ import annotations

import numpy as np

from workbench.models import register_model


@register_model("knn", task="kernel", source="Cover & Hart (1967)", title="Nearest perturbations")
class NearestPerturbations:
    """Similarity-weighted mean of the k most similar training rows; the mean of all where nothing is similar."""

    def __init__(self, k: float = 10) -> None:
        self.k = int(k)

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> NearestPerturbations:
        """inputs [n_kernels + 1, n, n], the last one the same-gene kernel (unused here); targets [n, n_readouts]."""
        self.targets, self.spread = targets, targets.std(axis=0)
        return self

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """Weight of each training row [n_asked, n], rows summing to 1; inputs [n_kernels + 1, n_asked, n]."""
        similarity = np.maximum(inputs[:-1].mean(axis=0), 0.0)
        k = min(self.k, similarity.shape[1])
        kept = np.argsort(-similarity, axis=1, kind="stable")[:, :k]
        weights = np.zeros_like(similarity)
        np.put_along_axis(weights, kept, np.take_along_axis(similarity, kept, axis=1), axis=1)
        weights[weights.sum(axis=1) == 0] = 1.0
        return weights / weights.sum(axis=1, keepdims=True)

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean of the neighbours and spread [n_asked, n_readouts]."""
        mean = self.weights(inputs, prior) @ self.targets
        return mean, np.tile(self.spread, (len(mean), 1))

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore the model: targets [n, n_readouts], spread [n_readouts], k."""
        return {"targets": self.targets, "spread": self.spread, "k": np.array([self.k])}

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> NearestPerturbations:
        """The model of `state()`: targets [n, n_readouts], k."""
        model = cls(int(state["k"][0]))
        model.targets, model.spread = state["targets"], state["spread"]
        return model
