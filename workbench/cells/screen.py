"""Rank everything a virtual cell can be asked about by one readout or a signature, with its skill on held-out ones."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from workbench.cells.examples import Examples
from workbench.cells.features import GeneKernels
from workbench.cells.fit import fit, fold_of
from workbench.cells.predict import VirtualCell
from workbench.cells.signature import weights_over
from workbench.cells.sources import read_examples
from workbench.errors import InputError
from workbench.kernels import conformal
from workbench.kernels.bootstrap import bootstrap_correlation
from workbench.nouns import Screening

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

CHUNK = 2_000
ROLES = ("train", "replay", "held_out")


class Candidates(NamedTuple):
    """Genes that can be asked about: ids, names [n]; exact weights [n, n_train] of the evidence; domain [n]."""

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
    truth, said, folds = examples.targets @ w, _held_out(cell) @ w, fold_of(cell.fitted.recipe, examples)
    asked = folds >= 0
    residuals, units = np.abs(truth - said)[asked, None], examples.units[asked]
    level = cell.fitted.recipe.level
    width = float(conformal.quantile_by_group(residuals, units, level)[0]) if asked.any() else np.inf
    if cell.fitted.features is None:
        rows = _conditions(catalog, cell)
        ids, names, near = rows.perturbations, rows.names, _parts_known(cell, rows)
        score = cell.fitted.predict(rows)[0] @ w
    else:
        ids, names, weights_of, near = (
            _genes(cell) if isinstance(cell.fitted.features, GeneKernels) else _compounds(cell)
        )
        score = truth.mean() + weights_of @ (truth - truth.mean())
    mean = _mean_by_unit(_unit_of(cell, examples.perturbations), truth)
    return {
        "ids": ids, "names": names, "score": score, "width": np.full(len(score), width), "domain": near,
        "baseline": np.full(len(score), float(truth.mean())),
        "measured": np.array([mean.get(unit, np.nan) for unit in _unit_of(cell, ids)]),
        "skill": _skill(cell, said[asked], truth[asked], folds[asked], units),
    }  # fmt: skip


def _skill(
    cell: VirtualCell, said: np.ndarray, truth: np.ndarray, folds: np.ndarray, units: np.ndarray
) -> dict[str, Any]:
    """Agreement of held-out scores [n] with measured ones: Pearson r over units, and how much of the strongest tenth.

    Both are taken from their mean within each fold: a fold of strong perturbations leaves a low training mean behind,
    which across folds would look like ranking backwards. r is NaN where fewer than three were held out.
    """
    recipe = cell.fitted.recipe
    facts = {"task": recipe.task, "model": cell.version_name, "units": recipe.units, "n": len(set(units))}
    if len(truth) < 3:
        return facts | {"r": np.nan, "low": np.nan, "high": np.nan, "top": 0, "found": 0, "expected": 0.0, "predicted": [],
                        "measured": []}  # fmt: skip
    said, truth = (_within(values, folds) for values in (said, truth))
    r, low, high = bootstrap_correlation(said, truth, units, seed=recipe.seed)
    top = max(1, round(len(truth) / 10))
    asked, best = (set(np.argsort(-values, kind="stable")[:top].tolist()) for values in (said, truth))
    return facts | {
        "r": r, "low": low, "high": high, "top": top, "found": len(asked & best), "expected": top * top / len(truth),
        "predicted": said.tolist(), "measured": truth.tolist(),
    }  # fmt: skip


def _within(values: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Values [n] minus the mean of their fold."""
    return values - (np.bincount(folds, values) / np.bincount(folds))[folds]


@lru_cache(maxsize=4)
def _held_out(cell: VirtualCell) -> np.ndarray:
    """What the recipe's model says of each training row while its unit is held out, itself where it never is [n, n_readouts]."""
    fitted = cell.fitted
    said = fitted.examples.targets.copy()
    folds = fold_of(fitted.recipe, fitted.examples)
    for fold in np.unique(folds[folds >= 0]):
        known, asked = (fitted.examples.take(folds != fold), fitted.examples.take(folds == fold))
        said[folds == fold] = fit(fitted.recipe, known, fitted.features).predict(asked)[0]
    return said


def _conditions(catalog: Catalog, cell: VirtualCell) -> Examples:
    """Every condition of the data set, and every pair of two that were measured alone, done or not."""
    done = read_examples(catalog, cell.fitted.recipe, ROLES)
    single = np.flatnonzero((done.drugs != 0).sum(axis=1) == 1)
    single = single[np.argsort(done.perturbations[single], kind="stable")]
    known = {frozenset(key.split("+")) for key in done.perturbations}
    pairs = [
        (a, b) for a, b in combinations(single, 2)
        if not (done.drugs[a] * done.drugs[b]).any()
        and frozenset((done.perturbations[a], done.perturbations[b])) not in known
    ]  # fmt: skip
    if not pairs:
        return done
    first, second = (list(side) for side in zip(*pairs, strict=True))
    new = done.take(np.array(first))._replace(
        perturbations=np.array([f"{done.perturbations[a]}+{done.perturbations[b]}" for a, b in pairs]),
        names=np.array([f"{done.names[a]} + {done.names[b]}" for a, b in pairs]),
        drugs=done.drugs[first] + done.drugs[second],
    )  # fmt: skip
    joined = {
        name: np.concatenate([getattr(done, name), getattr(new, name)]) for name in ("perturbations", "names", "drugs")
    }
    return done.take(np.zeros(len(joined["names"]), dtype=int))._replace(**joined)


def _parts_known(cell: VirtualCell, asked: Examples) -> np.ndarray:
    """1 for conditions all of whose parts the model saw alone, else 0 [n]."""
    used = cell.fitted.examples.drugs != 0
    alone = used[used.sum(axis=1) == 1].any(axis=0)
    return (~((asked.drugs != 0) & ~alone).any(axis=1)).astype(float)


def _mean_by_unit(units: np.ndarray, values: np.ndarray) -> dict[str, float]:
    names, index = np.unique(units, return_inverse=True)
    return dict(zip(names.tolist(), (np.bincount(index, values) / np.bincount(index)).tolist(), strict=True))


@lru_cache(maxsize=4)
def _genes(cell: VirtualCell) -> Candidates:
    """Every gene of the networks and every measured one, once."""
    fitted, kind = cell.fitted, cell.fitted.recipe.perturbation_kind
    known = dict(zip(fitted.examples.units.tolist(), fitted.examples.perturbations.tolist(), strict=True))
    genes = np.array(sorted(set(fitted.features.index) | set(known)))
    weights = np.empty((len(genes), len(fitted.examples.units)), dtype=np.float32)
    near = np.empty(len(genes))
    for start in range(0, len(genes), CHUNK):
        rows = slice(start, start + CHUNK)
        kernels, prior = fitted.known_genes.kernels(genes[rows].tolist())
        weights[rows] = fitted.model.weights(kernels, prior)
        nearest = kernels[:-1].mean(axis=0).max(axis=1)
        near[rows] = np.clip(nearest / max(cell.typical_similarity, 1e-9), 0.0, 1.0)
    ids = np.array([known.get(gene, f"{kind}:{gene}") for gene in genes], dtype=object)
    return Candidates(ids, genes.astype(object), weights, near)


@lru_cache(maxsize=4)
def _compounds(cell: VirtualCell) -> Candidates:
    """Every compound of the catalog with a structure or a target, or every measured dose."""
    fitted, features, known = cell.fitted, cell.fitted.features, list(cell.fitted.examples.units)
    told = {key for key, i in features.index.items() if features.knows[:, i].any()}
    units = sorted(set(known) | (told if fitted.recipe.unit == "compound" else set()))
    kernels = features.kernels(units, known)
    near = np.clip(kernels[:-1].mean(axis=0).max(axis=1) / max(cell.typical_similarity, 1e-9), 0.0, 1.0)
    ids = np.array([f"compound:{unit}" for unit in units], dtype=object)
    names = np.array([features.name(unit) or unit for unit in units], dtype=object)
    return Candidates(ids, names, fitted.model.weights(kernels, features.prior(units)), near)


def _unit_of(cell: VirtualCell, ids: np.ndarray) -> np.ndarray:
    """What a measured score belongs to: the gene of a construct, else the perturbation itself."""
    if cell.fitted.features is None:
        return ids
    return np.array([str(name).partition(":")[2].partition("/")[0] for name in ids], dtype=object)
