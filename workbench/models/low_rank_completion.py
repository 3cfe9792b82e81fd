"""Interactions of pairs by completion of their table: what the quadratic rule leaves, made of a few common patterns."""

from __future__ import annotations

import numpy as np

from workbench.kernels.completion import complete_symmetric
from workbench.models import register_model
from workbench.models.layers.single_sums import (
    quadratic_of_sums,
    rows_of_singles,
    single_responses,
    sum_of_singles,
)

SHARES, N_FOLDS = (0.02, 0.04, 0.08, 0.16, 0.32), 5


@register_model(
    "low_rank_completion",
    task="strength",
    source="Mazumder, Hastie & Tibshirani, JMLR 11:2287 (2010), on the residual of Norman et al. (2019)",
    title="Low-rank completion of pairs",
    about="nothing",
)
class LowRankCompletion:
    """yhat = quadratic of the sum of singles + completed residual of the pair.

    The penalty, a share of the largest eigenvalue of the residual table, is chosen by five folds of the training pairs;
    a pair that shares no gene with a measured pair gets no residual.
    """

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> LowRankCompletion:
        """inputs [n, n_parts] strengths, targets [n, n_readouts]; rows with two parts are pairs; noise [n] unused."""
        self.singles, self.rows = single_responses(inputs, targets)
        self.coefficients, self.n = quadratic_of_sums(inputs, targets, self.singles), len(inputs)
        rows = np.flatnonzero((inputs != 0).sum(axis=1) == 2)
        first, second = np.array([np.flatnonzero(row) for row in inputs[rows]]).reshape(-1, 2).T.astype(int)
        left = targets[rows] - self._rule(inputs[rows])
        n_parts = inputs.shape[1]
        fold = np.random.default_rng(0).permutation(len(rows)) % N_FOLDS
        self.tables, self.spread = np.zeros((targets.shape[1], n_parts, n_parts)), np.zeros(targets.shape[1])
        for readout in range(targets.shape[1]):
            y = left[:, readout]
            if len(rows) < 2 * N_FOLDS:
                self.spread[readout] = targets[:, readout].std()
                continue
            errors = {
                share: np.mean([np.square(y[fold == k] - self._filled(first, second, y, fold != k, share, n_parts)[
                    first[fold == k], second[fold == k]]).mean() for k in range(N_FOLDS)])
                for share in SHARES
            }  # fmt: skip
            share = min(errors, key=lambda share: errors[share])
            self.tables[readout] = self._filled(first, second, y, np.ones(len(rows), bool), share, n_parts)
            self.spread[readout] = np.sqrt(errors[share])
        return self

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and cross-validated spread of a pair [n_asked, n_readouts]; questions of one part are the rule's."""
        mean = self._rule(inputs)
        for row, given in enumerate(inputs):
            parts = np.flatnonzero(given)
            if len(parts) == 2:
                mean[row] += self.tables[:, parts[0], parts[1]]
        return mean, np.tile(self.spread, (len(mean), 1))

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """1 for each single that is summed [n_asked, n]."""
        return rows_of_singles(inputs, self.rows, self.n)

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore it: those of the quadratic rule, tables [n_readouts, n_parts, n_parts], spread."""
        names = ("singles", "rows", "coefficients", "tables", "spread")
        return {**{name: getattr(self, name) for name in names}, "n": np.array([self.n])}

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> LowRankCompletion:
        """The model of `state()`: tables [n_readouts, n_parts, n_parts]."""
        model = cls()
        model.singles, model.rows, model.n = state["singles"], state["rows"].astype(int), int(state["n"][0])
        model.coefficients, model.tables, model.spread = state["coefficients"], state["tables"], state["spread"]
        return model

    def _rule(self, inputs: np.ndarray) -> np.ndarray:
        return np.polyval(self.coefficients, sum_of_singles(inputs, self.singles))

    @staticmethod
    def _filled(
        first: np.ndarray, second: np.ndarray, y: np.ndarray, use: np.ndarray, share: float, n_parts: int
    ) -> np.ndarray:
        values, observed = np.zeros((n_parts, n_parts)), np.zeros((n_parts, n_parts), dtype=bool)
        for a, b in ((first, second), (second, first)):
            values[a[use], b[use]] = y[use]
            observed[a[use], b[use]] = True
        penalty = share * np.abs(np.linalg.eigvalsh(values)).max()
        return complete_symmetric(values, observed, penalty)
