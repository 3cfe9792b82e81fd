"""Mean average precision: do an entity's own wells, or entities of one annotation, come first in a ranking?

Kalinin et al. (Nat Commun, 2025; copairs). Phenotypic activity ranks the replicates of a perturbation among controls;
phenotypic consistency ranks perturbations that share an annotation among those that share none. Rankings are counted
in blocks of queries, so no pair list is made. Ties count against us.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from workbench.errors import InputError
from workbench.kernels.bootstrap import bootstrap_mean
from workbench.kernels.permutation import benjamini_hochberg, p_upper
from workbench.kernels.topk import unit_rows

EXACT = 20_000  # rankings that are enumerated rather than drawn
BLOCK_CELLS = 8_000_000  # similarities held at once: 64 MB


@dataclass(frozen=True, eq=False)
class Ranking:
    """Per query [n_queries]: average precision (NaN without a positive or a negative), n_positive, n_negative."""

    precision: np.ndarray
    n_positive: np.ndarray
    n_negative: np.ndarray

    @property
    def normalised(self) -> np.ndarray:
        """Average precision from 0 (its expectation at random) to 1: [n_queries]."""
        expected = expected_precision(self.n_positive, self.n_positive + self.n_negative)
        with np.errstate(invalid="ignore", divide="ignore"):
            return (self.precision - expected) / (1 - expected)


@dataclass(frozen=True, eq=False)
class MeanPrecision:
    """Per group [n_groups]: name, mean average precision, its normalised value, p, q and number of queries."""

    groups: np.ndarray
    value: np.ndarray
    normalised: np.ndarray
    p: np.ndarray
    q: np.ndarray
    n_queries: np.ndarray

    def share(self, *, level: float = 0.05, seed: int = 0) -> dict[str, float]:
        """Share of groups with q below the level: value, low, high (bootstrap over groups), null, n."""
        known = np.isfinite(self.q)
        value, low, high = bootstrap_mean((self.q[known] < level).astype(float), seed=seed)
        return {"value": value, "low": low, "high": high, "null": level, "n": int(known.sum())}


def rank_replicates(
    values: np.ndarray,
    entity: np.ndarray,
    is_control: np.ndarray,
    *,
    positive_apart: np.ndarray | None = None,
    negative_within: np.ndarray | None = None,
) -> Ranking:
    """Rank every treated well's replicates among controls by cosine.

    values [n_wells, d], entity, is_control [n_wells]. `positive_apart` [n_wells] (plate): only replicates where it
    differs count; `negative_within` [n_wells] (plate): only controls where it is equal. Controls get NaN.
    """
    units = unit_rows(values, exact=True)
    treated, controls = np.flatnonzero(~is_control), np.flatnonzero(is_control)
    apart = None if positive_apart is None else np.unique(positive_apart, return_inverse=True)[1]
    within = np.zeros(len(units), int)
    if negative_within is not None:
        within = np.unique(negative_within, return_inverse=True)[1]
    mates = _members(np.unique(entity[treated], return_inverse=True)[1])  # places in `treated`
    out = _empty(len(units))
    for place in np.unique(within[treated]):
        queries = np.flatnonzero(within[treated] == place)
        rivals = units[controls[within[controls] == place]]
        width = max(1, len(rivals) + mates.shape[1] * (2 + units.shape[1]))
        for chosen in np.array_split(queries, max(1, -(-len(queries) * width // BLOCK_CELLS))):
            rows, partners = treated[chosen], mates[chosen]
            other = treated[partners]
            is_mate = (partners >= 0) & (other != rows[:, None])
            if apart is not None:
                is_mate &= apart[other] != apart[rows][:, None]
            positive = np.einsum("qd,qpd->qp", units[rows], units[other], optimize=True)
            _fill(out, rows, average_precision(positive, is_mate, units[rows] @ rivals.T), is_mate, len(rivals))
    return out


def rank_annotated(values: np.ndarray, labels: list[set[str]], perturbation: np.ndarray | None = None) -> Ranking:
    """Rank entities that share an annotation among those that share none, by cosine.

    values [n_entities, d], labels: annotations of each entity (none: it is neither query nor rival), perturbation
    [n_entities]: rows of one perturbation (doses, contexts) are never compared.
    """
    from scipy.sparse import csr_array

    if len(labels) != len(values):
        raise InputError(f"{len(values):,} entities need as many sets of labels. Got {len(labels):,}.")
    units = unit_rows(values, exact=True)
    names = {name: i for i, name in enumerate(sorted(set().union(*labels)))}
    held = [(row, names[name]) for row, mine in enumerate(labels) for name in mine]
    row, column = np.array(held, dtype=int).reshape(-1, 2).T
    member = csr_array((np.ones(len(row), np.int32), (row, column)), shape=(len(units), max(1, len(names))))
    known = np.flatnonzero(np.diff(member.indptr) > 0)
    same = np.arange(len(units)) if perturbation is None else np.unique(perturbation, return_inverse=True)[1]
    out, everyone = _empty(len(units)), member[known].T.tocsr()
    for rows in np.array_split(known, max(1, -(-len(known) * len(known) // BLOCK_CELLS))):
        allowed = same[rows][:, None] != same[known][None, :]
        shares = (member[rows] @ everyone).toarray() > 0
        similar = units[rows] @ units[known].T
        rival = allowed & ~shares
        precision = average_precision(similar, allowed & shares, similar, rival)
        _fill(out, rows, precision, allowed & shares, rival.sum(axis=1))
    return out


def mean_precision(
    ranking: Ranking, groups: np.ndarray, *, n_null: int = 10_000, seed: int = 0, exact: int = EXACT
) -> MeanPrecision:
    """Mean average precision of groups of queries, with p against random rankings and Benjamini-Hochberg q.

    groups [n_queries] text. A group whose queries all have the same numbers of positives and negatives is compared
    with one random ranking of that shape: when it has at most `exact` rankings p is the exact share that does at least
    as well, else (k + 1) / (n + 1) of `n_null` drawn ones. Mixed shapes average the drawn nulls of their members.
    Members of one group share draws: exact when they agree fully, conservative otherwise.
    """
    known = np.flatnonzero(np.isfinite(ranking.precision))
    names, code = np.unique(groups[known], return_inverse=True)
    rng = np.random.default_rng(seed)
    shapes, shape = np.unique(
        np.column_stack([ranking.n_positive, ranking.n_negative])[known], axis=0, return_inverse=True
    )
    shape = shape.ravel()
    drawn = np.array([null_precision(int(a), int(b), n_null, rng) for a, b in shapes]).reshape(len(shapes), n_null)
    n_queries = np.bincount(code, minlength=len(names))
    value = np.bincount(code, ranking.precision[known], minlength=len(names)) / np.maximum(n_queries, 1)
    scaled = np.bincount(code, ranking.normalised[known], minlength=len(names)) / np.maximum(n_queries, 1)
    p = np.full(len(names), np.nan)
    nulls: dict[int, tuple[np.ndarray, bool]] = {}
    order = np.argsort(code, kind="stable")
    for i, mine in enumerate(np.split(order, np.cumsum(n_queries)[:-1]) if len(names) else []):
        kinds, weight = np.unique(shape[mine], return_counts=True)
        if len(kinds) > 1:
            p[i] = p_upper(value[i : i + 1] - 1e-12, weight @ drawn[kinds] / weight.sum())[0]
            continue
        if kinds[0] not in nulls:
            n_pos, n_neg = (int(n) for n in shapes[kinds[0]])
            small = comb(n_pos + n_neg, n_pos) <= exact
            null = all_precisions(n_pos, n_neg) if small else drawn[kinds[0]]
            nulls[kinds[0]] = np.sort(null), small
        null, small = nulls[kinds[0]]
        beyond = len(null) - np.searchsorted(null, value[i] - 1e-12)
        p[i] = beyond / len(null) if small else (beyond + 1) / (len(null) + 1)
    return MeanPrecision(names, value, scaled, p, benjamini_hochberg(p), n_queries)


def average_precision(
    positive: np.ndarray, is_positive: np.ndarray, negative: np.ndarray, is_negative: np.ndarray | None = None
) -> np.ndarray:
    """Average precision of each query: the mean over its positives of the precision at their rank; ties count against us.

    positive [q, p], negative [q, n] similarities with masks of those that count (None: all) -> [q]; NaN without a
    positive or a negative.
    """
    n_positive = is_positive.sum(axis=1)
    width = int(n_positive.max(initial=0))
    if width == 0 or negative.shape[1] == 0:
        return np.full(len(positive), np.nan)
    ordered = np.where(is_positive, positive, -np.inf)
    ordered = -np.sort(-ordered, axis=1)[:, :width]
    rivals = negative if is_negative is None else np.where(is_negative, negative, -np.inf)
    hits = np.arange(1, width + 1)
    if width <= 12:
        ahead = np.column_stack([np.count_nonzero(rivals >= ordered[:, [j]], axis=1) for j in range(width)])
    else:
        rivals = np.sort(rivals, axis=1)
        ahead = np.array([len(r) - np.searchsorted(r, o, "left") for r, o in zip(rivals, ordered, strict=True)])
    precision = np.where(hits <= n_positive[:, None], hits / (hits + ahead), 0).sum(axis=1)
    with np.errstate(invalid="ignore"):
        precision = precision / n_positive
    return precision if is_negative is None else np.where(is_negative.any(axis=1), precision, np.nan)


def null_precision(n_pos: int, n_neg: int, n_null: int, rng: np.random.Generator) -> np.ndarray:
    """Average precision of random rankings of n_pos positives among n_neg negatives: [n_null]."""
    parts = []
    for start in range(0, n_null, rows := max(1, BLOCK_CELLS // (n_pos + n_neg))):
        drawn = rng.random((min(rows, n_null - start), n_pos + n_neg), dtype=np.float32)
        parts.append(np.sort(drawn.argpartition(n_pos - 1, axis=1)[:, :n_pos], axis=1) + 1)
    return np.mean(np.arange(1, n_pos + 1) / np.concatenate(parts), axis=1)


def all_precisions(n_pos: int, n_neg: int) -> np.ndarray:
    """Average precision of every ranking of n_pos positives among n_neg negatives: [C(n_pos + n_neg, n_pos)]."""
    ranks = np.array(list(combinations(range(1, n_pos + n_neg + 1), n_pos)))
    return np.mean(np.arange(1, n_pos + 1) / ranks, axis=1)


def expected_precision(n_positive: np.ndarray, n_total: np.ndarray) -> np.ndarray:
    """Expected average precision of a random ranking. n_positive, n_total [n] -> [n]; NaN without both kinds.

    With T places and P positives: (H_T + (T − H_T)(P − 1)/(T − 1)) / T, H_T the T-th harmonic number.
    """
    n_positive, total = np.asarray(n_positive, dtype=float), np.asarray(n_total).astype(int)
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, max(2, total.max(initial=0) + 1)))])[total]
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = (harmonic + (total - harmonic) * (n_positive - 1) / (total - 1)) / total
    return np.where((n_positive > 0) & (total > n_positive), expected, np.nan)


def _members(code: np.ndarray) -> np.ndarray:
    """Places of each row's own group, the row itself included: code [n] -> [n, largest group], −1 where it is over."""
    order = np.argsort(code, kind="stable")
    count = np.bincount(code)
    start = np.cumsum(count) - count
    table = np.full((len(count), count.max(initial=1)), -1)
    table[code[order], np.arange(len(code)) - start[code[order]]] = order
    return table[code]


def _empty(n: int) -> Ranking:
    return Ranking(np.full(n, np.nan), np.zeros(n, int), np.zeros(n, int))


def _fill(
    out: Ranking, rows: np.ndarray, precision: np.ndarray, is_positive: np.ndarray, n_negative: int | np.ndarray
) -> None:
    out.precision[rows], out.n_positive[rows], out.n_negative[rows] = precision, is_positive.sum(axis=1), n_negative
