"""The additive rule for combinations: the sum of the single responses."""

from __future__ import annotations

import numpy as np

from workbench.models import register_model


@register_model("additive", task="strength", source="Bliss-like additivity of log ratios", title="Additive rule")
class Additive:
    """yhat = sum of the responses of the single drugs of the combination, at the dose used in the pairs."""

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> Additive:
        """inputs [n, n_drugs] strengths, targets [n, n_readouts]; rows with one drug are singles; noise [n] unused."""
        self.singles = np.full((inputs.shape[1], targets.shape[1]), np.nan)
        self.rows = np.full(inputs.shape[1], -1)
        self.n = len(inputs)
        for row in np.flatnonzero((inputs != 0).sum(axis=1) == 1):
            drug = int(np.flatnonzero(inputs[row])[0])
            if self.rows[drug] < 0 or abs(inputs[row, drug]) > abs(inputs[self.rows[drug], drug]):
                self.singles[drug], self.rows[drug] = targets[row], row
        self.mean, self.spread = targets.mean(axis=0), targets.std(axis=0)
        return self

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sum of singles and spread [n_asked, n_readouts]; a drug without a single response counts as the mean."""
        singles = np.where(np.isnan(self.singles), self.mean, self.singles)
        mean = (inputs != 0).astype(float) @ singles
        return mean, np.tile(self.spread, (len(mean), 1))

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """1 for each single that is summed [n_asked, n]."""
        out = np.zeros((len(inputs), self.n))
        for drug in np.flatnonzero(self.rows >= 0):
            out[inputs[:, drug] != 0, self.rows[drug]] = 1.0
        return out

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore it: singles [n_drugs, n_readouts], rows [n_drugs], mean, spread [n_readouts], n."""
        return {
            "singles": self.singles, "rows": self.rows, "mean": self.mean, "spread": self.spread, "n": np.array([self.n])
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> Additive:
        """The model of `state()`: singles [n_drugs, n_readouts]."""
        model = cls()
        model.singles, model.rows, model.mean = state["singles"], state["rows"], state["mean"]
        model.spread, model.n = state["spread"], int(state["n"][0])
        return model
