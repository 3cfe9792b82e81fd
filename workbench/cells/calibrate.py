"""From predictions that had not seen their rows to intervals: strength foreseen, class of a question, widths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from workbench.cells.compound_features import Features
from workbench.cells.examples import Examples
from workbench.cells.fit import fit
from workbench.cells.intervals import Foreseen, Intervals, calibrated
from workbench.cells.strength import StrengthModel, size_of
from workbench.training.recipe import Recipe


class Crossed(NamedTuple):
    """Predictions of rows by models that had not seen their unit: rows (of the examples), groups (exchangeable units),
    folds [n]; mean, spread [n, n_readouts]."""

    rows: np.ndarray
    groups: np.ndarray
    folds: np.ndarray
    mean: np.ndarray
    spread: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence[Crossed]) -> Crossed:
        """Several folds together, in the order of the rows."""
        whole = cls(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
        order = np.argsort(whole.rows, kind="stable")
        return cls(*(column[order] for column in whole))


def crossed_fold(
    recipe: Recipe, examples: Examples, features: Features | None, train: np.ndarray, test: np.ndarray,
    groups: np.ndarray, fold: int, model: str | None = None,
) -> Crossed:  # fmt: skip
    """One fold: the model fitted on the training rows asked about the test rows, of which there may be none; groups [n_test]."""
    if not len(test):
        nothing = np.zeros((0, examples.targets.shape[1]))
        return Crossed(test, groups, test, nothing, nothing)
    mean, spread = fit(recipe, examples.take(train), features, model).predict(examples.take(test))
    return Crossed(test, groups, np.full(len(test), fold), mean, spread)


@dataclass(frozen=True, eq=False)
class Calibration:
    """Intervals with what they need to know of a question.

    strength foresees sizes from rows [n_rows] of the training examples; reference [n_readouts] is their mean.
    """

    intervals: Intervals
    strength: StrengthModel
    rows: np.ndarray
    reference: np.ndarray

    @classmethod
    def alike(cls, widths: np.ndarray, level: float) -> Calibration:
        """The same half-widths [n_readouts] for every question."""
        nothing = StrengthModel(np.zeros(3), np.zeros(0))
        return cls(Intervals.alike(widths, level), nothing, np.zeros(0, dtype=int), np.zeros(len(widths)))

    def foresee(
        self, mean: np.ndarray, spread: np.ndarray, replicates: np.ndarray, similarity: np.ndarray | None
    ) -> Foreseen:
        """What is known of questions from their predictions [n, n_readouts], replicates planned [n] and mean kernel to
        the training rows [n, n_train], None for drug strengths."""
        cross = None if similarity is None else similarity[:, self.rows]
        sizes = size_of(mean, self.reference)
        return Foreseen(self.strength.predict(sizes, replicates, cross), replicates, spread)

    def half_widths(
        self, mean: np.ndarray, spread: np.ndarray, replicates: np.ndarray, similarity: np.ndarray | None
    ) -> np.ndarray:
        """Half-width of the interval of each readout by itself [n, n_readouts]."""
        return self.intervals.half_widths(self.foresee(mean, spread, replicates, similarity))


def calibrate(
    recipe: Recipe, examples: Examples, features: Features | None, crossed: Crossed, truth: np.ndarray
) -> Calibration:
    """Intervals at the recipe's level from crossed predictions.

    truth [n_examples, n_readouts]: the examples against other control wells than those of their targets, where there
    are any: what is to be covered is a measurement with controls of its own. Infinite without a crossed prediction.
    """
    rows = crossed.rows
    if not len(rows):
        return Calibration.alike(np.full(truth.shape[1], np.inf), recipe.level)
    reference = examples.targets.mean(axis=0)
    measured, predicted = size_of(examples.targets[rows], reference), size_of(crossed.mean, reference)
    replicates, kernel = examples.n_replicates[rows], None
    if features is not None:
        units = [str(unit) for unit in examples.units[rows]]
        kernel = features.kernels(units, units)[:-1].mean(axis=0)
    foreseen = np.zeros(len(rows))
    for fold in np.unique(crossed.folds):
        here, rest = crossed.folds == fold, crossed.folds != fold
        known = rest if rest.any() else here
        inner = None if kernel is None else kernel[np.ix_(known, known)]
        made = StrengthModel.fit(measured[known], predicted[known], replicates[known], inner)
        cross = None if kernel is None else kernel[np.ix_(here, known)]
        foreseen[here] = made.predict(predicted[here], replicates[here], cross)
    intervals = calibrated(
        truth[rows] - crossed.mean, Foreseen(foreseen, replicates, crossed.spread), crossed.groups,
        examples.agreement[rows], recipe.level, recipe.seed,
    )  # fmt: skip
    return Calibration(intervals, StrengthModel.fit(measured, predicted, replicates, kernel), rows, reference)
