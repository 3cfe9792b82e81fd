"""Planted truth: direct edges and signs of paths on simulated cells, with the noisy network that a database would hold."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from sklearn.metrics import average_precision_score

from benchmarks.figures import figure
from workbench.cells.examples import Examples, from_wells
from workbench.cells.explain_signs import large_changes, sign_test
from workbench.cells.features import GeneKernels
from workbench.cells.fit import fit
from workbench.cells.mechanism import Mechanisms
from workbench.kernels import simulated_cell as sim
from workbench.kernels.bootstrap import bootstrap_mean
from workbench.kernels.direct_edges import direct_edge_scores
from workbench.kernels.response import against_controls
from workbench.training.recipe import read_recipe

Figures = dict[str, dict[str, Any]]
N_PLATES, N_WELLS, HELD_OUT = 3, 96, 0.4
FIRST_SEED = 1_000  # settings were fixed on the seeds 100 to 104


class Lab(NamedTuple):
    """One simulated cell as its lab sees it: wells against controls [n_wells, n_genes], perturbed [n_wells], prior edges."""

    cell: sim.SimulatedCell
    values: np.ndarray
    plates: np.ndarray
    perturbed: np.ndarray
    prior: np.ndarray


def run(*, quick: bool) -> Figures:
    """`planted_edge_auprc_…` and `planted_path_sign_accuracy`; intervals over simulated cells."""
    labs = [simulate(FIRST_SEED + i) for i in range(8 if quick else 30)]
    return edge_figures(labs) | sign_figures(labs)


def simulate(seed: int) -> Lab:
    """Every gene over-expressed on three plates of 96 wells, as the simulated lab of the catalog does."""
    cell, rng = sim.build(seed), np.random.default_rng(seed + 1)
    rows, columns = np.divmod(np.arange(N_WELLS), 12)
    values, perturbed = [], []
    for _ in range(N_PLATES):
        genes = rng.permutation(np.concatenate([np.arange(cell.n_genes), -np.ones(N_WELLS - cell.n_genes, dtype=int)]))
        values.append(sim.measure(cell, 0, genes, rows, columns, (8, 12), rng))
        perturbed.append(genes)
    plates = np.repeat(np.arange(N_PLATES).astype(str), N_WELLS)
    return Lab(
        cell, np.concatenate(values).astype(float), plates, np.concatenate(perturbed), sim.prior_network(cell, rng)
    )


def examples_of(lab: Lab) -> Examples:
    """One example a gene, in the order of the genes."""
    names = np.array([f"S{i:03d}" if i >= 0 else "" for i in lab.perturbed])
    readouts = tuple(f"S{i:03d}" for i in range(lab.cell.n_genes))
    return from_wells(lab.values, lab.plates, names, names, names, lab.perturbed < 0, readouts)


def edge_figures(labs: list[Lab]) -> Figures:
    """Area under precision and recall of the planted edges: our score, and what it must beat."""
    rows: dict[str, list[float]] = {}
    for lab in labs:
        n = lab.cell.n_genes
        truth, off = (lab.cell.weights != 0).T, ~np.eye(n, dtype=bool)
        known = np.zeros((n, n), dtype=bool)
        known[lab.prior[:, 0], lab.prior[:, 1]] = True
        measured = examples_of(lab).targets
        foreseen = with_predictions(lab)
        scores = {
            "score": direct_edge_scores(measured, known), "correlation": np.abs(np.corrcoef(measured.T)),
            "degree": np.outer(known.sum(axis=1), known.sum(axis=0)).astype(float), "prior": known.astype(float),
            "response": np.abs(measured), "prior_and_response": (known + 0.1) * np.abs(measured),
            "score_without_prior": direct_edge_scores(measured, np.zeros_like(known)),
            "predicted": direct_edge_scores(foreseen, known), "predicted_correlation": np.abs(np.corrcoef(foreseen.T)),
        }  # fmt: skip
        for name, values in scores.items():
            rows.setdefault(name, []).append(float(average_precision_score(truth[off], values[off])))
    table = {name: np.array(values) for name, values in rows.items()}
    how = f"{len(labs)} simulated cells of 80 genes and 320 edges; a database with 80 % of them and 20 % wrong ones"
    figures = {"planted_edge_auprc": _mean(table["score"], "AUPRC", how)}
    for name in ("correlation", "degree", "prior", "response", "prior_and_response"):
        words = f"{how}; {name.replace('_', ' ')} alone has {table[name].mean():.3f}"
        figures[f"planted_edge_auprc_gain_vs_{name}"] = _mean(table["score"] - table[name], "AUPRC", words)
    figures["planted_edge_auprc_no_prior_gain_vs_correlation"] = _mean(
        table["score_without_prior"] - table["correlation"], "AUPRC",
        f"{how}; the score sees no database and has {table['score_without_prior'].mean():.3f}",
    )  # fmt: skip
    figures["planted_edge_auprc_predicted_gain_vs_correlation"] = _mean(
        table["predicted"] - table["predicted_correlation"], "AUPRC",
        f"{how}; {HELD_OUT:.0%} of the genes never perturbed, their responses predicted: {table['predicted'].mean():.3f}",
    )  # fmt: skip
    return figures


def with_predictions(lab: Lab) -> np.ndarray:
    """Responses [n_genes, n_genes] in which those of 40 % of the genes are predicted by the model of the simulated task."""
    examples, n = examples_of(lab), lab.cell.n_genes
    names = list(examples.genes)
    pairs = [(names[a], names[b]) for a, b in lab.prior[:, :2]]
    modules = {f"module {m}": [names[i] for i in np.flatnonzero(lab.cell.modules == m)] for m in set(lab.cell.modules)}
    features = GeneKernels.build(pairs, modules, ("prior",))
    held_out = np.random.default_rng(0).permutation(n)[: round(HELD_OUT * n)]
    train = np.setdiff1d(np.arange(n), held_out)
    fitted = fit(read_recipe("simulated"), examples.take(train), features)
    foreseen = examples.targets.copy()
    foreseen[held_out] = fitted.predict(examples.take(held_out))[0]
    return foreseen


def sign_figures(labs: list[Lab]) -> Figures:
    """Signs of direct edges and one-step paths of the noisy database on large measured changes."""
    found = []
    for lab in labs:
        names = np.array([f"S{i:03d}" for i in range(lab.cell.n_genes)])
        delta = against_controls(lab.values, lab.plates, lab.perturbed < 0)
        control, treated = lab.perturbed < 0, lab.perturbed >= 0
        genes = names[lab.perturbed[treated]]
        unit = float(np.median(delta[control].std(axis=0)))
        changes = large_changes(delta[treated] / unit, genes, genes, tuple(names))
        edges = pa.table({
            "network": ["prior"] * len(lab.prior), "source": names[lab.prior[:, 0]].tolist(),
            "target": names[lab.prior[:, 1]].tolist(), "sign": lab.prior[:, 2], "evidence": [""] * len(lab.prior),
        })  # fmt: skip
        found.append(sign_test(changes, Mechanisms.build(edges, edges.slice(0, 0), {}), n_rewired=5))
    n = sum(item["n"] for item in found)
    how = (
        f"{n} large measured changes on {len(labs)} simulated cells; {sum(item['beats'] for item in found)} tests pass"
    )
    accuracy, majority, rewired = (
        np.array([item[key] for item in found]) for key in ("accuracy", "majority", "rewired")
    )
    words = f"{how}; majority {majority.mean():.3f}, rewired networks {rewired.mean():.3f}"
    return {
        "planted_path_sign_accuracy": _mean(accuracy, "share", words),
        "planted_path_sign_margin_vs_majority": _mean(accuracy - majority, "share", how),
    }


def _mean(values: np.ndarray, unit: str, how: str) -> dict[str, Any]:
    value, low, high = bootstrap_mean(values)
    return figure(value, unit, how, low=low, high=high, n=len(values))
