"""Fit a recipe's model on examples, and the pieces around it: kernels, permuted null."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from workbench.cells.compound_features import Features
from workbench.cells.examples import Examples
from workbench.cells.known_genes import KnownGenes
from workbench.evaluation.split import grouped_folds
from workbench.models import MODELS
from workbench.training.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model with what it was trained on; `features` is None for models of drug strengths."""

    recipe: Recipe
    model: Any
    examples: Examples
    features: Features | None

    def predict(self, asked: Examples) -> tuple[np.ndarray, np.ndarray]:
        """Mean and spread [n_asked, n_readouts]."""
        return self.model.predict(*self.inputs(asked))

    def similarity(self, asked: Examples) -> np.ndarray | None:
        """Mean kernel of each question with each training row [n_asked, n]; None for drug strengths."""
        return None if self.features is None else self.inputs(asked)[0][:-1].mean(axis=0)

    def weights(self, asked: Examples) -> np.ndarray:
        """Exact weight of each training example [n_asked, n]."""
        return self.model.weights(*self.inputs(asked))

    @cached_property
    def known_genes(self) -> KnownGenes:
        """The training genes, ready to be compared with all others (seconds, once); only for models of gene kernels."""
        return KnownGenes.of(self.features, self.examples.units)

    def inputs(self, asked: Examples) -> tuple[np.ndarray, np.ndarray]:
        """What the model takes: kernels [n_kernels, n_asked, n] or strengths [n_asked, n_drugs], and prior [n_asked]."""
        if self.features is None:
            return asked.drugs, np.ones(len(asked.drugs))
        units = list(asked.units)
        return self.features.kernels(units, list(self.examples.units)), self.features.prior(units)


def fit(recipe: Recipe, examples: Examples, features: Features | None, model: str | None = None) -> Fitted:
    """Fit the recipe's model (or another of the registry by name) on examples."""
    name = model or recipe.model
    factory = MODELS.find(name).thing
    settings = recipe.hyperparameters if name == recipe.model else {}
    if features is None:
        inputs = examples.drugs
    else:
        units = list(examples.units)
        inputs = features.kernels(units, units)
    known = {"errors": examples.errors} if settings.get("denoise") else {}
    fitted = factory(**settings).fit(inputs, examples.targets, examples.noise, **known)
    return Fitted(recipe, fitted, examples, features)


def fold_of(recipe: Recipe, examples: Examples) -> np.ndarray:
    """Fold of each example in which it is predicted without having been seen [n], whole units together.

    Where a model sees strengths, that is a combination whose parts were measured alone; all others are always trained on: -1.
    """
    if recipe.shape == "kernel":
        return grouped_folds(examples.units, recipe.folds, recipe.seed)
    used = examples.drugs != 0
    alone = used[used.sum(axis=1) == 1].any(axis=0)
    asked = (used.sum(axis=1) > 1) & ~(used & ~alone).any(axis=1)
    folds = np.full(len(used), -1)
    if asked.any():
        folds[asked] = grouped_folds(examples.units[asked], recipe.folds, recipe.seed)
    return folds


def permuted_score(
    recipe: Recipe, train: Examples, test: Examples, features: Features | None, rng: np.random.Generator
) -> np.ndarray:
    """Prediction [n_test, n_readouts] of a model whose units were permuted: what the features give by chance."""
    if features is None:
        return fit(recipe, train._replace(drugs=train.drugs[rng.permutation(len(train.drugs))]), None).predict(test)[0]
    units = np.unique(train.units)
    renamed = dict(zip(units, rng.permutation(units), strict=True))
    shuffled = train._replace(units=np.array([renamed[unit] for unit in train.units]))
    return fit(recipe, shuffled, features).predict(test)[0]
