"""One honest table for a model: split by what is new, several seeds, always beside the sober baselines, null and ceiling.

Everything is an array or a function handed in: what was measured, how to fit and predict, how to split.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.evaluation.calibration import crps_gaussian, interval_width, spread_correlation
from workbench.evaluation.discrimination import centroid_accuracy, discrimination, discrimination_share
from workbench.evaluation.response_metrics import (
    mean_absolute_error,
    mean_squared_error,
    rdmean,
    row_correlation,
    top_k_overlap,
)
from workbench.evaluation.split import Fold
from workbench.kernels.conformal import coverage

MODEL, MEAN, CEILING = "model", "mean", "replicate ceiling"


class Measured(NamedTuple):
    """What was measured, a row a perturbation in a context.

    known [n, n_readouts]: responses against one half of the controls, for training and baselines; truth [n,
    n_readouts]: against the other half, so that a control shared by prediction and truth cannot look like skill.
    units [n]: genes, or whatever is resampled and permuted as one; parts [n]: what a row perturbs; contexts, agreement
    (mean replicate r, NaN unknown) [n]. replicates: two disjoint measurements of each row [n, n_readouts] (NaN where
    there is one only), or None. shared_controls: both halves are one and the same, and the table says so. scaffolds [n]:
    the scaffold of each row's compound, None for genes.
    """

    units: np.ndarray
    parts: tuple[tuple[str, ...], ...]
    contexts: np.ndarray
    known: np.ndarray
    truth: np.ndarray
    agreement: np.ndarray
    replicates: tuple[np.ndarray, np.ndarray] | None = None
    shared_controls: bool = False
    scaffolds: np.ndarray | None = None


class Predicted(NamedTuple):
    """mean [n_test, n_readouts]; spread (standard deviation), low and high (interval) likewise where the model has them."""

    mean: np.ndarray
    spread: np.ndarray | None = None
    low: np.ndarray | None = None
    high: np.ndarray | None = None


# (training rows, test rows, identity [n]) -> what is predicted for the test rows. Row i is to be described to the model
# as row identity[i]: the plain order for the model itself, units permuted among the training rows for its null.
FitPredict = Callable[[np.ndarray, np.ndarray, np.ndarray], Predicted]
Scores = dict[str, dict[str, np.ndarray]]


def score_folds(
    measured: Measured, fit_predict: FitPredict, folds: Sequence[Fold], baselines: dict[str, FitPredict] | None = None
) -> Scores:
    """Reference -> metric -> value of each row [n] (NaN where not tested; averaged where tested in several folds).

    References: zero, mean, matched mean (where rows share contexts or their singles were measured), the given
    baselines, the model, and the replicate ceiling (one replicate as the prediction of the others). Every metric
    refers to the fold it was made in: its own training mean, its own tested perturbations. Raises DataQualityError for
    arrays that do not match.
    """
    _check(measured, folds)
    plain = np.arange(len(measured.truth))
    models = (baselines or {}) | {MODEL: fit_predict}
    total: dict[str, dict[str, list]] = {}
    for fold in folds:
        reference, centre = (half[fold.train].mean(axis=0) for half in (measured.known, measured.truth))
        asked = {"zero": Predicted(np.zeros((len(fold.test), len(reference)))),
                 MEAN: Predicted(np.tile(reference, (len(fold.test), 1)))}  # fmt: skip
        matched = matched_mean(measured, fold)
        if matched is not None:
            asked["matched mean"] = Predicted(matched)
        asked |= {name: model(fold.train, fold.test, plain) for name, model in models.items()}
        for name, predicted in asked.items():
            found = _row_metrics(measured, fold.test, predicted, measured.truth, reference, centre)
            _add(total, name, fold.test, found, plain)
        if measured.replicates is not None:
            one, others = measured.replicates
            train, rows = (side[_replicated(measured.replicates, side)] for side in (fold.train, fold.test))
            if len(train) and len(rows):
                means = (one[train].mean(axis=0), others[train].mean(axis=0))
                _add(total, CEILING, rows, _row_metrics(measured, rows, Predicted(one[rows]), others, *means), plain)
    with np.errstate(invalid="ignore"):
        return {
            name: {metric: summed / count for metric, (summed, count) in metrics.items()}
            for name, metrics in total.items()
        }


def score_null(
    measured: Measured, fit_predict: FitPredict, folds: Sequence[Fold], rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """The model's metrics [n] when the units of the training rows are permuted: what its features give by chance."""
    plain = np.arange(len(measured.truth))
    total: dict[str, dict[str, list]] = {}
    for fold in folds:
        reference, centre = (half[fold.train].mean(axis=0) for half in (measured.known, measured.truth))
        identity = permuted_identity(measured.units, fold.train, rng)
        predicted = fit_predict(fold.train, fold.test, identity)
        found = _row_metrics(measured, fold.test, predicted, measured.truth, reference, centre)
        _add(total, MODEL, fold.test, found, plain)
    with np.errstate(invalid="ignore"):
        return {metric: summed / count for metric, (summed, count) in total[MODEL].items()}


def matched_mean(measured: Measured, fold: Fold) -> np.ndarray | None:
    """The nearest sober guess for each test row [n_test, n_readouts]: the mean of its singles where all were trained
    on, else the training mean of its context; None where neither says more than the plain mean."""
    plain = measured.known[fold.train].mean(axis=0)
    several = len(np.unique(measured.contexts[fold.train])) > 1
    single = {(measured.parts[i], measured.contexts[i]): i for i in fold.train if len(measured.parts[i]) == 1}
    found, used = np.tile(plain, (len(fold.test), 1)), False
    for row, i in enumerate(fold.test):
        keys = [((part,), measured.contexts[i]) for part in measured.parts[i]]
        same = fold.train[measured.contexts[fold.train] == measured.contexts[i]]
        if len(keys) > 1 and all(key in single for key in keys):
            found[row], used = np.mean([measured.known[single[key]] for key in keys], axis=0), True
        elif several and len(same):
            found[row], used = measured.known[same].mean(axis=0), True
    return found if used else None


def permuted_identity(units: np.ndarray, train: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each row the row whose description stands in for it [n]: units of the training rows permuted as wholes."""
    names, first = np.unique(units[train], return_index=True)
    drawn = dict(zip(names, train[first][rng.permutation(len(names))], strict=True))
    identity = np.arange(len(units))
    identity[train] = [drawn[unit] for unit in units[train]]
    return identity


def strong_rows(agreement: np.ndarray) -> np.ndarray:
    """The top fifth by replicate agreement among the rows that have one [n] bool: fixed before any prediction."""
    known = np.isfinite(agreement)
    if not known.any():
        return known
    return known & (agreement >= np.quantile(agreement[known], 0.8))


def top_k_of(n_readouts: int) -> int:
    """How many readouts count as moved: a tenth, at least five (or all) and at most fifty."""
    return min(n_readouts, max(5, min(50, n_readouts // 10)))


def _row_metrics(
    measured: Measured, rows: np.ndarray, predicted: Predicted, truth: np.ndarray, reference: np.ndarray,
    centre: np.ndarray,
) -> dict[str, np.ndarray]:  # fmt: skip
    """reference, centre [n_readouts]: training means on the prediction's and on the truth's side, each against its own
    controls, so that no control is left in the deviations."""
    mean, observed, contexts = predicted.mean, truth[rows], measured.contexts[rows]
    if mean.shape != observed.shape:
        raise InputError(f"a prediction of {mean.shape} came for {observed.shape} rows × readouts.")
    if not np.isfinite(mean).all():
        raise InputError(f"row {int(rows[~np.isfinite(mean).all(axis=1)][0])} was predicted as something not a number.")
    moved = mean - reference + centre
    found = {
        "rd": row_correlation(mean, observed),
        "rdmean": rdmean(moved, observed, centre),
        "pds": _within(contexts, lambda here: discrimination(moved[here], observed[here], centre)),
        "pds_l1": _within(contexts, lambda here: discrimination_share(mean[here], observed[here], "l1")),
        "centroid_accuracy": _within(contexts, lambda here: centroid_accuracy(mean[here], observed[here])),
        "top_k": top_k_overlap(mean, observed, top_k_of(mean.shape[1])),
        "mae": mean_absolute_error(mean, observed),
        "mse": mean_squared_error(mean, observed),
    }
    if predicted.low is not None and predicted.high is not None:
        found["coverage"] = coverage(observed, predicted.low, predicted.high)
        found["interval_width"] = interval_width(predicted.low, predicted.high)
    if predicted.spread is not None:
        found["crps"] = crps_gaussian(mean, predicted.spread, observed)
        found["error_against_spread"] = spread_correlation(observed - mean, predicted.spread)
    return found


def _replicated(replicates: tuple[np.ndarray, np.ndarray], rows: np.ndarray) -> np.ndarray:
    """Which rows have both replicates [n_rows] bool."""
    return np.logical_and(*(np.isfinite(side[rows]).all(axis=1) for side in replicates))


def _within(contexts: np.ndarray, score: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Discrimination among the perturbations of one context: telling contexts apart is not telling perturbations apart."""
    found = np.full(len(contexts), np.nan)
    for context in np.unique(contexts):
        here = contexts == context
        found[here] = score(here)
    return found


def _add(
    total: dict[str, dict[str, list]], name: str, rows: np.ndarray, found: dict[str, np.ndarray], plain: np.ndarray
) -> None:
    for metric, values in found.items():
        summed, count = total.setdefault(name, {}).setdefault(metric, [np.zeros(len(plain)), np.zeros(len(plain))])
        known = np.isfinite(values)
        summed[rows[known]] += values[known]
        count[rows[known]] += 1


def _check(measured: Measured, folds: Sequence[Fold]) -> None:
    n = len(measured.truth)
    sizes = {name: len(getattr(measured, name)) for name in ("units", "parts", "contexts", "known", "agreement")}
    wrong = [f"{name} {size}" for name, size in sizes.items() if size != n]
    if wrong or measured.known.shape != measured.truth.shape:
        raise DataQualityError(
            f"{n} rows of truth need as many of everything; got {', '.join(wrong) or 'other readouts'}."
        )
    for fold in folds:
        if not len(fold.train) or not len(fold.test):
            raise DataQualityError(f"{fold.name} has {len(fold.train)} training and {len(fold.test)} test rows.")
