"""Wells to entities: one vector for each perturbation."""

from __future__ import annotations

import itertools

import numpy as np

from workbench.errors import InputError
from workbench.nouns import Profiles

METHODS = ("mean", "median")


def aggregate(
    profiles: Profiles, *, method: str = "mean", by: str = "perturbation_id"
) -> tuple[np.ndarray, np.ndarray]:
    """Mean or median of the treated wells of each entity; control wells are left out.

    profiles.values [n_wells, d] -> entities [n_entities] sorted text, vectors [n_entities, d] float32.
    Raises InputError for an unknown method or when no treated well is there.
    """
    if method not in METHODS:
        raise InputError(f"wells are aggregated by {' or '.join(METHODS)}. Got {method!r}.")
    treated = np.flatnonzero(~profiles.is_control)
    if treated.size == 0:
        raise InputError(f"{profiles.dataset} has no treated wells among {profiles.n_wells}.")
    entities, codes = np.unique(np.asarray(profiles.wells[by]).astype(str)[treated], return_inverse=True)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(entities) + 1))
    values = profiles.values[treated[order]].astype(np.float64)
    if method == "mean":
        vectors = np.add.reduceat(values, starts[:-1], axis=0) / np.diff(starts)[:, None]
    else:
        vectors = np.vstack([np.median(values[a:b], axis=0) for a, b in itertools.pairwise(starts)])
    return entities, vectors.astype(np.float32)
