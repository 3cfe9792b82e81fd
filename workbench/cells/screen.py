"""Rank everything a virtual cell can be asked about by one readout or a signature, with its skill on held-out ones."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from workbench.cells.fit import fit, fold_of
from workbench.cells.predict import VirtualCell, domain
from workbench.cells.signature import weights_over
from workbench.cells.sources import read_examples
from workbench.errors import InputError
from workbench.kernels import conformal
from workbench.kernels.bootstrap import bootstrap_correlation
from workbench.models import MODELS
from workbench.nouns import Screening

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

CHUNK = 2_000
ROLES = ("train", "replay", "held_out")


class Candidates(NamedTuple):
    """Everything that can be asked: ids, names [n]; weights [n, n_train] of the evidence; domain [n]."""

    ids: np.ndarray
    names: np.ndarray
    weights: np.ndarray
    domain: np.ndarray


def screen(
    catalog: Catalog, cells: list[VirtualCell], signature: dict[str, float], aim: str, contexts: dict[str, str]
) -> Screening:
    """All candidates of all cells, ranked by score in half-widths of its interval (their units differ).

    signature: readout -> value; contexts: task -> words. Raises InputError when no cell reads any of it out.
    """
    parts = [_ranked(catalog, cell, signature) for cell in cells if set(signature) & set(cell.fitted.examples.readouts)]
    if not parts:
        weights_over(signature, cells[0].fitted.examples.readouts)  # says what is read out instead
        raise InputError("no virtual cell reads this signature out.")
    joined = {
        name: np.concatenate([part[name] for part in parts])
        for name in ("ids", "names", "score", "width", "baseline", "domain", "measured")
    }
    tasks = np.repeat([part["skill"]["task"] for part in parts], [len(part["ids"]) for part in parts])
    with np.errstate(divide="ignore", invalid="ignore"):
        certainty = np.nan_to_num(joined["score"] / joined["width"])
    order = np.lexsort((-joined["score"], -certainty))
    known = {name for cell in cells for name in cell.fitted.examples.readouts}
    return Screening(
        aim=aim, weights=weights_over(signature, tuple(known)), perturbations=tuple(joined["ids"][order].tolist()),
        names=tuple(joined["names"][order].tolist()), tasks=tuple(tasks[order].tolist()),
        contexts=tuple(contexts[task] for task in tasks[order]), score=joined["score"][order],
        low=(joined["score"] - joined["width"])[order], high=(joined["score"] + joined["width"])[order],
        baseline=joined["baseline"][order], domain=joined["domain"][order], measured=joined["measured"][order],
        skill=tuple(part["skill"] for part in parts), level=cells[0].fitted.recipe.level,
        simulated=any(cell.fitted.recipe.simulated for cell in cells),
    )  # fmt: skip


def _ranked(catalog: Catalog, cell: VirtualCell, signature: dict[str, float]) -> dict[str, Any]:
    """Scores of all candidates of one cell, the half-width of their interval, and the skill on held-out ones."""
    examples = cell.fitted.examples
    weights = weights_over(signature, examples.readouts)
    place = {name: i for i, name in enumerate(examples.readouts)}
    w = np.zeros(len(examples.readouts))
    w[[place[name] for name in weights]] = list(weights.values())
    truth = examples.targets @ w
    said = _held_out(cell)
    residuals = truth - said @ w
    width = float(conformal.quantile_by_group(np.abs(residuals)[:, None], examples.units, cell.fitted.recipe.level)[0])
    found = candidates(catalog, cell)
    centre = 0.0 if _about_zero(cell) else float(truth.mean())
    score = centre + found.weights @ (truth - centre)
    units = _unit_of(cell, examples.perturbations)
    mean = {unit: float(truth[units == unit].mean()) for unit in np.unique(units)}
    measured = np.array([mean.get(unit, np.nan) for unit in _unit_of(cell, found.ids)])
    return {
        "ids": found.ids, "names": found.names, "score": score, "width": np.full(len(score), width),
        "baseline": np.full(len(score), float(truth.mean())), "domain": found.domain, "measured": measured,
        "skill": _skill(cell, said @ w, truth),
    }  # fmt: skip


def _skill(cell: VirtualCell, said: np.ndarray, truth: np.ndarray) -> dict[str, Any]:
    """Agreement of held-out scores [n] with measured ones: Pearson r over units, and how much of the strongest tenth.

    Both are taken from their mean within each fold: a fold of strong perturbations leaves a low training mean behind,
    which across folds would look like ranking backwards.
    """
    examples = cell.fitted.examples
    folds = fold_of(cell.fitted.recipe, examples)
    said, centred = (_within(values, folds) for values in (said, truth))
    r, low, high = bootstrap_correlation(said, centred, examples.units, seed=cell.fitted.recipe.seed)
    top = max(1, round(len(truth) / 10))
    asked, best = (set(np.argsort(-values, kind="stable")[:top].tolist()) for values in (said, centred))
    return {
        "task": cell.fitted.recipe.task, "model": cell.version_name, "units": cell.fitted.recipe.units, "r": r,
        "low": low, "high": high, "n": len(set(examples.units)), "top": top, "found": len(asked & best),
        "expected": top * top / len(truth), "predicted": said.tolist(), "measured": centred.tolist(),
    }  # fmt: skip


def _within(values: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Values [n] minus the mean of their fold."""
    return values - (np.bincount(folds, values) / np.bincount(folds))[folds]


@lru_cache(maxsize=4)
def _held_out(cell: VirtualCell) -> np.ndarray:
    """What the recipe's model says of each training row while its unit is held out [n, n_readouts]."""
    fitted = cell.fitted
    said = np.empty_like(fitted.examples.targets)
    folds = fold_of(fitted.recipe, fitted.examples)
    for fold in np.unique(folds):
        known, asked = (fitted.examples.take(folds != fold), fitted.examples.take(folds == fold))
        said[folds == fold] = fit(fitted.recipe, known, fitted.features).predict(asked)[0]
    return said


def candidates(catalog: Catalog, cell: VirtualCell) -> Candidates:
    """Every gene of the networks once, or every condition of the data set, with the exact weights of its evidence."""
    if cell.fitted.features is None:
        asked = read_examples(catalog, cell.fitted.recipe, ROLES)
        near = np.array([domain(cell, asked.take([row]))[0] for row in range(len(asked.names))])
        return Candidates(asked.perturbations, asked.names, cell.fitted.weights(asked), near)
    return _genes(cell)


@lru_cache(maxsize=4)
def _genes(cell: VirtualCell) -> Candidates:
    fitted, kind = cell.fitted, cell.fitted.recipe.perturbation_kind
    known = dict(zip(fitted.examples.genes.tolist(), fitted.examples.perturbations.tolist(), strict=True))
    genes = np.array(sorted(set(fitted.features.index) | set(known)))
    weights = np.empty((len(genes), len(fitted.examples.genes)), dtype=np.float32)
    near = np.empty(len(genes))
    for start in range(0, len(genes), CHUNK):
        rows = slice(start, start + CHUNK)
        kernels, prior = fitted.known_genes.kernels(genes[rows].tolist())
        weights[rows] = fitted.model.weights(kernels, prior)
        nearest = kernels[:-1].mean(axis=0).max(axis=1)
        near[rows] = np.clip(nearest / max(cell.typical_similarity, 1e-9), 0.0, 1.0)
    ids = np.array([known.get(gene, f"{kind}:{gene}") for gene in genes], dtype=object)
    return Candidates(ids, genes.astype(object), weights, near)


def _unit_of(cell: VirtualCell, ids: np.ndarray) -> np.ndarray:
    """What a measured score belongs to: the gene of a construct, else the perturbation itself."""
    if cell.fitted.features is None:
        return ids
    return np.array([str(name).partition(":")[2].partition("/")[0] for name in ids], dtype=object)


def _about_zero(cell: VirtualCell) -> bool:
    return MODELS.find(cell.fitted.recipe.model).facts["about"] == "zero"
