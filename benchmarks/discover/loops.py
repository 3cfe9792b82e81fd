"""What rounds teach: the error on a fixed held-out set while measurements are chosen, against measurements at random."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.cells.catalogs import cell_catalog
from benchmarks.figures import figure
from workbench.hypotheses.acquisition import ACQUISITIONS, of_values
from workbench.kernels import graph_kernels as graph
from workbench.kernels import simulated_cell as sim
from workbench.kernels.bootstrap import bootstrap_mean
from workbench.models import MODELS

Figures = dict[str, dict[str, Any]]
Play = Callable[[int, str, int], list[float]]
CHOSEN = "error_reduction"
SHOWN = (CHOSEN, "uncertainty", "core_set")
FIRST_SEED = 1000  # the function was chosen on seeds 0 to 19
RANDOM_REPEATS, N_DRAWS, BATCH = 2, 256, 4
N_GENES, N_TEST_GENES, N_TEST_PAIRS, WELL_NOISE = 80, 30, 22, 0.25  # noise in log2


def run(*, quick: bool) -> Figures:
    """`loop_error_auc_gain_vs_random…`: 1 − area under the error curve over that of random rounds, paired by seed."""
    from workbench.cells.sources import read_examples
    from workbench.training.recipe import read_recipe

    with cell_catalog("cellbox_skmel133") as catalog:
        examples = read_examples(catalog, read_recipe("cellbox"), ("train", "held_out"))
    data = (examples.drugs, examples.targets)
    labs: dict[str, tuple[int, str, Play]] = {
        "cellbox": (16, "pairs of drugs, four at random first", lambda *facts: drug_pairs(*data, *facts)),
        "cellbox_singles_known": (
            16, "pairs of drugs, all single drugs first", lambda *facts: drug_pairs(*data, *facts, singles=True)
        ),
        "simulated": (100, "genes of a SIMULATED cell", simulated_genes),
    }  # fmt: skip
    figures: Figures = {}
    for lab, (n, words, play) in labs.items():
        seeds = range(FIRST_SEED, FIRST_SEED + (n if quick else 4 * n))
        chance = np.array([np.mean([area(play(seed, "random", i)) for i in range(RANDOM_REPEATS)]) for seed in seeds])
        for name in SHOWN:
            gains = 1 - np.array([area(play(seed, name, 0)) for seed in seeds]) / chance
            value, low, high = bootstrap_mean(gains)
            suffix = "" if name == CHOSEN else f"_{name}"
            figures[f"loop_error_auc_gain_vs_random_{lab}{suffix}"] = figure(
                value, "share of the area", f"{name}, {words}; RMSE on those never asked for, paired over seeds",
                low=low, high=high, n=len(gains),
            )  # fmt: skip
    both = [figures[f"loop_error_auc_gain_vs_random_{lab}"] for lab in ("cellbox", "simulated")]
    value, half = (
        np.mean([row["value"] for row in both]),
        np.linalg.norm([(row["high"] - row["low"]) / 2 for row in both]) / 2,
    )
    words = f"{CHOSEN}, mean of drug pairs and the simulated lab; half-widths in quadrature"
    return {
        "loop_error_auc_gain_vs_random": figure(
            float(value), "share of the area", words, low=float(value - half), high=float(value + half),
            n=sum(row["n"] for row in both),
        )
    } | figures  # fmt: skip


def drug_pairs(
    strengths: np.ndarray, responses: np.ndarray, seed: int, name: str, repeat: int, *, singles: bool = False, n_rounds: int = 6
) -> list[float]:  # fmt: skip
    """Errors by round; strengths [n, n_drugs], responses [n, n_readouts]; 22 pairs are never asked for."""
    rng, choosing = np.random.default_rng(seed), np.random.default_rng([seed, repeat])
    single = (strengths != 0).sum(axis=1) == 1
    pairs = rng.permutation(np.flatnonzero(~single))
    test, start, free = pairs[:N_TEST_PAIRS], pairs[N_TEST_PAIRS : N_TEST_PAIRS + BATCH], pairs[N_TEST_PAIRS + BATCH :]
    have = np.flatnonzero(single) if singles else start
    errors: list[float] = []
    for i in range(n_rounds + 1):
        model = MODELS.find("drug_effects").thing().fit(strengths[have], responses[have], np.ones(len(have)))
        errors.append(rmse(model.predict(strengths[test], np.zeros(0))[0], responses[test]))
        if i < n_rounds:
            z = strengths / model.usual
            prior = z @ (np.eye(z.shape[1]) + model.common) @ z.T  # no likeness of the drugs: each has its own effect
            covariance = (
                prior[np.ix_(free, free)] - prior[np.ix_(free, have)] @ model.inverse @ prior[np.ix_(have, free)]
            )
            asked = ask(name, choosing, covariance, z[free], z[have], float(model.noise))
            have, free = np.concatenate([have, free[asked]]), np.delete(free, asked)
    return errors


def simulated_genes(seed: int, name: str, repeat: int, n_rounds: int = 8) -> list[float]:
    """Errors by round on a cell of its own a seed: 8 of 50 genes first, the 30 others are never asked for."""
    choosing = np.random.default_rng([seed, repeat])
    truth, measured, kernels, order = simulated_lab(seed)
    test, have, free = order[:N_TEST_GENES], order[N_TEST_GENES : N_TEST_GENES + 8], order[N_TEST_GENES + 8 :]
    values, vectors = np.linalg.eigh(kernels[:2].mean(axis=0))
    points = vectors * np.sqrt(np.maximum(values, 0.0))
    errors: list[float] = []
    for i in range(n_rounds + 1):
        mean = measured[have].mean(axis=0)
        model = MODELS.find("multi_kernel_gp").thing()
        model.fit(kernels[:, have][:, :, have], measured[have] - mean, np.ones(len(have)))
        errors.append(rmse(mean + model.predict(kernels[:, test][:, :, have], np.ones(N_TEST_GENES))[0], truth[test]))
        if i < n_rounds:
            prior = kernels[:2].mean(axis=0) + model.identity * np.eye(N_GENES)
            covariance = (
                prior[np.ix_(free, free)] - prior[np.ix_(free, have)] @ model.inverse @ prior[np.ix_(have, free)]
            )
            asked = ask(name, choosing, covariance, points[free], points[have], float(model.noise))
            have, free = np.concatenate([have, free[asked]]), np.delete(free, asked)
    return errors


@functools.lru_cache(maxsize=2)
def simulated_lab(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """True and measured responses [n_genes, n_genes], kernels of what a database knows [3, n_genes, n_genes], an order."""
    rng = np.random.default_rng(seed)
    cell = sim.build(seed, N_GENES)
    truth = sim.true_response(cell, 0, np.arange(N_GENES))
    measured = truth + WELL_NOISE * rng.normal(size=truth.shape)
    edges = sim.prior_network(cell, rng)
    known = 0.5 * np.eye(N_GENES)
    known[edges[:, 0], edges[:, 1]] = edges[:, 2]
    kernels = np.stack([graph.cosine_kernel(known, known), graph.cosine_kernel(known.T, known.T), np.eye(N_GENES)])
    return truth, measured, kernels, rng.permutation(N_GENES)


def ask(
    name: str, rng: np.random.Generator, covariance: np.ndarray, points: np.ndarray, covered: np.ndarray, noise: float
) -> list[int]:
    """Four of n candidates with posterior covariance [n, n] and features [n, d]; noise: variance of a measurement."""
    sizes, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(sizes, 0.0))
    n = len(covariance)
    known = of_values(
        [str(i) for i in range(n)], np.zeros(n), sd=np.sqrt(np.maximum(np.diag(covariance), 1e-12)),
        draws=rng.standard_normal((N_DRAWS, n)) @ root.T, points=points, covered=covered, noise=float(np.sqrt(noise)),
    )  # fmt: skip
    return [choice.index for choice in ACQUISITIONS.find(name).thing(known, BATCH, rng)]


def rmse(predicted: np.ndarray, truth: np.ndarray) -> float:
    """Root mean squared error over all entries."""
    return float(np.sqrt(np.mean(np.square(predicted - truth))))


def area(errors: list[float]) -> float:
    """Mean height of the error curve (trapezoid rule)."""
    return float(np.trapezoid(errors)) / (len(errors) - 1)
