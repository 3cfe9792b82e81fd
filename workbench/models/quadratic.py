"""A quadratic of the additive rule: what saturates or overshoots when single responses are summed."""

from __future__ import annotations

import numpy as np

from workbench.models import register_model
from workbench.models.layers.single_sums import (
    quadratic_of_sums,
    rows_of_singles,
    single_responses,
    sum_of_singles,
)


@register_model(
    "quadratic",
    task="strength",
    source="Norman et al., Science 365:786 (2019), the fit of pair fitness by the sum of the singles",
    title="Quadratic of the additive rule",
    about="nothing",
)
class Quadratic:
    """yhat = c0 + c1 s + c2 s², s the sum of the singles, one set of coefficients for all readouts, fitted on the pairs.

    Without pairs in training it is the additive rule.
    """

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> Quadratic:
        """inputs [n, n_parts] strengths, targets [n, n_readouts]; rows with one part are singles; noise [n] unused."""
        self.singles, self.rows = single_responses(inputs, targets)
        self.coefficients = quadratic_of_sums(inputs, targets, self.singles)
        self.n = len(inputs)
        pairs = (inputs != 0).sum(axis=1) > 1
        left = targets - np.polyval(self.coefficients, sum_of_singles(inputs, self.singles))
        self.spread = left[pairs].std(axis=0) if pairs.any() else targets.std(axis=0)
        return self

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Quadratic of the sum and residual spread [n_asked, n_readouts]."""
        mean = np.polyval(self.coefficients, sum_of_singles(inputs, self.singles))
        return mean, np.tile(self.spread, (len(mean), 1))

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """1 for each single that is summed [n_asked, n]."""
        return rows_of_singles(inputs, self.rows, self.n)

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore the model: singles [n_parts, n_readouts], rows [n_parts], coefficients [3], spread, n."""
        arrays = {name: getattr(self, name) for name in ("singles", "rows", "coefficients", "spread")}
        return {**arrays, "n": np.array([self.n])}

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> Quadratic:
        """The model of `state()`: singles [n_parts, n_readouts], coefficients [3]."""
        model = cls()
        model.singles, model.rows, model.n = state["singles"], state["rows"].astype(int), int(state["n"][0])
        model.coefficients, model.spread = state["coefficients"], state["spread"]
        return model
