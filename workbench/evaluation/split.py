"""Splits by what is new: whole units (genes, pairs, drugs, contexts, scaffolds) go to one side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from workbench.errors import InputError


class Fold(NamedTuple):
    """Row numbers of one split: train [n_train], test [n_test]; `name` says what was held out."""

    name: str
    train: np.ndarray
    test: np.ndarray


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


def folds_by_group(groups: np.ndarray, n_folds: int, seed: int) -> list[Fold]:
    """New genes (or compounds, or scaffolds by their label): rows of one group [n] are tested together.

    Raises InputError when there is one group only.
    """
    number = grouped_folds(groups, n_folds, seed)
    if number.max(initial=0) < 1:
        raise InputError(f"a split by group needs two groups; got {len(np.unique(groups))} and {n_folds} folds.")
    return [_fold(f"fold {i + 1}", number != i, number == i) for i in range(number.max() + 1)]


def folds_of_pairs(parts: Sequence[tuple[str, ...]], n_folds: int, seed: int) -> list[Fold]:
    """New pairs of seen singles: every single is always for training, each combination is tested once.

    parts [n]: what each row perturbs. A combination with a part never measured alone is for training only, since the
    question would be another one. Raises InputError when no combination can be asked.
    """
    singles = {row[0] for row in parts if len(row) == 1}
    asked = [i for i, row in enumerate(parts) if len(row) > 1 and set(row) <= singles]
    if len(asked) < 2:
        raise InputError(f"{len(asked)} combinations have all their parts measured alone; two are needed.")
    labels = np.array(["+".join(sorted(parts[i])) for i in asked])
    number = np.full(len(parts), -1)
    number[asked] = grouped_folds(labels, n_folds, seed)
    return [_fold(f"fold {i + 1}", number != i, number == i) for i in range(number.max() + 1)]


def folds_of_parts(parts: Sequence[tuple[str, ...]], n_folds: int, seed: int) -> list[Fold]:
    """A gene of the pair is new: parts go to folds, and every row that holds one of them is tested without training on
    any; rows of two folds are tested in both. parts [n]: what each row perturbs."""
    names = sorted({name for row in parts for name in row})
    number = dict(zip(names, grouped_folds(np.array(names), n_folds, seed), strict=True))
    n = max(number.values(), default=0) + 1
    if n < 2:
        raise InputError(f"a split by parts needs two of them; got {len(names)}.")
    holds = np.array([[i in {number[name] for name in row} for i in range(n)] for row in parts])
    return [_fold(f"fold {i + 1}", ~holds[:, i], holds[:, i]) for i in range(n)]


def leave_each_part_out(parts: Sequence[tuple[str, ...]]) -> list[Fold]:
    """One drug (or gene) after the other is new: all rows that hold it are tested, training knows none of them."""
    names = sorted({name for row in parts for name in row})
    if len(names) < 2:
        raise InputError(f"leaving each part out needs two of them; got {len(names)}.")
    holds = {name: np.array([name in row for row in parts]) for name in names}
    return [_fold(f"without {name}", ~here, here) for name, here in holds.items()]


def leave_each_context_out(contexts: np.ndarray) -> list[Fold]:
    """One context after the other is new. contexts [n]. Raises InputError when there is one only."""
    names = np.unique(contexts)
    if len(names) < 2:
        raise InputError(f"leaving a context out needs two of them; there is {', '.join(map(str, names)) or 'none'}.")
    return [_fold(f"without {name}", contexts != name, contexts == name) for name in names]


def _fold(name: str, train: np.ndarray, test: np.ndarray) -> Fold:
    return Fold(name, np.flatnonzero(train), np.flatnonzero(test))
