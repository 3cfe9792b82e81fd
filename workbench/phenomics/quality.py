"""The gate: do replicates agree enough to draw conclusions from a map at all?"""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.errors import DataQualityError
from workbench.kernels.bootstrap import bootstrap_groups, bootstrap_mean
from workbench.kernels.topk import unit_rows
from workbench.phenomics.activity import Evidence, nearest_replicate

CHANCE = 0.05
NEEDED = 0.10  # twice chance: large screens make tiny plate effects "significant", so the gate asks for an effect size
LARGEST_FOR_NEAREST = 6000


def gate(evidence: Evidence, *, seed: int = 0) -> dict[str, Any]:
    """Share of entities whose replicates agree better than 95 % of random groups, with a bootstrap interval.

    Accepted when the interval lies above 10 % (5 % is chance). Returns the JSON that a Map carries as `quality`.
    """
    known = np.isfinite(evidence.agreement)
    limits = _limits(evidence, known)
    above = (evidence.agreement[known] > limits).astype(float)
    share, low, high = bootstrap_mean(above, seed=seed)
    mean, mean_low, mean_high = bootstrap_mean(evidence.agreement[known], seed=seed)
    null = float(evidence.null.mean())
    accepted = low > NEEDED
    verdict = "Replicates agree" if accepted else "Replicates do not agree"
    reason = (
        f"{verdict}: {share:.0%} of {known.sum():,} perturbations are more alike across plates than 95 % of random "
        f"groups (95 % interval {low:.1%} to {high:.1%}; {CHANCE:.0%} expected by chance, more than {NEEDED:.0%} "
        f"needed). Mean replicate cosine {mean:.3f} against {null:.3f} for wells of different perturbations."
    )
    return {
        "accepted": bool(accepted), "reason": reason, "measure": "share of perturbations above the replicate null",
        "n": int(known.sum()), "value": share, "low": low, "high": high, "null": CHANCE, "needed": NEEDED,
        "agreement": {"value": mean, "low": mean_low, "high": mean_high, "null": null, "n": int(known.sum())},
    }  # fmt: skip


def screen_gate(score: np.ndarray, null: np.ndarray, *, what: str, seed: int = 0) -> dict[str, Any]:
    """The gate of a screen that carries its own null group, e.g. genes that the cells do not express.

    score [n_entities], null [n_null]: one number each; accepted as in `gate`.
    """
    limit = float(np.quantile(null, 1 - CHANCE))
    share, low, high = bootstrap_mean((score > limit).astype(float), seed=seed)
    accepted = low > NEEDED
    reason = (
        f"{'Signal' if accepted else 'No signal'}: {share:.0%} of {len(score):,} entities exceed 95 % of "
        f"{len(null):,} {what} (95 % interval {low:.1%} to {high:.1%}; {CHANCE:.0%} expected by chance, more than "
        f"{NEEDED:.0%} needed)."
    )
    return {
        "accepted": bool(accepted), "reason": reason, "measure": f"entities exceed 95 % of {len(null):,} {what}",
        "n": len(score), "value": share, "low": low, "high": high, "null": CHANCE, "needed": NEEDED,
    }  # fmt: skip


def retrieval(values: np.ndarray, entity: np.ndarray, plate: np.ndarray) -> dict[str, Any] | None:
    """Share of wells whose nearest well on another plate is a replicate, beside chance; None for very large sets.

    values [n_wells, d], entity, plate [n_wells] of treated wells.
    """
    if len(values) > LARGEST_FOR_NEAREST:
        return None
    hit = nearest_replicate(values, entity, plate).astype(float)
    if hit.size == 0:
        return None
    share, low, high = bootstrap_mean(hit)
    return {"value": share, "low": low, "high": high, "n": int(hit.size), "null": 1 / len(np.unique(entity))}


def position_effect(values: np.ndarray, well: np.ndarray, plate: np.ndarray) -> dict[str, Any] | None:
    """Mean cosine of control wells at the same position on different plates: what position alone explains.

    values [n_controls, d], well, plate [n_controls] -> value with a bootstrap interval over positions and n pairs, or
    None when no position repeats.
    """
    units = unit_rows(values)
    products, positions = [], []
    for name in np.unique(well):
        mine = units[well == name]
        plates = plate[well == name]
        if len(np.unique(plates)) > 1:
            left, right = np.triu_indices(len(mine), k=1)
            apart = plates[left] != plates[right]
            products.append((mine @ mine.T)[left[apart], right[apart]])
            positions.append(np.full(int(apart.sum()), name))
    if not products:
        return None
    pairs = np.concatenate(products)
    value, low, high = bootstrap_groups(pairs, np.concatenate(positions))
    return {"value": value, "low": low, "high": high, "n": len(pairs)}


def number_agreement(number: np.ndarray, entity: np.ndarray, plate: np.ndarray, *, seed: int = 0) -> dict[str, Any]:
    """How far one number of a well (e.g. its cell count) repeats: correlation of replicates on different plates.

    number, entity, plate [n_wells] of treated wells; numbers are ranked within their plate first. Returns Pearson's r
    over pairs of replicates with a bootstrap interval over entities and the r of shuffled pairs.
    """
    known = np.isfinite(number)
    number, entity, plate = number[known].astype(float), entity[known], plate[known]
    score = np.empty(len(number))
    for name in np.unique(plate):
        inside = plate == name
        ranks = number[inside].argsort().argsort().astype(float)
        score[inside] = (ranks - ranks.mean()) / max(ranks.std(), 1e-9)
    products, groups = _replicate_products(score, entity, plate)
    if len(products) == 0:
        raise DataQualityError(f"none of {len(np.unique(entity)):,} entities has this number on two plates.")
    by_entity = np.bincount(groups, products) / np.bincount(groups)
    value, low, high = bootstrap_mean(by_entity, seed=seed)
    shuffled = score.copy()
    np.random.default_rng(seed).shuffle(shuffled)
    null = float(_replicate_products(shuffled, entity, plate)[0].mean())
    return {"value": value, "low": low, "high": high, "n": len(by_entity), "null": null}


def _replicate_products(score: np.ndarray, entity: np.ndarray, plate: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Products of standard scores of replicate pairs on different plates, with the entity's number: [n_pairs] each."""
    products, groups = [], []
    _, code = np.unique(entity, return_inverse=True)
    order = np.argsort(code, kind="stable")
    for i_group, rows in enumerate(np.split(order, np.flatnonzero(np.diff(code[order])) + 1)):
        left, right = np.triu_indices(len(rows), k=1)
        apart = plate[rows[left]] != plate[rows[right]]
        values = score[rows[left[apart]]] * score[rows[right[apart]]]
        products.append(values)
        groups.append(np.full(len(values), i_group))
    filled = [i for i, part in enumerate(products) if len(part)]
    if not filled:
        return np.zeros(0), np.zeros(0, dtype=int)
    return (
        np.concatenate([products[i] for i in filled]),
        np.concatenate([np.full(len(products[i]), place) for place, i in enumerate(filled)]),
    )


def _limits(evidence: Evidence, known: np.ndarray) -> np.ndarray:
    """The 95 % quantile of the null of each entity's group size [n_known]."""
    overall = np.quantile(evidence.null, 1 - CHANCE)
    limits = np.full(len(evidence.agreement), overall)
    for size in np.unique(evidence.n_replicates[known]):
        same = evidence.null[evidence.null_sizes == size]
        if len(same) >= 100:
            limits[evidence.n_replicates == size] = np.quantile(same, 1 - CHANCE)
    return limits[known]
