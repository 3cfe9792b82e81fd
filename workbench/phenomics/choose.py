"""Choose a recipe without fooling oneself: chosen on inner folds, reported on the fold that took no part.

The best of many recipes on some data is partly luck: on bbbc021 the median of 768 settings finds 78 % of mechanisms, the
luckiest 95 %. Here every score comes from treatments that the recipe was not chosen on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.errors import InputError
from workbench.kernels.bootstrap import bootstrap_groups
from workbench.nouns import Profiles
from workbench.phenomics.aggregate import aggregate
from workbench.phenomics.align import align
from workbench.phenomics.recipe import Recipe

# (vectors [n, d], rows [m] that may be looked at) -> scores [m] of these rows, NaN where not asked
Score = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Choice:
    """The outer score [n_entities] and its mean with a 95 % interval over groups; `chosen`: how often each candidate won
    an inner comparison; `best`, the candidate to use from now on, by the inner rule on everything."""

    outer: np.ndarray
    value: float
    low: float
    high: float
    chosen: dict[str, int]
    best: str
    n: int
    n_groups: int

    def __repr__(self) -> str:
        return (
            f"Choice({self.best!r}, outer score {self.value:.3f} [{self.low:.3f}, {self.high:.3f}], n = {self.n} in "
            f"{self.n_groups} groups)"
        )


def choose(
    candidates: Mapping[str, np.ndarray], groups: np.ndarray, score: Score, *, n_folds: int = 0, seed: int = 0
) -> Choice:
    """Nested choice among candidate maps of the same entities.

    candidates: name -> vectors [n_entities, d]; groups [n_entities], e.g. the compound: one group never lies on both
    sides. For each outer fold (n_folds = 0: each group is one) the candidate with the best mean score on the other
    folds, looking at their rows alone, is scored on the fold. Ties go to the earlier candidate, so name simple ones
    first. Raises InputError for fewer than two candidates or groups.
    """
    groups = np.asarray(groups).astype(str)
    names = np.unique(groups)
    if len(candidates) < 2 or len(names) < 2:
        raise InputError(f"a choice needs two candidates and two groups. Got {len(candidates)} and {len(names)}.")
    if n_folds == 1 or n_folds < 0:
        raise InputError(f"a nested choice needs at least 2 folds, or 0 for one a group. Got {n_folds}.")
    order = np.random.default_rng(seed).permutation(len(names))
    fold_of = dict(zip(names[order].tolist(), (np.arange(len(names)) % (n_folds or len(names))).tolist(), strict=True))
    fold = np.array([fold_of[name] for name in groups.tolist()])
    everything = np.arange(len(groups))
    whole = {name: score(vectors, everything) for name, vectors in candidates.items()}
    outer, chosen = np.full(len(groups), np.nan), dict.fromkeys(candidates, 0)
    for held_out in np.unique(fold):
        winner = _best(candidates, np.flatnonzero(fold != held_out), score)
        chosen[winner] += 1
        outer[fold == held_out] = whole[winner][fold == held_out]
    known = np.isfinite(outer)
    value, low, high = bootstrap_groups(outer[known], groups[known], seed=seed)
    return Choice(outer, value, low, high, chosen, _best(candidates, everything, score), int(known.sum()),
                  len(np.unique(groups[known])))  # fmt: skip


def candidate_maps(profiles: Profiles, recipes: Sequence[Recipe]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The maps that several recipes make of the same wells: entities [n], and label of the recipe -> vectors [n, d].

    Recipes that start with the same steps share them.
    """
    found: dict[str, np.ndarray] = {}
    entities = np.zeros(0, dtype=str)
    aligned: dict[str, Profiles] = {}
    for recipe in recipes:
        key = repr(recipe.steps)
        if key not in aligned:
            aligned[key] = align(profiles, list(recipe.steps))[0]
        entities, vectors = aggregate(aligned[key], method=recipe.aggregate, guides=recipe.guides)
        found[recipe.label] = vectors
    return entities, found


def _best(candidates: Mapping[str, np.ndarray], rows: np.ndarray, score: Score) -> str:
    means = {}
    for name, vectors in candidates.items():
        found = score(vectors, rows)
        known = np.isfinite(found)
        if not known.any():
            raise InputError(f"the candidate {name!r} has no score on {len(rows)} entities: use fewer folds.")
        means[name] = float(found[known].mean())
    return max(means, key=means.__getitem__)
