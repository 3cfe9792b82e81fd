"""Splits by what is new: whole units (genes, conditions) go to one side."""

from __future__ import annotations

import numpy as np


def assign_roles(units: list[str], shares: dict[str, float], seed: int) -> dict[str, str]:
    """A role for each unit, with the given shares, reproducible by seed and independent of the order of the units."""
    names = sorted(set(units))
    order = np.random.default_rng(seed).permutation(len(names))
    roles, start = {}, 0
    edges = np.round(np.cumsum(list(shares.values())) / sum(shares.values()) * len(names)).astype(int)
    for role, end in zip(shares, edges, strict=True):
        roles |= {names[i]: role for i in order[start:end]}
        start = end
    return roles


def grouped_folds(groups: np.ndarray, n_folds: int, seed: int) -> np.ndarray:
    """Fold number of each row [n]; rows of one group [n] share a fold, folds hold equally many groups."""
    labels, index = np.unique(groups, return_inverse=True)
    fold = np.random.default_rng(seed).permutation(len(labels)) % min(n_folds, len(labels))
    return fold[index]
