"""Known relationships among the pairs of a map, and known targets of compounds among its genes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from workbench.errors import DataQualityError
from workbench.phenomics.compound_gene import compound_gene_benchmark
from workbench.phenomics.recall import Recall, Tails, relationship_recall
from workbench.phenomics.scores.score import FEWEST_GROUPS, MapScore, count_of, open_ends, unmeasured

FEWEST_PAIRS = 20
NO_GENE_KINDS = ("compound", "combination")  # their gene is a target, or one of several
TAILS: dict[Tails, tuple[str, str]] = {
    "both": ("both tails", "the most similar or the most opposite 5 %"),
    "right": ("similar only", "the most similar 5 %"),
}


def recall_scores(
    vectors: np.ndarray, genes: np.ndarray, kinds: np.ndarray, networks: Mapping[str, np.ndarray], *, seed: int = 0
) -> list[MapScore]:
    """Known-relationship recall of every network that has enough pairs on the map, both tails and the right one.

    vectors [n_entities, d], genes, kinds [n_entities] text, "" for no gene. Entities of one gene are averaged; only the
    commonest kind of perturbation is taken.
    """
    key, title = "recall", "Known relationships recalled"
    kind = gene_kinds(genes, kinds)[:1]
    if not kind:
        return []
    symbols, means, n_rows = gene_means(vectors, genes, kinds, kind[0])
    place = set(symbols.tolist())
    fitting, few = {}, []
    for name, pairs in networks.items():
        held = [pair for pair in map(tuple, pairs.tolist()) if pair[0] != pair[1] and place.issuperset(pair)]
        n_pairs = len({frozenset(pair) for pair in held})
        if n_pairs >= FEWEST_PAIRS:
            fitting[name] = np.array(held)
        else:
            few.append(f"{name} {n_pairs}")
    if not fitting:
        have = f"pairs with both genes on the map: {', '.join(few)}" if few else "the catalog holds no network"
        return [unmeasured(key, title, f"{have}; at least {FEWEST_PAIRS} are needed")]
    merged = f", {n_rows:,} {kind[0]} entities averaged by gene" if len(symbols) < n_rows else ""
    scores = []
    for name in fitting:
        for tails in TAILS:
            found = relationship_recall(means, symbols, {name: fitting[name]}, tails=tails, seed=seed)
            scores.append(_recalled(found[0], merged))
    return scores


def target_scores(
    vectors: np.ndarray, genes: np.ndarray, kinds: np.ndarray, compound: np.ndarray, *, seed: int = 0
) -> list[MapScore]:
    """The compound-gene benchmark of RxRx3-core for every kind of gene perturbation that lies beside compounds.

    vectors [n_entities, d], genes, kinds, compound [n_entities] text; the gene of a compound is its target.
    """
    is_compound = (kinds == "compound") & (compound != "")
    with_target = is_compound & (genes != "")
    if not with_target.any():
        return []
    targets = np.column_stack([compound[with_target], genes[with_target]])
    scores = []
    for kind in gene_kinds(genes, kinds):
        key, title = f"targets by {kind}", f"Targets of compounds found by {kind} (AUC)"
        symbols, means, _ = gene_means(vectors, genes, kinds, kind)
        try:
            found = compound_gene_benchmark(
                vectors[is_compound], compound[is_compound], means, symbols, targets, seed=seed
            )
        except DataQualityError as error:
            scores.append(unmeasured(key, title, error.message.rstrip(".")))
            continue
        if len(found.compounds) < FEWEST_GROUPS:
            why = f"{count_of(len(found.compounds), 'compound has', 'compounds have')} a target on the map"
            scores.append(unmeasured(key, title, why))
            continue
        value, low, high = found.auc_median
        precision = found.precision_median
        how = (
            f"median over compounds; known targets among {found.n_genes} genes by the largest cosine of any dose; average "
            f"precision {precision[0]:.3f} [{precision[1]:.3f}, {precision[2]:.3f}], shuffled {found.precision_null:.3f}; "
            "chance: genes shuffled"
        )
        scores.append(MapScore(key, title, value, low, high, found.auc_null, len(found.compounds), "compounds", how))
    return scores


def gene_kinds(genes: np.ndarray, kinds: np.ndarray) -> list[str]:
    """Kinds of perturbation that act on one gene, the commonest first. genes, kinds [n_entities] text."""
    names, counts = np.unique(kinds[(genes != "") & ~np.isin(kinds, NO_GENE_KINDS)], return_counts=True)
    return [str(name) for name in names[np.argsort(-counts, kind="stable")]]


def gene_means(
    vectors: np.ndarray, genes: np.ndarray, kinds: np.ndarray, kind: str
) -> tuple[np.ndarray, np.ndarray, int]:
    """Symbols [n_genes], mean vectors [n_genes, d] of the entities of one kind, and how many entities these were."""
    rows = np.flatnonzero((genes != "") & (kinds == kind))
    symbols, owner, n_each = np.unique(genes[rows], return_inverse=True, return_counts=True)
    means = np.zeros((len(symbols), vectors.shape[1]))
    np.add.at(means, owner, vectors[rows].astype(np.float64))
    return symbols, means / n_each[:, None], len(rows)


def _recalled(found: Recall, merged: str) -> MapScore:
    tail, words = TAILS[found.tails]
    how = f"known pairs among {words} of {found.n_null:,} pairs of {found.n_entities:,} genes{merged}; interval over genes"
    low, high = open_ends(found.value, found.low, found.high, found.n_query)
    return MapScore(
        f"recall {found.source}, {tail}", f"{found.source} pairs recalled, {tail}", found.value, _finite(low), _finite(high),
        found.chance, found.n_query, "pairs", how,
    )  # fmt: skip


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
