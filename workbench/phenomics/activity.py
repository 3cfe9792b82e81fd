"""Replicate evidence of each entity: how well its wells agree, and against which null.

Agreement is the mean pairwise cosine of an entity's replicates on different plates. Its null are groups of the same
size and plates whose wells belong to different perturbations (labels shuffled within each plate). Activity is mean
average precision of retrieving replicates among same-plate controls (Kalinin et al., 2024; copairs).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.errors import DataQualityError
from workbench.kernels.permutation import benjamini_hochberg, p_upper, shuffle_within
from workbench.kernels.topk import unit_rows
from workbench.phenomics.precision import mean_precision, rank_replicates


@dataclass(frozen=True, eq=False)
class Evidence:
    """Arrays [n_entities]: entities (text), n_replicates, agreement, p, q; null: agreements of shuffled groups
    [n_null], with the group sizes null_sizes [n_null]."""

    entities: np.ndarray
    n_replicates: np.ndarray
    agreement: np.ndarray
    p: np.ndarray
    q: np.ndarray
    null: np.ndarray
    null_sizes: np.ndarray


def agreement(values: np.ndarray, entity: np.ndarray, plate: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean cosine over pairs of an entity's wells on different plates.

    values [n_wells, d], entity, plate [n_wells] -> entities [n], agreement [n] (NaN without such a pair), n_wells [n].
    Per entity: pairs = (|Σ u|² − Σ_plate |Σ_plate u|²) / 2 over unit vectors u, so no pair list is made.
    """
    units = unit_rows(values, exact=True).astype(np.float64, copy=False)
    entities, code = np.unique(entity, return_inverse=True)
    both, cell = np.unique(
        np.column_stack([code, np.unique(plate, return_inverse=True)[1]]), axis=0, return_inverse=True
    )
    in_plate = _sum_by(units, cell.ravel(), len(both))
    n_in_plate = np.bincount(cell.ravel(), minlength=len(both)).astype(float)
    total = _sum_by(in_plate, both[:, 0], len(entities))
    count = np.bincount(code, minlength=len(entities)).astype(float)
    same = np.bincount(both[:, 0], (in_plate**2).sum(axis=1), minlength=len(entities))
    n_pairs = count**2 - np.bincount(both[:, 0], n_in_plate**2, minlength=len(entities))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(n_pairs > 0, ((total**2).sum(axis=1) - same) / n_pairs, np.nan)
    return entities, mean, count.astype(int)


def replicate_evidence(
    values: np.ndarray, entity: np.ndarray, plate: np.ndarray, *, n_null: int = 20_000, seed: int = 0
) -> Evidence:
    """Agreement with p against shuffled groups of the same size, q by Benjamini-Hochberg.

    values [n_wells, d], entity, plate [n_wells] of treated wells. Raises DataQualityError when no entity has two wells
    on different plates.
    """
    entities, observed, count = agreement(values, entity, plate)
    if not np.isfinite(observed).any():
        raise DataQualityError(
            f"none of {len(entities):,} entities has replicates on two plates: agreement cannot be measured.",
            hint="Import the replicate plates too.",
        )
    rng = np.random.default_rng(seed)
    nulls, sizes = [], []
    while sum(map(len, nulls)) < n_null:
        _, shuffled, size = agreement(values, shuffle_within(entity, plate, rng), plate)
        finite = np.isfinite(shuffled)
        nulls.append(shuffled[finite])
        sizes.append(size[finite])
    null, null_sizes = np.concatenate(nulls), np.concatenate(sizes)
    p = np.full(len(entities), np.nan)
    for size in np.unique(count[np.isfinite(observed)]):
        mine = (count == size) & np.isfinite(observed)
        same = null[null_sizes == size]
        p[mine] = p_upper(observed[mine], same if len(same) >= 100 else null)
    return Evidence(entities, count, observed, p, benjamini_hochberg(p), null, null_sizes)


def activity(
    values: np.ndarray,
    entity: np.ndarray,
    plate: np.ndarray,
    is_control: np.ndarray,
    *,
    n_null: int = 10_000,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Mean average precision of finding an entity's replicates (on other plates) among same-plate controls.

    values [n_wells, d]; entity, plate, is_control [n_wells] -> entities [n], map [n], p [n], q [n]; NaN for an entity
    without a replicate on another plate or without controls. Null as in `precision.mean_precision`.
    """
    ranking = rank_replicates(values, entity, is_control, positive_apart=plate, negative_within=plate)
    found = mean_precision(ranking, entity, n_null=n_null, seed=seed)
    entities = np.unique(entity[~is_control])
    place = np.searchsorted(entities, found.groups)
    score, p, q = (np.full(len(entities), np.nan) for _ in range(3))
    score[place], p[place], q[place] = found.value, found.p, found.q
    return entities, score, p, q


def nearest_replicate(values: np.ndarray, entity: np.ndarray, plate: np.ndarray) -> np.ndarray:
    """Whether each well's nearest well on another plate is of its own entity.

    values [n_wells, d], entity, plate [n_wells] -> bool [n_wells], only wells that have a replicate elsewhere.
    """
    units = unit_rows(values)
    similar = units @ units.T
    similar[plate[:, None] == plate[None, :]] = -np.inf
    same = (entity[:, None] == entity[None, :]) & (plate[:, None] != plate[None, :])
    has_mate = same.any(axis=1)
    return same[np.arange(len(units)), similar.argmax(axis=1)][has_mate]


def well_strength(values: np.ndarray, is_control: np.ndarray, *, limit: float = 10.0) -> np.ndarray:
    """Root mean square z of each well of one plate against the plate's controls, z limited to ±limit.

    values [n_wells, d], is_control [n_wells] -> [n_wells]; NaN for all wells with fewer than three controls.
    """
    controls = values[is_control].astype(np.float64)
    if len(controls) < 3:
        return np.full(len(values), np.nan)
    spread = controls.std(axis=0)
    kept = spread > 1e-9
    z = (values[:, kept] - controls[:, kept].mean(axis=0)) / spread[kept]
    return np.sqrt(np.mean(np.clip(z, -limit, limit) ** 2, axis=1))


def _sum_by(values: np.ndarray, code: np.ndarray, n_groups: int) -> np.ndarray:
    """Row sums by group. values [n, d], code [n] -> [n_groups, d]; every group has a row."""
    order = np.argsort(code, kind="stable")
    starts = np.searchsorted(code[order], np.arange(n_groups))
    return np.add.reduceat(values[order], starts, axis=0)
