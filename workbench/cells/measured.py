"""A data set as the evaluation suite takes it: two control halves, replicates, units; and models as fit-predict functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog.compounds import read_compounds
from workbench.catalog.training_sets import TaskWells, read_task_wells
from workbench.cells.calibrate import Calibration, Crossed, calibrate, crossed_fold
from workbench.cells.compound_features import Features, split_unit
from workbench.cells.examples import Examples, control_half, from_wells
from workbench.cells.fit import fit
from workbench.cells.sources import read_examples, read_features, units_of
from workbench.errors import InputError, UnknownNameError
from workbench.evaluation.anndata_cells import predictions_as_anndata
from workbench.evaluation.evaluate import FitPredict, Measured, Predicted
from workbench.evaluation.split import (
    Fold,
    folds_by_group,
    folds_of_pairs,
    folds_of_parts,
    leave_each_context_out,
    leave_each_part_out,
)
from workbench.kernels.molecules import scaffold
from workbench.models import MODELS
from workbench.training.recipe import Recipe, read_recipe, recipe_names

if TYPE_CHECKING:
    from anndata import AnnData

    from workbench.catalog.store import Catalog

DEFAULT_SPLIT = {"gene": "gene", "compound": "compound", "dose": "dose", "condition": "pair"}
FOLDS = 10
ROLES = ("train", "replay", "held_out")
SPLITS: dict[str, str] = {
    "gene": "new genes, all constructs of a gene together",
    "compound": "new compounds, all doses of a compound together",
    "scaffold": "new scaffolds, all compounds of a Bemis-Murcko scaffold together",
    "dose": "new doses, one or more of a compound may be known",
    "pair": "new pairs of seen singles",
    "part": "rows that hold a new gene or drug, in folds",
    "leave-one-out": "one gene or drug after the other, all rows that hold it",
    "context": "one cell line, time or medium after the other",
}


def recipe_for(dataset: str) -> Recipe:
    """The recipe that says how a data set is read and described to models. Raises UnknownNameError listing those there are."""
    recipes = [read_recipe(name) for name in recipe_names()]
    for recipe in recipes:
        if recipe.dataset == dataset:
            return recipe
    known = ", ".join(recipe.dataset for recipe in recipes)
    raise UnknownNameError(
        f"no recipe says how a virtual cell sees {dataset!r}.",
        hint=f"Known: {known}. Cells predicted elsewhere: `workbench cells score REAL.h5ad PREDICTED.h5ad`.",
    )


def read_measured(catalog: Catalog, recipe: Recipe) -> tuple[Measured, Examples]:
    """What was measured, and the same rows as examples whose targets are `known`; results of the queue are left out."""
    if recipe.shape == "strength":
        examples = read_examples(catalog, recipe, ROLES)
        parts = tuple(
            tuple(name for name, used in zip(examples.drug_names, row != 0, strict=True) if used)
            for row in examples.drugs
        )
        return Measured(
            examples.units, parts, np.full(len(parts), recipe.context_id), examples.targets, examples.targets,
            examples.agreement, None, shared_controls=True,
        ), examples  # fmt: skip
    wells = read_task_wells(
        catalog.lake, recipe.dataset, recipe.task, recipe.context_id, in_control_sd=recipe.in_control_sd
    )
    own = ~wells.is_lab & (wells.is_control | (units_of(wells, recipe) != ""))
    even, odd = (_half(wells, own, which, recipe) for which in ("even", "odd"))
    parts = tuple((str(unit),) for unit in even.units)
    replicates = _replicates(wells, own, even.perturbations, recipe)
    contexts = np.full(len(parts), recipe.context_id)
    return Measured(
        even.units, parts, contexts, even.targets, odd.targets, even.agreement, replicates,
        scaffolds=_scaffolds(catalog, recipe, even.units) if recipe.of_compounds else None,
    ), even  # fmt: skip


def split_of(name: str, measured: Measured, n_folds: int) -> Callable[[int], Sequence[Fold]]:
    """Seed -> folds of a split of SPLITS. Raises UnknownNameError for another name."""
    if name in ("gene", "dose"):
        return lambda seed: folds_by_group(measured.units, n_folds, seed)
    if name == "compound":
        return lambda seed: folds_by_group(compounds_of(measured), n_folds, seed)
    if name == "scaffold":
        if measured.scaffolds is None:
            raise InputError(
                "only compounds have scaffolds.", hint="Split genes by `gene`, conditions by `pair` or `part`."
            )
        return lambda seed: folds_by_group(measured.scaffolds, n_folds, seed)
    if name == "pair":
        return lambda seed: folds_of_pairs(measured.parts, n_folds, seed)
    if name == "part":
        return lambda seed: folds_of_parts(measured.parts, n_folds, seed)
    if name == "leave-one-out":
        return lambda seed: leave_each_part_out(measured.parts)
    if name == "context":
        return lambda seed: leave_each_context_out(measured.contexts)
    raise UnknownNameError(f"no split is called {name!r}.", hint=f"Known: {', '.join(SPLITS)}.")


def model_for(recipe: Recipe, name: str) -> str:
    """The name of a model that can be fitted on what the recipe describes. Raises InputError for one of another kind."""
    takes = MODELS.find(name).facts["task"]
    if takes not in (recipe.shape, "any"):
        fitting = [entry.name for entry in MODELS if entry.facts["task"] in (recipe.shape, "any")]
        raise InputError(
            f"{name} takes {takes} inputs, {recipe.dataset} is described by {recipe.shape}.",
            hint=f"Models for it: {', '.join(fitting)}.",
        )
    return name


def fit_predict(recipe: Recipe, examples: Examples, features: Features | None, model: str) -> FitPredict:
    """A model of the registry as the suite calls it, without intervals."""

    def run(train: np.ndarray, test: np.ndarray, identity: np.ndarray) -> Predicted:
        described = _described(examples, identity)
        fitted = fit(recipe, described.take(train), features, model)
        return Predicted(*fitted.predict(described.take(test)))

    return run


def fit_predict_intervals(
    recipe: Recipe, examples: Examples, features: Features | None, model: str, measured: Measured, split: str
) -> FitPredict:
    """The same with intervals at the recipe's level, calibrated on the training rows by inner folds of the same split:
    a drug that is new is covered by what happened to other drugs when they were new. Infinite where too few are."""

    def run(train: np.ndarray, test: np.ndarray, identity: np.ndarray) -> Predicted:
        described = _described(examples, identity)
        fitted = fit(recipe, described.take(train), features, model)
        asked = described.take(test)
        mean, spread = fitted.predict(asked)
        calibration = calibrated_split(recipe, described.take(train), features, model, take(measured, train), split)
        widths = calibration.half_widths(mean, spread, asked.n_replicates, fitted.similarity(asked))
        return Predicted(mean, spread, low=mean - widths, high=mean + widths)

    return run


def calibrated_split(
    recipe: Recipe, examples: Examples, features: Features | None, model: str, measured: Measured, split: str
) -> Calibration:
    """Intervals for what a split holds out, from its own folds of these rows; infinite where they cannot be made."""
    try:
        folds = split_of(split, measured, recipe.folds)(recipe.seed)
    except InputError:
        return Calibration.alike(np.full(examples.targets.shape[1], np.inf), recipe.level)
    parts = [
        crossed_fold(recipe, examples, features, fold.train, fold.test, _new_units(split, measured, fold), i, model)
        for i, fold in enumerate(folds)
        if len(fold.train)
    ]
    return calibrate(recipe, examples, features, Crossed.joined(parts), measured.truth)


def take(measured: Measured, rows: np.ndarray) -> Measured:
    """These rows of what was measured."""
    columns = {name: getattr(measured, name)[rows] for name in ("units", "contexts", "known", "truth", "agreement")}
    scaffolds = None if measured.scaffolds is None else measured.scaffolds[rows]
    parts = tuple(measured.parts[i] for i in rows)
    return measured._replace(parts=parts, replicates=None, scaffolds=scaffolds, **columns)


def compounds_of(measured: Measured) -> np.ndarray:
    """The compound of each row, without its dose [n]."""
    return np.array([split_unit(unit)[0] for unit in measured.units])


def _scaffolds(catalog: Catalog, recipe: Recipe, units: np.ndarray) -> np.ndarray:
    """Scaffold of each unit's compound [n]; one without a known structure has its own."""
    smiles = {row["inchikey"]: row["smiles"] for row in read_compounds(catalog, recipe.dataset)}
    keys = [split_unit(unit)[0] for unit in units]
    return np.array([scaffold(smiles[key]) if smiles.get(key) else key for key in keys])


def _new_units(split: str, measured: Measured, fold: Fold) -> np.ndarray:
    """What is new in each test row of a fold, and so exchangeable with what will be new [n_test]."""
    if split in ("part", "leave-one-out"):
        known = {part for i in fold.train for part in measured.parts[i]}
        return np.array([next((p for p in measured.parts[i] if p not in known), "") for i in fold.test])
    if split == "pair":
        return np.array(["+".join(sorted(measured.parts[i])) for i in fold.test])
    if split == "context":
        return measured.contexts[fold.test]
    if split == "scaffold" and measured.scaffolds is not None:
        return measured.scaffolds[fold.test]
    if split == "compound":
        return compounds_of(measured)[fold.test]
    return measured.units[fold.test]


def held_out_predictions(catalog: Catalog, model: str, dataset: str, split: str = "", seed: int = 0) -> AnnData:
    """What a model predicts for each row while it is held out, with what was measured; rows never tested are left out."""
    recipe = recipe_for(dataset)
    split = split or DEFAULT_SPLIT[recipe.unit]
    measured, examples = read_measured(catalog, recipe)
    features = read_features(catalog, recipe) if recipe.shape == "kernel" else None
    run = fit_predict(recipe, examples, features, model_for(recipe, model))
    plain, found, times = np.arange(len(examples.targets)), np.zeros_like(measured.truth), np.zeros(len(measured.truth))
    for fold in split_of(split, measured, FOLDS)(seed):
        found[fold.test] += run(fold.train, fold.test, plain).mean
        times[fold.test] += 1
    rows = np.flatnonzero(times)
    obs = {"perturbation": examples.perturbations[rows], "name": examples.names[rows],
           "context": measured.contexts[rows], "unit": measured.units[rows]}  # fmt: skip
    made = {"model": model, "dataset": dataset, "split": split, "seed": seed,
            "snapshot": catalog.lake.current_snapshot(), "recipe_hash": recipe.sha256}  # fmt: skip
    mean = found[rows] / times[rows, None]
    return predictions_as_anndata(mean, measured.truth[rows], obs, examples.readouts, made)


def _described(examples: Examples, identity: np.ndarray) -> Examples:
    return examples._replace(units=examples.units[identity], drugs=examples.drugs[identity])


def _half(wells: TaskWells, own: np.ndarray, which: str, recipe: Recipe) -> Examples:
    """Examples of the whole data set against one half of the controls."""
    chosen = own & np.where(wells.is_control, control_half(wells.plates, wells.is_control, which), True)
    return _examples(wells, chosen, recipe)


def _replicates(
    wells: TaskWells, own: np.ndarray, perturbations: np.ndarray, recipe: Recipe
) -> tuple[np.ndarray, np.ndarray]:
    """The first replicate of each perturbation, and the mean of its others, against disjoint controls [n, n_readouts]."""
    order = np.zeros(len(wells.plates), dtype=int)
    for name in perturbations:
        here = np.flatnonzero(own & (wells.perturbations == name))
        order[here] = np.arange(len(here))
    found = []
    for which, chosen in (("even", order == 0), ("odd", order > 0)):
        half = control_half(wells.plates, wells.is_control, which)
        examples = _examples(wells, own & np.where(wells.is_control, half, chosen), recipe)
        rows = np.full((len(perturbations), wells.values.shape[1]), np.nan)
        place = {name: i for i, name in enumerate(perturbations)}
        rows[[place[name] for name in examples.perturbations]] = examples.targets
        found.append(rows)
    return found[0], found[1]


def _examples(wells: TaskWells, chosen: np.ndarray, recipe: Recipe) -> Examples:
    columns: list[Any] = [wells.values, wells.plates, wells.perturbations, wells.names, wells.genes, wells.is_control]
    units = units_of(wells, recipe)[chosen]
    return from_wells(*(column[chosen] for column in columns), wells.readouts, units=units, clip=recipe.clip)
