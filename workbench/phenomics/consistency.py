"""Perturbation consistency: are the replicates of a perturbation more alike than they would be by chance?

Mean pairwise cosine of all wells of a perturbation (Celik et al., PLoS Comput Biol, 2024; efaar-benchmarking). Its null is
either random sets of as many wells or, as published, perturbations that do nothing, e.g. genes that are not expressed.
For a null that keeps plates apart see `activity.replicate_evidence`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.kernels.bootstrap import bootstrap_mean
from workbench.kernels.permutation import benjamini_hochberg, p_upper
from workbench.kernels.topk import unit_rows
from workbench.phenomics.activity import agreement

LEAST_NULL = 20  # values below which a null has no tail worth naming


@dataclass(frozen=True, eq=False)
class Signal:
    """Per perturbation [n]: entities (text), n_replicates, value, p, q (NaN where it was not asked); n_null values
    of the null behind each p, and their median `null`."""

    entities: np.ndarray
    n_replicates: np.ndarray
    value: np.ndarray
    p: np.ndarray
    q: np.ndarray
    n_null: int
    null: float

    def share(self, *, level: float = 0.05, seed: int = 0) -> dict[str, float]:
        """Share of perturbations with p below the level: value, low, high (bootstrap over them), null, n."""
        known = np.isfinite(self.p)
        if not known.any():
            raise DataQualityError(f"none of {len(self.p):,} perturbations has a p-value.")
        value, low, high = bootstrap_mean((self.p[known] < level).astype(float), seed=seed)
        return {"value": value, "low": low, "high": high, "null": level, "n": int(known.sum())}


def perturbation_consistency(values: np.ndarray, entity: np.ndarray, *, n_null: int = 10_000, seed: int = 0) -> Signal:
    """Mean pairwise cosine of each perturbation's wells, with p against random sets of as many of the same wells.

    values [n_wells, d], entity [n_wells] text of treated wells. p = (k + 1) / (n + 1), q by Benjamini-Hochberg.
    Perturbations with one well get NaN. Raises InputError for shapes that do not fit or values that are not finite,
    DataQualityError when no perturbation has two wells.
    """
    values, entity = checked_wells(values, entity)
    entities, observed, count = agreement(values, entity, np.arange(len(entity)))
    sizes = np.unique(count[np.isfinite(observed)])
    if sizes.size == 0:
        raise DataQualityError(f"none of {len(entities):,} perturbations has two wells: nothing can be consistent.")
    rng = np.random.default_rng(seed)
    units = unit_rows(values, exact=True)
    p = np.full(len(entities), np.nan)
    middles = []
    for size in sizes.tolist():
        null = _random_sets(units, size, n_null, rng)
        mine = count == size
        p[mine] = p_upper(observed[mine] - 1e-12, null)  # rounding must not turn a tie into a win
        middles.append(np.median(null))
    return Signal(entities, count, observed, p, benjamini_hochberg(p), n_null, float(np.mean(middles)))


def consistency_against(values: np.ndarray, entity: np.ndarray, null_entities: np.ndarray) -> Signal:
    """The same statistic with the published null: one value for each perturbation that is known to do nothing.

    values [n_wells, d], entity [n_wells] text, null_entities: their names, left out of the result. efaar-benchmarking's p
    is k / n, which can be 0; ours is (k + 1) / (n + 1). Raises DataQualityError for fewer than 20 null perturbations
    with two wells.
    """
    values, entity = checked_wells(values, entity)
    entities, observed, count = agreement(values, entity, np.arange(len(entity)))
    return against_null_entities(entities, count, observed, null_entities, "two wells")


def against_null_entities(
    entities: np.ndarray, count: np.ndarray, observed: np.ndarray, null_entities: np.ndarray, needed: str
) -> Signal:
    """A Signal of the perturbations that are not null ones, with p against the null ones' values.

    entities, count, observed [n]; `needed` says in words what a null perturbation has to have. Raises DataQualityError
    for fewer than 20 of them.
    """
    is_null = np.isin(entities, np.asarray(null_entities).astype(entities.dtype))
    null = observed[is_null & np.isfinite(observed)]
    if len(null) < LEAST_NULL:
        raise DataQualityError(
            f"{len(null)} of {len(null_entities):,} null perturbations have {needed}; at least {LEAST_NULL} are needed.",
            hint="Name more perturbations that do nothing, or draw random sets instead.",
        )
    asked = ~is_null
    p = p_upper(observed[asked], null)
    return Signal(
        entities[asked], count[asked], observed[asked], p, benjamini_hochberg(p), len(null), float(np.median(null))
    )


def checked_wells(values: np.ndarray, entity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """values [n_wells, d] and names as text [n_wells]. Raises InputError when they do not fit or are not finite."""
    values, entity = np.asarray(values), np.asarray(entity).astype(str)
    if values.ndim != 2 or entity.shape != values.shape[:1] or len(values) == 0:
        raise InputError(f"wells need a profile and a name each. Got shapes {values.shape} and {entity.shape}.")
    broken = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if broken.size:
        row = int(broken[0])
        raise InputError(
            f"{broken.size:,} wells hold values that are not finite, first of {entity[row]!r}.", where=f"row {row}"
        )
    return values, entity


def random_sets(n: int, size: int, n_sets: int, rng: np.random.Generator) -> np.ndarray:
    """Row numbers [n_sets, size] of random sets of different rows of n: consecutive pieces of shuffled orders."""
    per_round = n // size
    if per_round == 0:
        raise DataQualityError(f"{n:,} wells hold no set of {size}: there is nothing to draw a null from.")
    rounds = [rng.permutation(n)[: per_round * size].reshape(per_round, size) for _ in range(-(-n_sets // per_round))]
    return np.concatenate(rounds)[:n_sets]


def _random_sets(units: np.ndarray, size: int, n_null: int, rng: np.random.Generator) -> np.ndarray:
    """Mean pairwise products of random sets of rows: units [n, d] -> [n_null]."""
    lengths = np.einsum("ij,ij->i", units, units)
    null = np.empty(n_null)
    sets = random_sets(len(units), size, n_null, rng)
    rows = max(1, 4_000_000 // (size * units.shape[1]))
    for start in range(0, n_null, rows):
        part = sets[start : start + rows]
        total = units[part].sum(axis=1, dtype=np.float64)
        null[start : start + rows] = np.einsum("ij,ij->i", total, total) - lengths[part].sum(axis=1)
    return null / (size * (size - 1))
