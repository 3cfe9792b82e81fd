"""Expression after over-expressing a gene never seen: models of the registry, nested choice, permuted genes, ceiling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.cells.catalogs import cell_catalog
from benchmarks.figures import figure
from workbench.cells.examples import Examples, from_wells
from workbench.cells.features import GeneKernels
from workbench.evaluation.discrimination import discrimination
from workbench.evaluation.response_metrics import rdmean
from workbench.evaluation.split import grouped_folds
from workbench.kernels.bootstrap import bootstrap_groups
from workbench.kernels.response import against_controls
from workbench.models import MODELS

Figures = dict[str, dict[str, Any]]
N_FOLDS, INNER_FOLDS = 10, 5
DIFFUSION, NEIGHBOURS, SETS, OMNIPATH, SIGNED, TARGETS, DOROTHEA, TRRUST = range(8)
THREE = (DIFFUSION, NEIGHBOURS, SETS)
FOUR = (*THREE, OMNIPATH)
SIX = (*FOUR, SIGNED, TARGETS)


@dataclass(frozen=True)
class Candidate:
    """A model of the registry with its settings and the kernels it sees."""

    label: str
    kernels: tuple[int, ...]
    model: str = "multi_kernel_gp"
    settings: tuple[tuple[str, float], ...] = ()


HEADLINE = Candidate("gp_six_denoised", SIX, settings=(("denoise", 1.0),))
BUNDLED_ONLY = Candidate("bundled_networks", THREE, settings=(("denoise", 1.0),))
TRIED = (
    Candidate("mean", THREE, "mean"),
    Candidate("zero", THREE, "zero"),
    Candidate("knn", THREE, "knn"),
    Candidate("bilinear_ridge", THREE, "bilinear_ridge"),
    Candidate("ridge_diffusion", (DIFFUSION,), "kernel_ridge"),
    Candidate("ridge_neighbours", (NEIGHBOURS,), "kernel_ridge"),
    Candidate("ridge_gene_sets", (SETS,), "kernel_ridge"),
    Candidate("ridge_omnipath", (OMNIPATH,), "kernel_ridge"),
    Candidate("ridge_omnipath_signed", (SIGNED,), "kernel_ridge"),
    Candidate("ridge_omnipath_targets", (TARGETS,), "kernel_ridge"),
    Candidate("ridge_dorothea", (DOROTHEA,), "kernel_ridge"),
    Candidate("ridge_trrust", (TRRUST,), "kernel_ridge"),
    Candidate("gp_bundled", THREE),
    Candidate("gp_four", FOUR),
    Candidate("gp_six", SIX),
    Candidate("gp_six_bilinear", SIX, "bilinear_ridge"),
    Candidate("stack", SIX, "stack"),
    Candidate("gp_six_noise_3_denoised", SIX, settings=(("noise", 3.0), ("denoise", 1.0))),
    Candidate("gp_seven_dorothea_denoised", (*SIX, DOROTHEA), settings=(("denoise", 1.0),)),
    Candidate("gp_eight_denoised", (*SIX, DOROTHEA, TRRUST), settings=(("denoise", 1.0),)),
)
SLOW = (Candidate("graph_network", SIX, "graph_network"),)
NESTED = (
    Candidate("three", THREE),
    BUNDLED_ONLY,
    Candidate("six", SIX),
    HEADLINE,
    Candidate("seven", (*SIX, DOROTHEA), settings=(("denoise", 1.0),)),
    Candidate("eight", (*SIX, DOROTHEA, TRRUST), settings=(("denoise", 1.0),)),
)


@dataclass(frozen=True, eq=False)
class Task:
    """Examples, their kernels [n_kernels + 1, n, n] (the same gene last), replicates by example, the strong ones."""

    examples: Examples
    kernels: np.ndarray
    replicates: list[np.ndarray]
    strong: np.ndarray

    @property
    def n_views(self) -> int:
        """Kernels there are, without the same-gene one."""
        return len(self.kernels) - 1


def run(*, quick: bool) -> Figures:
    """`orf_pds`, `orf_pds_strong`, `orf_rdmean`, gains over mean and permuted genes, ceiling, and everything tried."""
    task = read_task()
    seeds = range(2 if quick else 5)
    has_signed = task.n_views > len(THREE)
    recipe = HEADLINE if has_signed else BUNDLED_ONLY
    scores = {recipe.label: cross_validated(task, recipe, seeds)}
    figures = headline(task, scores[recipe.label], recipe, len(seeds))
    figures |= null_figures(task, recipe, scores[recipe.label], n_permutations=20, seed=0)
    figures |= nested_figures(task, range(1 if quick else 3))
    figures |= ceiling_figures(task, scores[recipe.label])
    for candidate in (BUNDLED_ONLY, *TRIED, *(() if quick else SLOW)):
        if max(candidate.kernels) < task.n_views:
            found = cross_validated(task, candidate, range(1 if quick or candidate in SLOW else 5))
            figures |= tried_figures(task, candidate, found)
    return figures


def read_task() -> Task:
    """All constructs against every vector well of their plate, clipped at 10, with the networks that are there."""
    from workbench.catalog.training_sets import read_task_wells
    from workbench.cells.sources import read_features
    from workbench.training.recipe import read_recipe

    names = ("l1000_orf_u2os", "gene_relationships", "reactome_pathways", "hallmark", "omnipath", "dorothea", "trrust")
    with cell_catalog(*names) as catalog:
        recipe = replace(read_recipe("l1000_orf"), signed_networks=("OmniPath", "DoRothEA", "TRRUST"))
        wells = read_task_wells(catalog.lake, recipe.dataset, recipe.task, recipe.context_id)
        features: GeneKernels = read_features(catalog, recipe)
    values = np.clip(wells.values, -10, 10)
    examples = from_wells(
        values, wells.plates, wells.perturbations, wells.names, wells.genes, wells.is_control, wells.readouts
    )
    delta = against_controls(values, wells.plates, wells.is_control)
    replicates = [delta[(wells.perturbations == key) & ~wells.is_control] for key in examples.perturbations]
    genes = list(examples.genes)
    strong = examples.agreement >= np.nanquantile(examples.agreement, 0.8)
    return Task(examples, features.kernels(genes, genes), replicates, strong)


def predict(
    task: Task, candidate: Candidate, train: np.ndarray, asked: np.ndarray, gene_rows: np.ndarray
) -> np.ndarray:
    """Predicted responses of the asked rows; gene_rows [n] says whose place in the networks a training row takes."""
    views = [*candidate.kernels, -1]
    model = MODELS.find(candidate.model).thing(**dict(candidate.settings))
    kernels = task.kernels[views]
    inputs = kernels[np.ix_(range(len(views)), gene_rows[train], gene_rows[train])]
    cross = kernels[np.ix_(range(len(views)), asked, gene_rows[train])]
    examples = task.examples
    known = {"errors": examples.errors[train]} if dict(candidate.settings).get("denoise") else {}
    model.fit(inputs, examples.targets[train], examples.noise[train], **known)
    return model.predict(cross, np.ones(len(asked)))[0]


def cross_validated(
    task: Task, candidate: Candidate, seeds: range, gene_rows: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """PDS and rDmean of each example within its fold, mean over seeds of the folds [n]."""
    n = len(task.examples.targets)
    rows = np.arange(n) if gene_rows is None else gene_rows
    total = {"pds": np.zeros(n), "rdmean": np.zeros(n)}
    for seed in seeds:
        folds = grouped_folds(task.examples.genes, N_FOLDS, seed)
        for fold in range(N_FOLDS):
            train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            found = _scores(task, predict(task, candidate, train, test, rows), train, test)
            for name, values in found.items():
                total[name][test] += values / len(seeds)
    return total


def nested(task: Task, seed: int) -> tuple[dict[str, np.ndarray], dict[str, int]]:
    """The candidate of the best PDS within the training genes, scored on the test genes; how often each was chosen."""
    candidates = [item for item in NESTED if max(item.kernels) < task.n_views]
    folds = grouped_folds(task.examples.genes, N_FOLDS, seed)
    n = len(folds)
    rows, total, chosen = (
        np.arange(n),
        {"pds": np.zeros(n), "rdmean": np.zeros(n)},
        {item.label: 0 for item in candidates},
    )
    for fold in range(N_FOLDS):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        inner = grouped_folds(task.examples.genes[train], INNER_FOLDS, seed)
        reached = {item.label: 0.0 for item in candidates}
        for part in range(INNER_FOLDS):
            fit, check = train[inner != part], train[inner == part]
            for item in candidates:
                reached[item.label] += _scores(task, predict(task, item, fit, check, rows), fit, check)["pds"].sum()
        best = max(candidates, key=lambda item: reached[item.label])
        chosen[best.label] += 1
        for name, values in _scores(task, predict(task, best, train, test, rows), train, test).items():
            total[name][test] = values
    return total, chosen


def headline(task: Task, scores: dict[str, np.ndarray], recipe: Candidate, n_seeds: int) -> Figures:
    """The three figures with bars and their gains over the training mean, intervals over genes."""
    genes, strong = task.examples.genes, task.strong
    names = "bundled networks, OmniPath" if recipe is HEADLINE else "bundled networks alone (no mirror set)"
    how = f"{N_FOLDS} folds by gene, mean of {n_seeds} draws of the folds; {names}, denoised; {len(set(genes))} genes"
    figures = {}
    for key, values, chance in (
        ("orf_pds", scores["pds"], 0.5), ("orf_rdmean", scores["rdmean"], 0.0),
    ):  # fmt: skip
        value, low, high = bootstrap_groups(values, genes)
        figures[key] = figure(value, "share" if chance else "r", how, low=low, high=high, n=len(values))
        figures[f"{key}_gain"] = figure(value - chance, "above the mean", f"{how}; the training mean scores {chance:g}",
                                        low=low - chance, high=high - chance, n=len(values))  # fmt: skip
    for key, name, chance in (("orf_pds_strong", "pds", 0.5), ("orf_rdmean_strong", "rdmean", 0.0)):
        value, low, high = bootstrap_groups(scores[name][strong], genes[strong])
        figures[key] = figure(value, "share" if chance else "r", f"{how}; top fifth by replicate r", low=low, high=high,
                              n=int(strong.sum()))  # fmt: skip
    return figures


def null_figures(
    task: Task, recipe: Candidate, real: dict[str, np.ndarray], *, n_permutations: int, seed: int
) -> Figures:
    """The model when each training gene takes another's place in the networks; its mean, and the largest of all draws."""
    genes = task.examples.genes
    rng = np.random.default_rng(seed)
    labels, place = np.unique(genes, return_inverse=True)
    first = np.array([np.flatnonzero(place == i)[0] for i in range(len(labels))])
    draws = [
        cross_validated(task, recipe, range(seed, seed + 1), first[rng.permutation(len(labels))][place])
        for _ in range(n_permutations)
    ]
    figures = {}
    for key, name, rows in (
        ("orf_pds", "pds", slice(None)), ("orf_pds_strong", "pds", task.strong), ("orf_rdmean", "rdmean", slice(None)),
    ):  # fmt: skip
        null = np.array([draw[name][rows].mean() for draw in draws])
        above = int((null < real[name][rows].mean()).sum())
        figures[f"{key}_null"] = figure(
            float(null.mean()), "share" if name == "pds" else "r",
            f"{n_permutations} permutations of genes, least and largest; {above} of them below the model",
            low=float(null.min()), high=float(null.max()), n=n_permutations,
        )  # fmt: skip
        gain, low, high = bootstrap_groups(
            (real[name] - np.mean([draw[name] for draw in draws], axis=0))[rows], genes[rows]
        )
        figures[f"{key}_gain_vs_null"] = figure(gain, "above permuted genes", "paired, genes resampled", low=low, high=high,
                                                n=len(genes[rows]))  # fmt: skip
    return figures


def nested_figures(task: Task, seeds: range) -> Figures:
    """Kernels and denoising chosen inside the training genes."""
    runs = [nested(task, seed) for seed in seeds]
    genes, strong = task.examples.genes, task.strong
    counts = {label: sum(chosen[label] for _, chosen in runs) for label in runs[0][1]}
    words = ", ".join(f"{label} {count}" for label, count in counts.items() if count)
    how = f"chosen by PDS of {INNER_FOLDS} inner folds by gene: {words}"
    figures = {}
    for key, name, rows in (
        ("orf_pds_nested", "pds", slice(None)), ("orf_pds_strong_nested", "pds", strong),
        ("orf_rdmean_nested", "rdmean", slice(None)),
    ):  # fmt: skip
        value, low, high = bootstrap_groups(np.mean([total[name] for total, _ in runs], axis=0)[rows], genes[rows])
        unit = "share" if name == "pds" else "r"
        figures[key] = figure(value, unit, how, low=low, high=high, n=len(genes[rows]))
    return figures


def ceiling_figures(task: Task, scores: dict[str, np.ndarray]) -> Figures:
    """One replicate as the prediction of the mean of the others, and the share of it that the model reaches."""
    examples = task.examples
    folds = grouped_folds(examples.genes, N_FOLDS, 0)
    several = np.array([len(item) > 1 for item in task.replicates])
    total = {"pds": np.full(len(folds), np.nan), "rdmean": np.full(len(folds), np.nan)}
    for fold in range(N_FOLDS):
        test = np.flatnonzero((folds == fold) & several)
        reference = examples.targets[folds != fold].mean(axis=0)
        one = np.array([task.replicates[i][0] for i in test])
        rest = np.array([task.replicates[i][1:].mean(axis=0) for i in test])
        total["pds"][test], total["rdmean"][test] = discrimination(one, rest, reference), rdmean(one, rest, reference)
    figures = {}
    for key, name, rows, chance in (
        ("orf_pds", "pds", several, 0.5), ("orf_pds_strong", "pds", several & task.strong, 0.5),
        ("orf_rdmean", "rdmean", several, 0.0),
    ):  # fmt: skip
        value, low, high = bootstrap_groups(total[name][rows], examples.genes[rows])
        share = (scores[name][rows].mean() - chance) / (value - chance)
        figures[f"{key}_ceiling"] = figure(
            value, "share" if name == "pds" else "r",
            f"one replicate against the others; the model reaches {share:.0%} of what lies above chance",
            low=low, high=high, n=int(rows.sum()),
        )  # fmt: skip
    return figures


def tried_figures(task: Task, candidate: Candidate, scores: dict[str, np.ndarray]) -> Figures:
    """PDS of one thing that was tried, its PDS on strong constructs and rDmean in words."""
    value, low, high = bootstrap_groups(scores["pds"], task.examples.genes)
    how = f"strong {scores['pds'][task.strong].mean():.3f}, rDmean {scores['rdmean'].mean():.3f}"
    return {f"orf_tried_{candidate.label}": figure(value, "PDS", how, low=low, high=high, n=len(scores["pds"]))}


def _scores(task: Task, predicted: np.ndarray, train: np.ndarray, test: np.ndarray) -> dict[str, np.ndarray]:
    reference, truth = task.examples.targets[train].mean(axis=0), task.examples.targets[test]
    return {"pds": discrimination(predicted, truth, reference), "rdmean": rdmean(predicted, truth, reference)}
