"""Neighbours of an entity on a map: similarity of both signs, each with p against the map's own null, and q."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.kernels.permutation import benjamini_hochberg, p_two_sided
from workbench.kernels.topk import cosine_pairs, cosine_row, unit_rows

N_NULL = 500_000


@dataclass(frozen=True, eq=False)
class Neighbours:
    """rows [k] indices of the entities, similarity, p, q [k]; most similar first, then the most opposite ones."""

    rows: np.ndarray
    similarity: np.ndarray
    p: np.ndarray
    q: np.ndarray


def pair_null(
    vectors: np.ndarray, groups: np.ndarray | None = None, *, seed: int = 0, n_pairs: int = N_NULL
) -> np.ndarray:
    """Sorted cosines of pairs of entities that are not versions of one thing (same gene, same compound).

    vectors [n_entities, d], groups [n_entities] text ("" belongs to no group) -> [<= n_pairs] float32.
    """
    if len(vectors) < 2 or vectors.shape[1] == 0:
        raise DataQualityError(f"a map of shape {vectors.shape} has no pairs to compare.")
    null = cosine_pairs(vectors, n_pairs, np.random.default_rng(seed), groups)
    if len(null) == 0:
        raise DataQualityError(f"all {len(vectors)} entities of the map belong to one group: there is no null.")
    return null


def neighbours(
    vectors: np.ndarray, row: int, null: np.ndarray, *, k: int = 15, n_opposite: int | None = None
) -> Neighbours:
    """The k nearest entities by cosine and the most opposite ones.

    vectors [n_entities, d]; null [n_null] sorted cosines of different entities. p is two-sided against the null; q by
    Benjamini-Hochberg over the whole row of n_entities − 1 tests. `n_opposite` defaults to a third of k, and only
    negative similarities count as opposite. Raises InputError for a row that is not on the map.
    """
    if not 0 <= row < len(vectors):
        raise InputError(f"row {row} is not on a map of {len(vectors):,} entities.")
    similarity = cosine_row(vectors, row)
    others = np.delete(np.arange(len(vectors)), row)
    p = p_two_sided(similarity[others], null)
    q = benjamini_hochberg(p)
    order = np.argsort(-similarity[others], kind="stable")
    n_opposite = max(1, k // 3) if n_opposite is None else n_opposite
    opposite = [i for i in order[::-1][:n_opposite] if similarity[others[i]] < 0]
    near = order[: max(0, k - len(opposite))]
    chosen = np.array([*near, *[i for i in opposite[::-1] if i not in set(near.tolist())]], dtype=int)
    return Neighbours(others[chosen], similarity[others[chosen]], p[chosen], q[chosen])


def clustered_cosines(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cosines of every pair, rows and columns in the order of average linkage with the best leaf order.

    vectors [n, d] -> order [n] int, cosines [n, n] float32 in that order (Bar-Joseph et al., 2001). Raises
    DataQualityError for vectors without a dimension.
    """
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    if vectors.shape[1] == 0:
        raise DataQualityError(f"vectors of shape {vectors.shape} cannot be compared.")
    units = unit_rows(vectors)
    cosines = np.clip(units @ units.T, -1, 1)
    if len(vectors) < 3:
        return np.arange(len(vectors)), cosines
    distances = 1 - cosines
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform((distances + distances.T) / 2, checks=False), method="average", optimal_ordering=True)
    order = leaves_list(tree).astype(int)
    return order, cosines[np.ix_(order, order)]
