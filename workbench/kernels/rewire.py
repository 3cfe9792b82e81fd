"""Random networks in which every gene keeps its number of edges, and what such networks give by chance."""

from __future__ import annotations

import numpy as np

from workbench.errors import InputError

MAX_ROUNDS = 200


def rewired_targets(source: np.ndarray, target: np.ndarray, n_draws: int, seed: int) -> np.ndarray:
    """Targets [n_draws, n_edges] of networks with the in- and out-degree of every gene, without self or double edges.

    source, target [n_edges] gene numbers. Targets are permuted over the edges (configuration model; Newman et al.,
    2001) and conflicts are exchanged with other edges until none is left; where a network is too dense for that, the
    draw comes from 20 rounds of double-edge swaps (Maslov and Sneppen, 2002) instead, which never leave a conflict.
    Raises InputError for a network with self or double edges.
    """
    source, target = np.asarray(source, dtype=np.int64), np.asarray(target, dtype=np.int64)
    n_genes = int(max(source.max(initial=-1), target.max(initial=-1))) + 1
    if len(_conflicts(source, target, n_genes)):
        raise InputError("a network to be rewired has self or double edges; drop them first.")
    rng = np.random.default_rng(seed)
    kind = np.uint16 if n_genes <= np.iinfo(np.uint16).max else np.int32
    drawn = np.empty((n_draws, len(target)), dtype=kind)
    for i in range(n_draws):
        found = _permuted(source, target, n_genes, rng)
        drawn[i] = _swapped(source, target, n_genes, rng) if found is None else found
    return drawn


def partner_chance(degree: np.ndarray, own: int | np.ndarray, n_edges: int) -> np.ndarray:
    """Chance [n_genes] that each gene is a partner of a gene with `own` edges when an undirected network is rewired.

    degree [n_genes]; 1 − exp(−degree × own / 2 n_edges), the configuration model in closed form (Chung and Lu, 2002).
    """
    return 1.0 - np.exp(-np.asarray(degree, dtype=float) * own / (2.0 * max(n_edges, 1)))


def _conflicts(source: np.ndarray, target: np.ndarray, n_genes: int) -> np.ndarray:
    """Edges [n_conflicts] that are self edges or repeat another edge."""
    code = source * n_genes + target
    order = np.argsort(code, kind="stable")
    again = order[1:][code[order][1:] == code[order][:-1]]
    return np.unique(np.concatenate([again, np.flatnonzero(source == target)]))


def _permuted(source: np.ndarray, target: np.ndarray, n_genes: int, rng: np.random.Generator) -> np.ndarray | None:
    drawn = rng.permutation(target)
    for _ in range(MAX_ROUNDS):
        bad = _conflicts(source, drawn, n_genes)
        if not len(bad):
            return drawn
        for edge, other in zip(bad, rng.integers(0, len(drawn), len(bad)), strict=True):
            drawn[edge], drawn[other] = drawn[other], drawn[edge]
    return None


def _swapped(source: np.ndarray, target: np.ndarray, n_genes: int, rng: np.random.Generator) -> np.ndarray:
    drawn, present = target.copy(), set(zip(source.tolist(), target.tolist(), strict=True))
    for a, b in rng.integers(0, len(target), (20 * len(target), 2)):
        one, two = (int(source[a]), int(drawn[b])), (int(source[b]), int(drawn[a]))
        if one[0] == one[1] or two[0] == two[1] or one in present or two in present:
            continue
        present -= {(int(source[a]), int(drawn[a])), (int(source[b]), int(drawn[b]))}
        present |= {one, two}
        drawn[a], drawn[b] = drawn[b], drawn[a]
    return drawn
