"""Stacked models: a convex mix of other models of the registry, the weights by predictions of rows that were held out."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import nnls

from workbench.models import MODELS, register_model

KERNEL = ("mean", "kernel_ridge", "knn", "bilinear_ridge", "multi_kernel_gp")
STRENGTH = ("zero", "mean", "matched_mean", "additive", "ridge", "drug_effects")
N_FOLDS = 5
SUM_TO_ONE = 1e3  # weight of the row that makes the mix convex


@register_model("stack", task="any", source="Wolpert (1992); Breiman (1996)", title="Stack of models", about="zero")
class Stack:
    """yhat = sum of w_k yhat_k, w ≥ 0 and summing to one, over the models that take these inputs.

    The weights are least squares on inner folds of the training rows, in which each base model is fitted anew; rows of
    one gene (by the same-gene kernel) share a fold. One weight a model for all readouts.
    """

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> Stack:
        """inputs [n_kernels + 1, n, n] kernels (the last: the same gene) or [n, n_parts] strengths; targets [n, n_readouts]."""
        names = KERNEL if inputs.ndim == 3 else STRENGTH
        fold = _folds(inputs)
        held = np.zeros((len(names), *targets.shape))
        for k in range(fold.max() + 1):
            train, test = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
            for i, name in enumerate(names):
                model = MODELS.find(name).thing().fit(_part(inputs, train, train), targets[train], noise[train])
                held[i, test] = model.predict(_part(inputs, test, train), np.ones(len(test)))[0]
        self.mix = _convex(held, targets)
        self.names = tuple(names)
        self.models = [MODELS.find(name).thing().fit(inputs, targets, noise) for name in names]
        left = targets - np.einsum("k,knd->nd", self.mix, held)
        self.spread, self.n = np.sqrt(np.square(left).mean(axis=0)), len(targets)
        return self

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """Exact weight of each training row [n_asked, n]: the mix of those of the models, all as yhat = W Y."""
        total = np.zeros((len(prior), self.n))
        for weight, name, model in zip(self.mix, self.names, self.models, strict=True):
            own = model.weights(inputs, prior)
            if MODELS.find(name).facts["about"] == "mean":
                own = own + (1.0 - own.sum(axis=1, keepdims=True)) / self.n
            total += weight * own
        return total

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The mix, and the size of its errors on rows held out [n_asked, n_readouts]."""
        found = [model.predict(inputs, prior)[0] for model in self.models]
        mean = sum(weight * values for weight, values in zip(self.mix, found, strict=True))
        return mean, np.tile(self.spread, (len(prior), 1))

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore it: mix [n_models], spread [n_readouts], n, and `NAME/…` of each model."""
        state = {"mix": self.mix, "spread": self.spread, "n": np.array([self.n])}
        for name, model in zip(self.names, self.models, strict=True):
            state |= {f"{name}/{key}": value for key, value in model.state().items()}
        return state

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> Stack:
        """The model of `state()`: mix [n_models], spread [n_readouts]."""
        model = cls()
        model.mix, model.spread, model.n = state["mix"], state["spread"], int(state["n"][0])
        parts: dict[str, dict[str, Any]] = {}
        for key, value in state.items():
            name, _, own = key.partition("/")
            if own:
                parts.setdefault(name, {})[own] = value
        model.names = KERNEL if KERNEL[-1] in parts else STRENGTH
        model.models = [MODELS.find(name).thing.from_state(parts[name]) for name in model.names]
        return model


def _folds(inputs: np.ndarray) -> np.ndarray:
    """Inner fold of each row [n]; rows of one gene together, single drugs spread over the folds like any row."""
    n = len(inputs) if inputs.ndim == 2 else inputs.shape[1]
    unit = np.arange(n) if inputs.ndim == 2 else np.argmax(inputs[-1] > 0.5, axis=1)
    labels, index = np.unique(unit, return_inverse=True)
    return (np.random.default_rng(0).permutation(len(labels)) % min(N_FOLDS, len(labels)))[index]


def _part(inputs: np.ndarray, rows: np.ndarray, known: np.ndarray) -> np.ndarray:
    return inputs[rows] if inputs.ndim == 2 else inputs[:, rows][:, :, known]


def _convex(held: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Weights ≥ 0 that sum to one [n_models] of least squared error; held [n_models, n, n_readouts]."""
    flat = held.reshape(len(held), -1)
    gram, side = flat @ flat.T, flat @ targets.ravel()
    scale = np.trace(gram) / len(gram) or 1.0
    # the same normal equations as a small least squares problem, with one heavy row for the sum
    sizes, axes = np.linalg.eigh(gram / scale)
    kept = sizes > 1e-12
    root = np.sqrt(sizes[kept])
    rows = np.concatenate([root[:, None] * axes[:, kept].T, np.full((1, len(gram)), SUM_TO_ONE)])
    goal = np.concatenate([axes[:, kept].T @ side / scale / root, [SUM_TO_ONE]])
    mix = nnls(rows, goal)[0]
    return mix / mix.sum()
