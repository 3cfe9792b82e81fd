"""Benchmarks of one map as the field defines them, each with its null, n and a 95 % bootstrap interval.

Replicates among controls and entities of one annotation (mean average precision, Kalinin et al., 2025), consistency and
magnitude of perturbations, known relationships in the tails of all pairs (Celik et al., 2024), targets of compounds
(Kraus et al., 2025), and the mechanism of the nearest treatment (Ljosa et al., 2013). What cannot be measured says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbench.nouns import Profiles
from workbench.phenomics.aggregate import aggregate
from workbench.phenomics.align import align
from workbench.phenomics.assemble import select_wells
from workbench.phenomics.recipe import Recipe
from workbench.phenomics.scores.annotations import annotation_scores, mechanism_scores
from workbench.phenomics.scores.relations import recall_scores, target_scores
from workbench.phenomics.scores.replicates import (
    consistency_scores,
    entities_of,
    magnitude_scores,
    mixing_scores,
    replicate_scores,
)
from workbench.phenomics.scores.score import MapScore

ANNOTATIONS = ("mechanism", "target")


def score_map(
    profiles: Profiles,
    recipe: Recipe,
    facts: Mapping[str, Mapping[str, Any]],
    networks: Mapping[str, np.ndarray],
    *,
    on_map: np.ndarray | None = None,
    is_active: np.ndarray | None = None,
) -> list[MapScore]:
    """All benchmarks that fit the map a recipe makes of these wells.

    facts: perturbation id -> gene, compound, mechanism, target, kind where known; networks: name -> pairs [n, 2] of
    gene symbols. `on_map` [n_entities] perturbation ids keeps those alone; `is_active` [n_entities] tells which of them
    pass the map's replicate test: annotations are compared among these.
    """
    wells = select_wells(profiles, recipe)
    aligned, _ = align(wells, list(recipe.steps))
    entities, vectors = aggregate(aligned, method=recipe.aggregate, guides=recipe.guides)
    scores = replicate_scores(aligned, identities(entities_of(aligned), facts), seed=recipe.seed)
    scores += consistency_scores(aligned, seed=recipe.seed)
    scores += magnitude_scores(wells, list(recipe.steps), seed=recipe.seed)
    scores += mixing_scores(aligned, seed=recipe.seed)
    active = np.ones(len(entities), dtype=bool)
    if on_map is not None:
        chosen = np.isin(entities, on_map)
        entities, vectors, active = entities[chosen], vectors[chosen], active[chosen]
        if is_active is not None and is_active.any():
            active = np.isin(entities, on_map[is_active])
    columns = ("gene", "compound", "kind", *ANNOTATIONS)
    known = {
        name: np.array([str(facts.get(entity, {}).get(name, "")) for entity in entities.tolist()], dtype=str)
        for name in columns
    }
    identity = identities(entities, facts)
    scores += recall_scores(vectors, known["gene"], known["kind"], networks, seed=recipe.seed)
    scores += target_scores(vectors, known["gene"], known["kind"], known["compound"], seed=recipe.seed)
    scores += mechanism_scores(vectors, known["mechanism"], identity, _batch_of(aligned, entities), seed=recipe.seed)
    among = "active entities" if active.sum() < len(active) else "entities"
    for name in ANNOTATIONS:
        scores += annotation_scores(
            vectors[active], known[name][active], identity[active], name, among=among, seed=recipe.seed
        )
    return scores


def identities(perturbations: np.ndarray, facts: Mapping[str, Mapping[str, Any]]) -> np.ndarray:
    """The compound or gene behind each perturbation [n], else itself: doses and constructs of one are no independent
    observations."""
    return np.array([str(_identity(facts.get(str(name), {})) or name) for name in perturbations])


def _batch_of(aligned: Profiles, entities: np.ndarray) -> np.ndarray | None:
    """The batch of each entity [n], or None when wells of one entity lie in several."""
    if "Metadata_Batch" not in aligned.wells:
        return None
    batches: dict[str, set[str]] = {}
    for name, batch in zip(entities_of(aligned), np.asarray(aligned.wells["Metadata_Batch"]).astype(str), strict=True):
        batches.setdefault(name, set()).add(batch)
    if any(len(batches[name]) > 1 for name in entities.tolist()):
        return None
    return np.array([next(iter(batches[name])) for name in entities.tolist()])


def _identity(known: Mapping[str, Any]) -> str:
    return str(known.get("compound") or known.get("gene") or "")
