"""Pairs of genes in rounds: 5 × 128 of the pairs of an interaction map; a hit is among the 5 % farthest from expected growth."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.cells.catalogs import cell_catalog
from benchmarks.figures import figure
from workbench.hypotheses.campaign import Policy, hits_by_round, random_band, replay
from workbench.hypotheses.surrogate import Surrogate
from workbench.kernels.bootstrap import bootstrap_difference, bootstrap_mean

Figures = dict[str, dict[str, Any]]
DATASET, BATCH, ROUNDS, HIT_SHARE, N_WAVES = "gi_crispra_k562", 128, 5, 0.05, 128
POLICIES = (
    Policy("greedy", "random"), Policy("probability_of_hit", "random"), Policy("upper_confidence_bound", "random"),
    Policy("thompson", "random"), Policy("greedy", "random", "permuted"),
)  # fmt: skip


def run(*, quick: bool) -> Figures:
    """`gi_hits_round5` with its controls; nothing where WORKBENCH_MIRROR has not the table."""
    with cell_catalog(DATASET) as catalog:
        rows = catalog.lake.rows(
            "SELECT p.genes, p.Metadata_Name AS name, r.delta[1] AS growth FROM lake.response r "
            "JOIN lake.perturbation p USING (dataset, perturbation_id) WHERE r.dataset = $1 ORDER BY r.perturbation_id",
            [DATASET],
        )
    rows = [row for row in rows if "two guides" not in row["name"]]
    if not rows:
        return {}
    surrogate, scores, members = pair_pool(rows)
    hits = np.abs(scores) >= np.quantile(np.abs(scores), 1 - HIT_SHARE)
    n_seeds = 6 if quick else 20
    found: dict[str, np.ndarray] = {}
    for policy in POLICIES:
        played = [
            replay(surrogate, scores.__getitem__, policy, n_rounds=ROUNDS, batch=BATCH, facts=("pairs", policy.name, seed))
            for seed in range(n_seeds)
        ]  # fmt: skip
        found[policy.name] = np.array([hits_by_round(rounds, hits) for rounds in played])
    found["mean of each gene"] = np.array(
        [hits_by_round(_by_gene(scores, members, seed), hits) for seed in range(n_seeds)]
    )
    chosen, rival = found[POLICIES[0].name][:, -1], found["mean of each gene"][:, -1]
    value, low, high = bootstrap_mean(chosen)
    words = f"greedy, {ROUNDS} rounds of {BATCH} of {len(scores):,} pairs, the first at random; seeds resampled"
    figures = {"gi_hits_round5": figure(value, "share of hits", words, low=low, high=high, n=n_seeds)}
    value, low, high = bootstrap_difference(chosen, rival)
    words = "against greedy by the mean absolute score of each gene; paired over seeds"
    figures["gi_gain_vs_gene_mean"] = figure(value, "share of hits", words, low=low, high=high, n=n_seeds)
    chance = random_band(len(scores), int(hits.sum()), BATCH, ROUNDS)[-1]
    figures["gi_found_at_random"] = figure(float(chance[0]), "share of hits", "exact (hypergeometric)", low=float(chance[1]),
                                           high=float(chance[2]), n=int(hits.sum()))  # fmt: skip
    for name, shares in found.items():
        value, low, high = bootstrap_mean(shares[:, -1])
        words = " ".join(f"{share:.3f}" for share in shares.mean(axis=0))
        key = "".join(character if character.isalnum() else "_" for character in name).replace("__", "_")
        figures[f"gi_found_{key}"] = figure(value, "share of hits", f"by round {words}", low=low, high=high, n=n_seeds)
    return figures


def pair_pool(rows: list[dict[str, Any]]) -> tuple[Surrogate, np.ndarray, np.ndarray]:
    """The surrogate of all pairs, their scores [n] (growth beyond the quadratic of the sum of both genes) and genes [n, 2].

    The three numbers of the quadratic are fitted on all pairs: they define the score. Known beforehand: growth with each
    gene alone. Blocks: the two genes, and a Gaussian kernel of what both do alone.
    """
    single = {row["genes"][0]: row["growth"] for row in rows if len(row["genes"]) == 1}
    pairs = [row for row in rows if len(row["genes"]) == 2]
    genes = sorted({gene for row in pairs for gene in row["genes"]})
    members = np.array([[genes.index(gene) for gene in row["genes"]] for row in pairs])
    alone = np.array([single[gene] for gene in genes])[members]
    total, growth = alone.sum(axis=1), np.array([row["growth"] for row in pairs])
    shape = np.column_stack([np.ones_like(total), total, total**2])
    scores = growth - shape @ np.linalg.lstsq(shape, growth, rcond=None)[0]
    table = np.column_stack([
        np.abs(total), total, total**2, alone.prod(axis=1), np.ptp(alone, axis=1), alone.min(axis=1), alone.max(axis=1),
    ])  # fmt: skip
    design = (table - table.mean(axis=0)) / table.std(axis=0)
    own = np.zeros((len(pairs), len(genes)))
    np.put_along_axis(own, members, np.sqrt(0.5), axis=1)
    angle = design @ np.random.default_rng(0).normal(size=(design.shape[1], N_WAVES)) / np.sqrt(design.shape[1])
    waves = np.concatenate([np.cos(angle), np.sin(angle)], axis=1) / np.sqrt(N_WAVES)
    return Surrogate(design, np.zeros(design.shape[1]), {"genes": own, "alone": waves}), scores, members


def _by_gene(scores: np.ndarray, members: np.ndarray, seed: int) -> list[np.ndarray]:
    """Rounds of the simple rival: pairs of the genes whose measured pairs had the largest mean |score|."""
    rng = np.random.default_rng(seed)
    rounds = [rng.permutation(len(scores))[:BATCH]]
    for _ in range(ROUNDS - 1):
        seen = np.concatenate(rounds)
        sums, counts = np.zeros(members.max() + 1), np.zeros(members.max() + 1)
        np.add.at(sums, members[seen], np.abs(scores[seen])[:, None])
        np.add.at(counts, members[seen], 1)
        mean = np.where(counts > 0, sums / np.maximum(counts, 1), sums.sum() / counts.sum())
        value = mean[members].sum(axis=1) + 1e-9 * rng.random(len(scores))
        value[seen] = -np.inf
        rounds.append(np.argsort(-value)[:BATCH])
    return rounds
