"""Do 90 % intervals hold? Coverage on every data set and split there is, in all, in strong and in the worst stratum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.cells.catalogs import cell_catalog
from benchmarks.figures import figure
from workbench.cells.compound_features import Features
from workbench.cells.examples import Examples
from workbench.cells.fit import fit
from workbench.cells.measured import calibrated_split, read_measured, split_of, take
from workbench.cells.sources import read_features
from workbench.evaluation.evaluate import Measured, strong_rows
from workbench.evaluation.split import Fold
from workbench.evaluation.suite import by_unit
from workbench.kernels.bootstrap import bootstrap_mean
from workbench.training.recipe import Recipe, read_recipe

Figures = dict[str, dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Case:
    """A data set, a split and the model that answers it."""

    name: str
    recipe: Recipe
    measured: Measured
    examples: Examples
    features: Features | None
    model: str
    split: str
    n_folds: int = 10


def run(*, quick: bool) -> Figures:
    """`coverage90_X` of each case, `coverage90_X_band`, and `coverage90_min`, `_strong`, `_max` over all of them."""
    figures: Figures = {}
    for case in cases():
        figures |= case_figures(case, range(1 if quick else 5))
    return figures | extremes(figures)


def cases() -> Iterator[Case]:
    """Genes on expression (real and simulated), compounds on secreted proteins and morphology, drugs on proteins in three
    splits, pairs of genes on growth."""
    names = ("l1000_orf_u2os", "cellbox_skmel133", "perturbseq_small", "simulated_lab", "gi_crispra_k562", "gene_relationships",
             "reactome_pathways", "hallmark", "omnipath", "nelisa_jump_target", "bbbc021")  # fmt: skip
    with cell_catalog(*names) as catalog:
        is_imported = lambda name: catalog.lake.value("SELECT count(*) FROM lake.response WHERE dataset = $1", [name])  # noqa: E731
        for task, dataset in (("l1000_orf", "orf_gene"), ("simulated", "simulated_gene")):
            recipe = read_recipe(task)
            measured, examples = read_measured(catalog, recipe)
            yield Case(dataset, recipe, measured, examples, read_features(catalog, recipe), recipe.model, "gene")
        for task, split, label in (("nelisa", "compound", "nelisa_compound"), ("nelisa", "scaffold", "nelisa_scaffold"),
                                   ("bbbc021", "dose", "bbbc021_dose"), ("bbbc021", "compound", "bbbc021_compound")):  # fmt: skip
            recipe = read_recipe(task)
            measured, examples = read_measured(catalog, recipe)
            yield Case(label, recipe, measured, examples, read_features(catalog, recipe), recipe.model, split)
        recipe = read_recipe("cellbox")
        measured, examples = read_measured(catalog, recipe)
        for split, label, n_folds in (("pair", "cellbox_pair", 10), ("gene", "cellbox_random", 3),
                                      ("leave-one-out", "cellbox_leave_drug_out", 12)):  # fmt: skip
            yield Case(label, recipe, measured, examples, None, "drug_effects", split, n_folds)
        recipe = read_recipe("norman19")
        measured, examples = read_measured(catalog, recipe)
        yield Case("norman_pair", recipe, measured, examples, None, "additive", "pair", 5)
        yield Case("norman_leave_gene_out", recipe, measured, examples, None, "additive", "leave-one-out")
        recipe = read_recipe("gi_crispra")
        if is_imported(recipe.dataset):
            measured, examples = read_measured(catalog, recipe)
            yield Case("gi_pair", recipe, measured, examples, None, "quadratic", "pair")
            yield Case("gi_new_gene", recipe, measured, examples, None, "quadratic", "part")


def case_figures(case: Case, seeds: range) -> Figures:
    """Coverage of a case in all and strong units, and of the simultaneous band; in words how the intervals were made."""
    entries: list[tuple[np.ndarray, ...]] = []
    widths, made, infinite = [], [], 0
    for seed in seeds:
        for fold in split_of(case.split, case.measured, case.n_folds)(seed):
            found = _fold(case, fold)
            if found is None:
                infinite += len(fold.test)
                continue
            held, at_once, width, method = found
            new = np.full(len(held), fold.name) if case.split == "leave-one-out" else case.measured.units[fold.test]
            entries.append((fold.test, new, held, at_once))
            widths.append(width)
            made.append(method)
    key = f"coverage90_{case.name}"
    if not entries:
        return {key: figure("infinite", "share", "too few units of this kind for a finite interval", n=0)}
    rows, units, inside, band = (np.concatenate(column) for column in zip(*entries, strict=True))
    methods = ", ".join(f"{name} {made.count(name)}" for name in sorted(set(made)))
    how = f"{case.model}, split by {case.split}; mean width {np.mean(widths):.2f}; chosen inside the training rows: {methods}"
    if infinite:
        how += f"; {infinite} tested rows had infinite intervals and are not counted"
    figures = {key: _share(inside, units, how)}
    finite = np.isfinite(band)
    if finite.any():
        words = f"all readouts at once, by the band's factor, finite for {finite.mean():.0%} of rows"
        figures[f"{key}_band"] = _share(band[finite], units[finite], words)
    strong = strong_rows(case.measured.agreement)[rows]
    if len(np.unique(units[strong])) > 1:
        figures[f"{key}_strong"] = _share(inside[strong], units[strong], "top fifth by replicate r")
    return figures


def extremes(figures: Figures) -> Figures:
    """The least and largest coverage of all cases with finite intervals, and the least of strong responses."""
    found: Figures = {}
    strong = {key: row for key, row in figures.items() if key.endswith("_strong")}
    whole = {key: row for key, row in figures.items() if not key.endswith(("_strong", "_band")) and row["n"]}
    for name, rows, pick in (("min", whole, min), ("max", whole, max), ("strong", strong, min)):
        if rows:
            key = pick(rows, key=lambda item, rows=rows: rows[item]["value"])
            found[f"coverage90_{name}"] = rows[key] | {
                "how": f"{key.removeprefix('coverage90_')}, of {len(rows)} cases"
            }
    return found


def _fold(case: Case, fold: Fold) -> tuple[np.ndarray, np.ndarray, float, str] | None:
    """Share inside, whole rows inside the band [n_test] (NaN: infinite), mean width, method; None: infinite intervals."""
    train, asked = case.examples.take(fold.train), case.examples.take(fold.test)
    fitted = fit(case.recipe, train, case.features, case.model)
    mean, spread = fitted.predict(asked)
    made = calibrated_split(case.recipe, train, case.features, case.model, take(case.measured, fold.train), case.split)
    widths = made.half_widths(mean, spread, asked.n_replicates, fitted.similarity(asked))
    if not np.isfinite(widths).all():
        return None
    ratios = np.abs(case.measured.truth[fold.test] - mean) / np.maximum(widths, 1e-12)
    factor = made.intervals.simultaneous
    at_once = (ratios <= factor).all(axis=1) if np.isfinite(factor) else np.full(len(ratios), np.nan)
    # a count that is nearly always 0 is inside any interval: readouts that moved in a tenth of the training rows are judged
    moving = (train.targets != 0).mean(axis=0) > 1 - case.recipe.level
    return (ratios[:, moving] <= 1).mean(axis=1), at_once, float(2 * widths.mean()), made.intervals.method


def _share(values: np.ndarray, units: np.ndarray, how: str) -> dict[str, Any]:
    value, low, high = bootstrap_mean(by_unit(values, units))
    return figure(value, "share", how, low=low, high=high, n=len(np.unique(units)))
