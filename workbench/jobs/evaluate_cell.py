"""Evaluate a model on a data set: seeds → permuted null → table, kept beside its snapshot and code version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog.metrics import write_metrics
from workbench.catalog.store import Catalog
from workbench.cells.measured import (
    DEFAULT_SPLIT,
    FOLDS,
    compounds_of,
    fit_predict,
    fit_predict_intervals,
    model_for,
    read_measured,
    recipe_for,
    split_of,
)
from workbench.cells.sources import read_features
from workbench.evaluation.control_check import check_controls
from workbench.evaluation.evaluate import FitPredict, Measured, Scores, score_folds, score_null
from workbench.evaluation.leakage import lint_split
from workbench.evaluation.scorecard import null_means, scorecard
from workbench.jobs.engine.kinds import Run, job
from workbench.training.code_version import code_version

if TYPE_CHECKING:
    from workbench.cells.examples import Examples
    from workbench.training.recipe import Recipe

SUITE = "evaluation suite"


@job("evaluate_cell", title="Evaluate a model of the virtual cell", queue="heavy", estimate_s=120.0)
def evaluate_cell(run: Run, model: str, dataset: str, split: str = "", seeds: int = 5, permutations: int = 20) -> str:
    """Gives the name of the suite under which the table is kept (see `suite_name`); subject is the model's name.

    Raises UnknownNameError for a model, data set or split that is not known, InputError for a model of another kind.
    """
    recipe = recipe_for(dataset)
    split = split or DEFAULT_SPLIT[recipe.unit]
    folder = run.catalog.settings.cache / "evaluation" / run.job_id
    run.progress(0.01, "Reading what was measured, and checking the split")
    facts = run.step("facts", _facts, run.catalog, recipe, model, split)
    null = []
    for seed in range(seeds):
        run.progress(0.05 + 0.9 * seed / seeds, f"Seed {seed + 1} of {seeds}: model, baselines, ceiling, null")
        draws = list(range(seed, permutations, seeds))
        null += run.step(f"seed {seed}", _seed, run, recipe, model, split, seed, draws, folder, facts["snapshot"])
    run.progress(0.97, "Writing the table")
    return run.step("table", _table, run, recipe, model, facts, seeds, folder, null)


def suite_name(dataset: str, split: str, job_id: str) -> str:
    """Under what name a table is kept in the lake."""
    return f"{SUITE}: {dataset}, {split}, job {job_id}"


def _facts(catalog: Catalog, recipe: Recipe, model: str, split: str) -> dict[str, Any]:
    """Snapshot, split and what its linter and the control check find."""
    model_for(recipe, model)
    snapshot = catalog.lake.current_snapshot()
    measured, _ = _read(catalog, recipe, snapshot)
    folds = split_of(split, measured, FOLDS)(0)
    asked = {"gene": {"gene": measured.parts}, "pair": {"pair": [("+".join(row),) for row in measured.parts]},
             "compound": {"compound": [(str(key),) for key in compounds_of(measured)]}}  # fmt: skip
    if measured.scaffolds is not None:
        asked["scaffold"] = asked["compound"] | {"scaffold": [(str(name),) for name in measured.scaffolds]}
    leaks = lint_split(folds, asked.get(split, {}))
    told = [leak.sentence for leak in leaks]
    check = check_controls(measured.known, measured.truth, folds)
    if check.is_flagged:
        told.append(
            f"A control shared by prediction and truth would add {check.inflation:.2f} to the mean's rD "
            f"({check.disjoint:.2f} with disjoint halves, as here)."
        )
    return {"snapshot": snapshot, "split": split, "findings": told}


def _seed(
    run: Run, recipe: Recipe, model: str, split: str, seed: int, draws: list[int], folder: Path, snapshot: int
) -> list[dict[str, Any]]:
    """Scores of one seed, kept in the cache (repeating it writes the same file); gives its draws of the permuted null.

    The number of a draw seeds its permutation.
    """
    measured, examples = _read(run.catalog, recipe, snapshot)
    features = read_features(run.catalog, recipe) if recipe.shape == "kernel" else None
    folds = split_of(split, measured, FOLDS)(seed)
    asked = fit_predict_intervals(recipe, examples, features, model, measured, split)
    scores = score_folds(measured, asked, folds, _baselines(recipe, examples, model))
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"seed-{seed}.partial.npz"
    np.savez(partial, **{f"{name}|{metric}": rows for name, found in scores.items() for metric, rows in found.items()})
    partial.replace(folder / f"seed-{seed}.npz")
    plain = fit_predict(recipe, examples, features, model)
    found = []
    for draw in draws:
        run.check_cancelled()
        found.append(null_means(measured, score_null(measured, plain, folds, np.random.default_rng(draw))))
    return found


def _table(
    run: Run, recipe: Recipe, model: str, facts: dict[str, Any], seeds: int, folder: Path, null: list[dict]
) -> str:
    measured, _ = _read(run.catalog, recipe, facts["snapshot"])
    for seed in range(seeds):
        if not (folder / f"seed-{seed}.npz").exists():  # made by a host that is gone, in its own cache
            _seed(run, recipe, model, facts["split"], seed, [], folder, facts["snapshot"])
    scores = [_kept(folder / f"seed-{seed}.npz") for seed in range(seeds)]
    made = {
        "dataset": recipe.dataset, "model": model, "split": facts["split"], "snapshot": facts["snapshot"],
        "code_version": code_version(), "recipe_hash": recipe.sha256, "simulated": recipe.simulated,
        "findings": facts["findings"],
    }  # fmt: skip
    rows = [row | {"details": row["details"] | made} for row in scorecard(measured, scores, null)]
    suite = suite_name(recipe.dataset, facts["split"], run.job_id)
    write_metrics(run.catalog, model, "model", suite, rows)
    return suite


def _baselines(recipe: Recipe, examples: Examples, model: str) -> dict[str, FitPredict]:
    """Where drugs have strengths the additive rule is asked beside the model."""
    if recipe.shape != "strength" or model == "additive":
        return {}
    return {"additive": fit_predict(recipe, examples, None, "additive")}


def _read(catalog: Catalog, recipe: Recipe, snapshot: int) -> tuple[Measured, Examples]:
    """What was measured as it stood in the snapshot: every step of one job sees the same rows."""
    lake = catalog.lake.at(snapshot)
    try:
        return read_measured(Catalog(catalog.settings, lake, catalog.ledger), recipe)
    finally:
        lake.close()


def _kept(path: Path) -> Scores:
    found: Scores = {}
    with np.load(path) as kept:
        for key in kept.files:
            name, metric = key.rsplit("|", 1)
            found.setdefault(name, {})[metric] = kept[key]
    return found
