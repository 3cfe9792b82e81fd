"""Wells to entities: one vector for each perturbation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workbench.errors import InputError
from workbench.nouns import Profiles

MODZ_FLOOR = 0.01


def aggregate(
    profiles: Profiles, *, method: str = "mean", by: str = "perturbation_id", guides: str = ""
) -> tuple[np.ndarray, np.ndarray]:
    """Mean, median or MODZ of the treated wells of each entity; control wells are left out.

    profiles.values [n_wells, d] -> entities [n_entities] sorted text, vectors [n_entities, d] float32. With `guides`,
    a well column, the wells of each guide are combined first and then the entity's guides, so that a guide with many
    wells counts no more than another. Raises InputError for an unknown method or column, or without treated wells.
    """
    if method not in METHODS:
        raise InputError(f"wells are aggregated by {', '.join(METHODS)}. Got {method!r}.")
    for column in (by, *([guides] if guides else [])):
        if column not in profiles.wells:
            raise InputError(f"there is no well column {column!r}.", hint=f"Columns: {', '.join(profiles.wells)}.")
    treated = np.flatnonzero(~profiles.is_control)
    if treated.size == 0:
        raise InputError(f"{profiles.dataset} has no treated wells among {profiles.n_wells}.")
    values = profiles.values[treated].astype(np.float64)
    entities, codes = np.unique(np.asarray(profiles.wells[by]).astype(str)[treated], return_inverse=True)
    if guides:
        guide = np.unique(np.asarray(profiles.wells[guides]).astype(str)[treated], return_inverse=True)[1]
        pairs, places = np.unique(np.column_stack([codes, guide]), axis=0, return_inverse=True)
        values, codes = _combine(values, places.ravel(), METHODS[method]), pairs[:, 0]
    return entities, _combine(values, codes, METHODS[method]).astype(np.float32)


def modz(replicates: np.ndarray) -> np.ndarray:
    """Moderated z: mean of replicates weighted by how well each agrees with the others. [n, d] -> [d].

    Weight = mean Spearman correlation with the other replicates, negative ones counted as 0, at least 0.01; two
    replicates weigh the same (Subramanian et al., Cell 2017; cmapPy `agg_wt_avg`).
    """
    from scipy.stats import rankdata

    n = len(replicates)
    if n < 3:
        return replicates.mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        agreement = np.corrcoef(rankdata(replicates, axis=1))  # a replicate without any order agrees with none
    agreement = np.clip(np.nan_to_num(agreement), 0, None)
    np.fill_diagonal(agreement, 0)
    weights = np.maximum(agreement.sum(axis=1) / (n - 1), MODZ_FLOOR)
    return weights @ replicates / weights.sum()


def _mean(replicates: np.ndarray) -> np.ndarray:
    return replicates.mean(axis=0)


def _median(replicates: np.ndarray) -> np.ndarray:
    return np.median(replicates, axis=0)


METHODS: dict[str, Callable[[np.ndarray], np.ndarray]] = {"mean": _mean, "median": _median, "modz": modz}


def _combine(values: np.ndarray, codes: np.ndarray, one: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """One row a group. values [n, d], codes [n] from 0 without gaps -> [n_groups, d]."""
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(codes.max() + 1))
    if one is _mean:
        return np.add.reduceat(values[order], starts, axis=0) / np.bincount(codes)[:, None]
    return np.vstack([one(values[rows]) for rows in np.split(order, starts[1:])])
