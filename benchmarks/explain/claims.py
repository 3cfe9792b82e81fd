"""Claims on real predictions: false support on rewired networks, faithful weights, signs on held-out genes, seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from benchmarks.cells.catalogs import FROM_MIRROR, cell_catalog
from benchmarks.figures import figure, quantile
from workbench.catalog.store import Catalog
from workbench.cells import explain
from workbench.cells.ask import claim_tests, explain_with, shown_sets
from workbench.cells.calibrate import Calibration
from workbench.cells.counterfactual import influence, refitted_without, without_each
from workbench.cells.examples import Examples
from workbench.cells.explain_signs import read_changes, read_sign_test, sign_test
from workbench.cells.fit import fit
from workbench.cells.mechanism import Directed, Mechanisms, read_mechanisms
from workbench.cells.predict import VirtualCell, answer
from workbench.cells.questions import task_context
from workbench.cells.sources import read_examples, read_features
from workbench.kernels.bootstrap import bootstrap_groups
from workbench.kernels.rewire import rewired_targets
from workbench.nouns import Perturbation, Prediction
from workbench.training.recipe import read_recipe

Figures = dict[str, dict[str, Any]]
NAMES = ("l1000_orf_u2os", "gene_relationships", "reactome_pathways", "hallmark", "cellbox_skmel133", "simulated_lab")
ROLES = ("train", "replay", "held_out")
ON_NETWORKS = ("direct target", "signed path", "relation", "gene set", "regulon")


@dataclass(frozen=True, eq=False)
class Asked:
    """A fitted virtual cell, and questions with what it answers: one row of examples and a prediction each."""

    cell: VirtualCell
    rows: list[Examples]
    predictions: list[Prediction]
    truth: Examples


def run(*, quick: bool) -> Figures:
    """`false_support_share`, `faithfulness_rho`, `sign_margin_vs_majority`, `explain_s` and what stands beside them."""
    with cell_catalog(*NAMES, *(name for name in FROM_MIRROR if name != "gi_crispra_k562")) as catalog:
        asked = {task: ask_all(catalog, task) for task in ("l1000_orf", "simulated", "cellbox")}
        recipe = asked["l1000_orf"].cell.fitted.recipe
        mechanisms = read_mechanisms(catalog, recipe.collections)
        figures = false_support(asked["l1000_orf"], mechanisms, n_networks=2 if quick else 5, step=4 if quick else 2)
        figures |= real_support(asked["l1000_orf"], mechanisms)
        figures |= faithfulness(asked, step=8 if quick else 2)
        figures |= sign_figures(catalog, mechanisms)
        return figures | seconds(catalog, asked["l1000_orf"], step=8 if quick else 2)


def ask_all(catalog: Catalog, task: str) -> Asked:
    """The recipe's model fitted on the training rows, asked about every row there is."""
    recipe = read_recipe(task)
    features = read_features(catalog, recipe) if recipe.shape == "kernel" else None
    train, truth = (read_examples(catalog, recipe, roles) for roles in (("train",), ROLES))
    fitted = fit(recipe, train, features)
    calibration = Calibration.alike(np.full(len(train.readouts), 1.0), recipe.level)  # widths say nothing here
    cell = VirtualCell(fitted, calibration, task, task, 0, "benchmark")
    rows, predictions = [], []
    for i in range(len(truth.targets)):
        row, key = truth.take([i]), str(truth.perturbations[i])
        named = (str(row.genes[0]),) if row.genes[0] else ()
        compounds = () if named else tuple(part.removeprefix("compound:").split("@")[0] for part in key.split("+"))
        perturbation = Perturbation(key, recipe.perturbation_kind, str(row.names[0]), named, compounds)
        rows.append(row)
        predictions.append(answer(cell, row, perturbation, task_context(recipe), key))
    return Asked(cell, rows, predictions, truth)


def rewired(mechanisms: Mechanisms, seed: int) -> Mechanisms:
    """Every network with its degrees and none of its edges; in the gene sets all genes take another's place."""
    rng = np.random.default_rng(seed)
    directed = {
        name: Directed(name, graph.source, rewired_targets(graph.source, graph.target, 1, seed)[0].astype(np.int64),
                       graph.sign, graph.evidence)
        for name, graph in mechanisms.directed.items()
    }  # fmt: skip
    partners = {}
    for name, matrix in mechanisms.partners.items():
        upper = np.array([(a, b) for a, b in zip(*matrix.nonzero(), strict=True) if a < b])
        turned = np.where(rng.random(len(upper)) < 0.5, 0, 1)
        source, target = upper[np.arange(len(upper)), turned], upper[np.arange(len(upper)), 1 - turned]
        target = rewired_targets(source, target, 1, seed)[0].astype(np.int64)
        new = type(matrix)((np.ones(len(source)), (source, target)), shape=matrix.shape)
        new = (new + new.T).tocsr()
        new.data[:] = 1.0
        partners[name] = new
    genes = sorted({gene for sets in mechanisms.sets.values() for members in sets.values() for gene in members})
    renamed = dict(zip(genes, rng.permutation(genes).tolist(), strict=True))
    sets = {
        collection: {name: frozenset(renamed[gene] for gene in members) for name, members in known.items()}
        for collection, known in mechanisms.sets.items()
    }
    return Mechanisms(mechanisms.names, directed, partners, sets)


def settled(asked: Asked, i: int, mechanisms: Mechanisms, measured: np.ndarray | None = None) -> list[explain.Claim]:
    """The claims of one question that rest on networks or sets."""
    prediction = asked.predictions[i]
    moved = explain.Moved.of(prediction, measured)
    tests = claim_tests(asked.cell, asked.rows[i], prediction, moved, mechanisms)
    return [claim for claim, _ in explain.settle(tests, shown_sets(mechanisms)) if claim.kind in ON_NETWORKS]


def false_support(asked: Asked, mechanisms: Mechanisms, *, n_networks: int, step: int) -> Figures:
    """How often a claim is called supported when every network handed to the explainer was rewired."""
    supported, genes, any_of, of_gene, kinds = [], [], [], [], []
    for draw in range(n_networks):
        null = rewired(mechanisms, 10_000 + draw)
        for i in range(draw % step, len(asked.rows), step):
            claims = settled(asked, i, null)
            hits = [claim.verdict == "supported" for claim in claims]
            supported += hits
            kinds += [claim.kind for claim, hit in zip(claims, hits, strict=True) if hit]
            genes += [str(asked.rows[i].genes[0])] * len(hits)
            any_of.append(any(hits))
            of_gene.append(str(asked.rows[i].genes[0]))
    networks = ", ".join([*mechanisms.directed, *mechanisms.partners])
    how = f"{n_networks} rewired copies of {networks}; gene sets with permuted genes"
    words = ", ".join(f"{kind} {kinds.count(kind)}" for kind in ON_NETWORKS if kind in kinds) or "none"
    value, low, high = bootstrap_groups(np.array(supported, dtype=float), np.array(genes))
    share, least, most = bootstrap_groups(np.array(any_of, dtype=float), np.array(of_gene))
    return {
        "false_support_share": figure(value, "share of claims", f"{how}; supported: {words}", low=low, high=high,
                                      n=len(supported)),
        "false_support_explanations": figure(share, "share of explanations", f"{how}; at least one claim supported",
                                             low=least, high=most, n=len(any_of)),
    }  # fmt: skip


def real_support(asked: Asked, mechanisms: Mechanisms) -> Figures:
    """The same on the real networks, and whether what is supported also holds in measurements the model never saw."""
    shares, genes, holds, of_gene, expected = [], [], [], [], []
    known = set(asked.cell.fitted.examples.genes)
    for i, row in enumerate(asked.rows):
        gene = str(row.genes[0])
        claims = settled(asked, i, mechanisms, asked.truth.targets[i])
        shares += [claim.verdict == "supported" for claim in claims]
        genes += [gene] * len(claims)
        if gene not in known:
            found = [claim.measured["holds"] for claim in claims if claim.verdict == "supported"]
            holds += found
            of_gene += [gene] * len(found)
            expected += [claim.measured["holds"] for claim in claims if claim.verdict != "supported"]
    value, low, high = bootstrap_groups(np.array(shares, dtype=float), np.array(genes))
    figures = {
        "supported_share": figure(value, "share of claims", "real networks, all constructs; the model was given most of them",
                                  low=low, high=high, n=len(shares)),
    }  # fmt: skip
    if holds:
        value, low, high = bootstrap_groups(np.array(holds, dtype=float), np.array(of_gene))
        words = (
            "supported claims about genes the model never saw that hold in what was measured; of the other claims "
            f"{np.mean(expected):.3f} do"
        )
        figures["supported_holds_measured"] = figure(value, "share of claims", words, low=low, high=high, n=len(holds))
    return figures


def faithfulness(asked: dict[str, Asked], *, step: int) -> Figures:
    """Rank correlation of each evidence's influence, from the exact weights, with what a refit without it changes."""
    figures, pooled, units = {}, [], []
    for task, some in asked.items():
        fitted, rho, genes = some.cell.fitted, [], []
        for i in range(0, len(some.rows), step):
            row = some.rows[i]
            whole = refitted_without(fitted, row, np.zeros(0, dtype=int))
            change = np.linalg.norm(without_each(fitted, row) - whole, axis=1)
            rho.append(float(spearmanr(influence(fitted, row), change).statistic))
            genes.append(f"{task} {row.units[0]}")
        value, low, high = bootstrap_groups(np.array(rho), np.array(genes))
        how = f"influence of each of {len(fitted.examples.targets)} measurements against refits without it, mean over questions"
        figures[f"faithfulness_rho_{task}"] = figure(value, "Spearman", how, low=low, high=high, n=len(rho))
        pooled += rho
        units += genes
    value, low, high = bootstrap_groups(np.array(pooled), np.array(units))
    some = asked["l1000_orf"]
    each, rows = without_each(some.cell.fitted, some.rows[0]), range(0, len(some.cell.fitted.examples.targets), 20)
    worst = max(np.abs(refitted_without(some.cell.fitted, some.rows[0], np.array([i])) - each[i]).max() for i in rows)
    words = f"all questions of the three tasks; leaving out in closed form differs from refits by {worst:.0e} at most"
    return {"faithfulness_rho": figure(value, "Spearman", words, low=low, high=high, n=len(pooled)), **figures}


def sign_figures(catalog: Catalog, mechanisms: Mechanisms) -> Figures:
    """Signs of direct edges and one-step paths on every gene of the over-expression set, majority from other genes."""
    if not {"TRRUST", "DoRothEA"} & set(mechanisms.directed):
        return {}
    found = sign_test(read_changes(catalog, read_recipe("l1000_orf"), ROLES), mechanisms)
    how = (
        f"{found['n']} changes of {found['genes']} genes; paths {found['accuracy']:.3f}, majority {found['majority']:.3f}, "
        f"rewired networks {found['rewired']:.3f} (largest {found['rewired_high']:.3f})"
    )
    return {
        "sign_margin_vs_majority": figure(
            found["margin"], "share", how, low=found["low"], high=found["high"], n=found["n"]
        )
    }


def seconds(catalog: Catalog, asked: Asked, *, step: int) -> Figures:
    """Seconds to explain a prediction, the catalog's networks and the sign test looked up as a page does."""
    taken, recipe = [], asked.cell.fitted.recipe
    for i in range(0, len(asked.rows), step):
        start = time.perf_counter()
        mechanisms = read_mechanisms(catalog, recipe.collections)
        explain_with(
            asked.cell, asked.rows[i], asked.predictions[i], mechanisms, read_sign_test(catalog, recipe, mechanisms)
        )
        taken.append(time.perf_counter() - start)
    how = "networks, nulls and sign test of the catalog's state made once before"
    return {
        "explain_s": quantile(taken[1:], 0.5, "s", f"median; {how}"),
        "explain_s_p95": quantile(taken[1:], 0.95, "s", f"95th percentile; {how}"),
    }
