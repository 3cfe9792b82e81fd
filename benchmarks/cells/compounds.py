"""Compounds: secreted proteins of a new one, or one of a new scaffold; morphology at a new dose, and of a new one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.cells.catalogs import cell_catalog
from benchmarks.figures import figure
from workbench.cells.compound_features import CompoundKernels
from workbench.cells.measured import fit_predict, read_measured, split_of
from workbench.cells.sources import read_features
from workbench.evaluation.evaluate import score_folds
from workbench.kernels.bootstrap import bootstrap_mean
from workbench.training.recipe import read_recipe

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

Figures = dict[str, dict[str, Any]]
CASES = (("nelisa", "compound"), ("nelisa", "scaffold"), ("bbbc021", "dose"), ("bbbc021", "compound"))
SEEDS = 5
REFERENCES = {
    "model": "",
    "permuted null": "_null",
    "replicate ceiling": "_ceiling",
    "gain over the mean": "_gain",
    "zero": "_zero",
}


def run(*, quick: bool) -> Figures:
    """`DATA_SPLIT_rdmean`, `_pds` with null, ceiling and gain over the mean, all rows and strong ones; `nelisa_tried_…`."""
    figures: Figures = {}
    with cell_catalog("nelisa_jump_target", "bbbc021") as catalog:
        for task, split in CASES:
            figures |= suite_figures(catalog, task, split, permutations=5 if quick else 20)
        figures |= tried_figures(catalog)
    return figures


def suite_figures(catalog: Catalog, task: str, split: str, *, permutations: int) -> Figures:
    """The suite's own table of the recipe's model, 5 seeds × 10 folds."""
    from workbench.jobs.engine.queue import run_job
    from workbench.lab.cells import Cells

    recipe = read_recipe(task)
    facts = {"model": recipe.model, "dataset": recipe.dataset, "split": split, "seeds": SEEDS}
    run_job(catalog, "evaluate_cell", inline=True, person="benchmark", permutations=permutations, **facts)
    figures: Figures = {}
    for row in Cells(catalog).newest_evaluation(recipe.model, recipe.dataset):
        if row["metric"] in ("rdmean", "pds") and row["reference"] in REFERENCES:
            key = f"{task}_{split}_{row['metric']}{'_strong' if row['stratum'] == 'strong' else ''}{REFERENCES[row['reference']]}"
            how = f"{row['reference']}, {row['stratum']} rows, {SEEDS} seeds × 10 folds by {split}"
            figures[key] = figure(row["value"], "share" if row["metric"] == "pds" else "r", how, low=row["low"],
                                  high=row["high"], n=row["n"])  # fmt: skip
    return figures


def tried_figures(catalog: Catalog) -> Figures:
    """The same folds with structures alone and with targets alone."""
    recipe = read_recipe("nelisa")
    measured, examples = read_measured(catalog, recipe)
    both = read_features(catalog, recipe)
    assert isinstance(both, CompoundKernels)
    views = {"structure": replace(both, targets=both.structure), "targets": replace(both, structure=both.targets)}
    figures: Figures = {}
    for name, features in views.items():
        found = [
            score_folds(measured, fit_predict(recipe, examples, features, recipe.model), folds)["model"]
            for folds in (split_of("compound", measured, 10)(seed) for seed in range(SEEDS))
        ]
        for metric in ("rdmean", "pds"):
            value, low, high = bootstrap_mean(np.mean([scores[metric] for scores in found], axis=0))
            figures[f"nelisa_tried_{name}_{metric}"] = figure(
                value, "share" if metric == "pds" else "r", f"{name} alone, new compounds", low=low, high=high,
                n=len(measured.units),
            )  # fmt: skip
    return figures
