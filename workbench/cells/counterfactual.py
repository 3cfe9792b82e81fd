"""What would change the answer: predicted again without an evidence, a network edge, or a gene's place in a set."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.cells.examples import Examples
from workbench.cells.features import GeneKernels
from workbench.cells.fit import Fitted, fit
from workbench.cells.predict import VirtualCell
from workbench.kernels.downdate import predictions_without_each
from workbench.models import MODELS
from workbench.models.multi_kernel_gp import MultiKernelGP
from workbench.nouns import Prediction

N_EVIDENCE, N_EDGES, N_SETS, N_LARGEST = 5, 3, 3, 3
Counterfactual = dict[str, Any]


def counterfactuals(
    cell: VirtualCell, asked: Examples, prediction: Prediction, partners: list[str]
) -> list[Counterfactual]:
    """Predictions made again, the largest change first within each kind.

    Evidence: refitted without a measured perturbation (the nearest ones, and all of these together). Edge and set: the
    same model asked as if the edge to a partner (of `partners`, genes) or the gene's place in a set were unknown.
    """
    found = _without_evidence(cell, asked, prediction)
    features = cell.fitted.features
    if isinstance(features, GeneKernels) and asked.genes[0] in features.index:
        found += _asked_without(cell, asked, prediction, partners)
    return found


def without_each(fitted: Fitted, asked: Examples) -> np.ndarray:
    """Prediction for the question when each training row was never measured [n, n_readouts].

    In closed form where the model allows it, else by refitting without every row.
    """
    if has_closed_form(fitted):
        inputs, _ = fitted.inputs(asked)
        cross = inputs[:-1].mean(axis=0) + fitted.model.identity * inputs[-1]
        return predictions_without_each(fitted.model.inverse, cross[0], fitted.examples.targets)
    return np.array([refitted_without(fitted, asked, np.array([i])) for i in range(len(fitted.examples.targets))])


def has_closed_form(fitted: Fitted) -> bool:
    """Is leaving a row out of this model a downdate of its inverse?"""
    return isinstance(fitted.model, MultiKernelGP) and not fitted.model.denoise


def refitted_without(fitted: Fitted, asked: Examples, rows: np.ndarray) -> np.ndarray:
    """Prediction [n_readouts] of the recipe's model fitted on all rows but these (numbers)."""
    kept = np.setdiff1d(np.arange(len(fitted.examples.targets)), rows)
    return fit(fitted.recipe, fitted.examples.take(kept), fitted.features).predict(asked)[0][0]


def influence(fitted: Fitted, asked: Examples) -> np.ndarray:
    """Size of each row's contribution to a prediction [n]: |its whole weight| × |its response − the mean|.

    The whole weight counts the row's part in the mean too: yhat = sum of (w_i + (1 − sum of w) / n) y_i.
    """
    targets, weights = fitted.examples.targets, fitted.weights(asked)[0]
    if MODELS.find(fitted.recipe.model).facts["about"] != "zero":
        weights = weights + (1.0 - weights.sum()) / len(weights)
    return np.abs(weights) * np.linalg.norm(targets - targets.mean(axis=0), axis=1)


def _without_evidence(cell: VirtualCell, asked: Examples, prediction: Prediction) -> list[Counterfactual]:
    fitted, examples = cell.fitted, cell.fitted.examples
    if len(examples.targets) < 3:
        return []
    top = [int(i) for i in np.argsort(-influence(fitted, asked), kind="stable")[:N_EVIDENCE]]
    before = prediction.delta
    if has_closed_form(fitted):
        after = without_each(fitted, asked)[top]
    else:  # against the same model fitted here, so that only the removal differs
        before = refitted_without(fitted, asked, np.zeros(0, dtype=int))
        after = np.array([refitted_without(fitted, asked, np.array([i])) for i in top])
    found = [
        _changed(f"the measured response to {_told_apart(examples, i)}", "evidence", prediction, before, again,
                 perturbation_id=str(examples.perturbations[i]), gene=str(examples.genes[i]))
        for i, again in zip(top, after, strict=True)
    ]  # fmt: skip
    together = refitted_without(fitted, asked, np.array(top))
    named = ", ".join(dict.fromkeys(str(examples.names[i]) for i in top))
    found = sorted(found, key=lambda item: item["share_left"])
    return [*found, _changed(f"all of {named} together", "evidence", prediction, before, together)]


def _told_apart(examples: Examples, row: int) -> str:
    """Name of a training row; one of several constructs of the same name carries the end of its id."""
    name = str(examples.names[row])
    return name if (examples.names == name).sum() == 1 else f"{name} ({str(examples.perturbations[row])[-5:]})"


def _asked_without(
    cell: VirtualCell, asked: Examples, prediction: Prediction, partners: list[str]
) -> list[Counterfactual]:
    fitted, gene = cell.fitted, str(asked.genes[0])
    known, sets = list(fitted.examples.genes), _telling_sets(fitted, gene)
    weight: dict[str, float] = {}
    for name, size in zip(known, influence(fitted, asked), strict=True):
        weight[name] = weight.get(name, 0.0) + float(size)
    chosen = sorted(set(partners) - {gene}, key=lambda name: (-weight.get(name, 0.0), name))[:N_EDGES]
    kernels = fitted.features.kernels_without(gene, known, chosen, sets)
    if not len(kernels):
        return []
    again = fitted.model.predict(kernels.transpose(1, 0, 2), np.ones(len(kernels)))[0]
    edges = [
        _changed(f"every edge between {gene} and {partner}", "edge", prediction, prediction.delta, delta, source=gene,
                 target=partner)
        for partner, delta in zip(chosen, again[: len(chosen)], strict=True)
    ]  # fmt: skip
    places = [
        _changed(f"{gene}'s place in “{name}”", "set", prediction, prediction.delta, delta, gene_set=name)
        for name, delta in zip(sets, again[len(chosen) :], strict=True)
    ]
    return [*sorted(edges, key=lambda item: item["share_left"]), *sorted(places, key=lambda item: item["share_left"])]


def _telling_sets(fitted: Fitted, gene: str) -> list[str]:
    """The smallest sets that the gene shares with a measured gene, then the smallest others."""
    features = fitted.features
    columns = features.sets[features.index[gene]].indices
    sizes = np.asarray(features.sets[:, columns].sum(axis=0)).ravel()
    measured = {str(name) for name in fitted.examples.genes} & set(features.index) - {gene}
    shared = (
        np.asarray(features.sets[sorted(features.index[name] for name in measured)][:, columns].sum(axis=0)).ravel() > 0
    )
    return [features.set_names[column] for column in columns[np.lexsort((sizes, ~shared))][:N_SETS]]


def _changed(
    removed: str, kind: str, prediction: Prediction, before: np.ndarray, after: np.ndarray, **facts: str
) -> Counterfactual:
    """One counterfactual; share_left is the projection of the new deviation from the mean on the old one."""
    mean = prediction.baselines.get("mean of what was measured", prediction.baseline)
    old, new = before - mean, after - mean
    size = float(old @ old)
    largest = [
        {"readout": prediction.readouts[i], "before": float(before[i]), "after": float(after[i])}
        for i in np.argsort(-np.abs(after - before), kind="stable")[:N_LARGEST]
    ]
    share = float(new @ old) / size if size > 0 else 1.0
    return {"removed": removed, "kind": kind, "share_left": share, "largest": largest, **facts}
