"""The additive rule for combinations: the sum of the single responses."""

from __future__ import annotations

import numpy as np

from workbench.models import register_model
from workbench.models.layers.single_sums import rows_of_singles, single_responses, sum_of_singles


@register_model(
    "additive", task="strength", source="Bliss-like additivity of log ratios", title="Additive rule", about="zero"
)
class Additive:
    """yhat = sum of the responses of the single drugs of the combination, at the dose used in the pairs."""

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> Additive:
        """inputs [n, n_drugs] strengths, targets [n, n_readouts]; rows with one drug are singles; noise [n] unused."""
        self.singles, self.rows = single_responses(inputs, targets)
        self.n = len(inputs)
        self.mean, self.spread = targets.mean(axis=0), targets.std(axis=0)
        return self

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sum of singles and spread [n_asked, n_readouts]; a drug without a single response counts as the mean."""
        singles = np.where(np.isnan(self.singles), self.mean, self.singles)  # NaN in versions of before
        mean = sum_of_singles(inputs, singles)
        return mean, np.tile(self.spread, (len(mean), 1))

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """1 for each single that is summed [n_asked, n]."""
        return rows_of_singles(inputs, self.rows, self.n)

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore it: singles [n_drugs, n_readouts], rows [n_drugs], mean, spread [n_readouts], n."""
        return {
            "singles": self.singles, "rows": self.rows, "mean": self.mean, "spread": self.spread, "n": np.array([self.n])
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> Additive:
        """The model of `state()`: singles [n_drugs, n_readouts]."""
        model = cls()
        model.singles, model.rows, model.mean = state["singles"], state["rows"].astype(int), state["mean"]
        model.spread, model.n = state["spread"], int(state["n"][0])
        return model
