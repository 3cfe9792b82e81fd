"""What makes profiles alike without shared biology: few cells in both, or genes on one chromosome arm.

Toxic treatments leave few cells and look like each other; Cas9 cuts make knock-outs of one arm look alike (Lazar et al.,
Nat Genet, 2024). Here both are measured on a map: the corrections are the alignment steps `cell_count` and `arm`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.kernels.topk import unit_rows
from workbench.phenomics.consistency import Signal, perturbation_consistency

FEW_CELLS = 0.1
TOP = 0.05
MOST_ENTITIES = 1000  # pairs of a thousand entities are half a million: more would not narrow the answer
N_NULL = 200
LARGE = 0.1  # a KS statistic below this moves few neighbours, however small its p


@dataclass(frozen=True)
class Confounding:
    """Cosines of pairs that share a suspect cause against all other pairs.

    ks: Kolmogorov-Smirnov statistic, `null` its mean and p when the cause is shuffled over entities; more_alike: share
    of comparisons in which a sharing pair is the more similar (0.5 = no effect); top_share: share of sharing pairs among
    the most similar 5 % of pairs, and base_share among all pairs; n_sharing and n_pairs, n_entities looked at.
    """

    ks: float
    null: float
    p: float
    more_alike: float
    top_share: float
    base_share: float
    n_sharing: int
    n_pairs: int
    n_entities: int

    @property
    def flagged(self) -> bool:
        """Whether the cause makes pairs more alike than chance, by enough to matter."""
        return self.p < 0.05 and self.ks > LARGE and self.more_alike > 0.5


def few_cells(cell_count: np.ndarray, share: float = FEW_CELLS) -> np.ndarray:
    """Entities among the lowest share of known cell counts: cell_count [n] -> bool [n]; unknown counts are not few."""
    counts = np.asarray(cell_count, dtype=float)
    known = counts[np.isfinite(counts)]
    return counts <= np.quantile(known, share) if known.size else np.zeros(len(counts), bool)


def cell_count_confounding(
    vectors: np.ndarray, cell_count: np.ndarray, *, share: float = FEW_CELLS, seed: int = 0
) -> Confounding:
    """Pairs of which both have few cells against all other pairs.

    vectors [n_entities, d], cell_count [n_entities]; entities of unknown count are left out. Raises DataQualityError
    when counts do not vary or fewer than three entities have few cells.
    """
    counts = np.asarray(cell_count, dtype=float)
    _check(vectors, counts)
    known = np.isfinite(counts)
    few = few_cells(counts[known], share)
    if few.all():
        raise DataQualityError(f"cell counts of {int(known.sum())} entities do not vary: nothing can follow from them.")
    return _sharing(np.asarray(vectors)[known], np.where(few, 0, -1), "have few cells", seed)


def arm_proximity(vectors: np.ndarray, arm: np.ndarray, *, seed: int = 0) -> Confounding:
    """Pairs of genes on one chromosome arm against all other pairs.

    vectors [n_genes, d], arm [n_genes] text such as 7q, "" where unknown: left out. Raises DataQualityError when no arm
    holds two genes.
    """
    arm = np.asarray(arm).astype(str)
    _check(vectors, arm)
    known = arm != ""
    code = np.unique(arm[known], return_inverse=True)[1]
    return _sharing(np.asarray(vectors)[known], code, "lie on a known arm", seed)


def flagged_arms(vectors: np.ndarray, arm: np.ndarray, *, n_null: int = 2000, seed: int = 0) -> Signal:
    """Each arm's mean pairwise cosine of its genes, with p against random sets of as many genes, and q.

    vectors [n_genes, d], arm [n_genes] text, "" left out: `entities` of the result are the arms.
    """
    arm = np.asarray(arm).astype(str)
    return perturbation_consistency(np.asarray(vectors)[arm != ""], arm[arm != ""], n_null=n_null, seed=seed)


def confounders(
    vectors: np.ndarray, cell_count: np.ndarray | None, arm: np.ndarray | None, *, seed: int = 0
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What a map's quality says of both causes: JSON by cause, and a warning for each that is flagged.

    vectors [n_entities, d]; cell_count, arm [n_entities], None where the screen does not know them. A cause that cannot
    be asked on this map carries the reason instead of numbers.
    """
    asked: dict[str, tuple[Callable[..., Confounding], np.ndarray | None, str]] = {
        "cell_count": (cell_count_confounding, cell_count, "entities with few cells look alike"),
        "arm": (arm_proximity, arm, "genes of one chromosome arm look alike"),
    }
    found: dict[str, Any] = {}
    warnings = []
    for name, (measure, cause, words) in asked.items():
        if cause is None:
            continue
        try:
            done = measure(vectors, cause, seed=seed)
        except DataQualityError as error:
            found[name] = {"flagged": False, "reason": error.message}
            continue
        found[name] = {"flagged": done.flagged, **asdict(done)}
        if done.flagged:
            warnings.append(
                f"{words}: KS {done.ks:.2f} against {done.null:.2f} when shuffled (p = {done.p:.2g}, "
                f"{done.n_sharing:,} of {done.n_pairs:,} pairs); compare with a map after the step {name!r}"
            )
    return found, tuple(warnings)


def _sharing(vectors: np.ndarray, code: np.ndarray, what: str, seed: int) -> Confounding:
    """Pairs of equal code against the others; code −1 shares with nobody."""
    rng = np.random.default_rng(seed)
    if len(code) > MOST_ENTITIES:
        chosen = np.sort(rng.choice(len(code), MOST_ENTITIES, replace=False))
        vectors, code = vectors[chosen], code[chosen]
    left, right = np.triu_indices(len(code), k=1)
    share = _shares(code, left, right)
    if share.sum() < 3 or share.all():
        raise DataQualityError(f"{int((code >= 0).sum())} of {len(code)} entities {what}: too few pairs to compare.")
    units = unit_rows(vectors)
    cosine = (units @ units.T)[left, right]
    order = np.argsort(cosine, kind="stable")
    left, right = left[order], right[order]
    last = np.append(np.flatnonzero(np.diff(cosine[order]) > 0), len(order) - 1)  # the last pair of each value
    share = share[order]
    ks = _ks(share, last)
    null = np.empty(N_NULL)
    for i in range(N_NULL):
        null[i] = _ks(_shares(rng.permutation(code), left, right), last)
    n_top = max(1, round(TOP * len(order)))
    return Confounding(
        ks=ks, null=float(null.mean()), p=float((1 + np.sum(null >= ks - 1e-12)) / (N_NULL + 1)),
        more_alike=_more_alike(share, cosine[order]), top_share=float(share[-n_top:].mean()),
        base_share=float(share.mean()), n_sharing=int(share.sum()), n_pairs=len(order), n_entities=len(code),
    )  # fmt: skip


def _check(vectors: np.ndarray, cause: np.ndarray) -> None:
    if np.ndim(vectors) != 2 or len(vectors) != len(cause):
        raise InputError(f"entities need a vector and a cause each. Got {np.shape(vectors)} and {len(cause)}.")


def _shares(code: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return (code[left] == code[right]) & (code[left] >= 0)


def _ks(share: np.ndarray, last: np.ndarray) -> float:
    """Largest gap of the two cumulative shares: share [n_pairs] bool in order of cosine, last [n_values]."""
    inside = np.cumsum(share)
    n_share, n = int(inside[-1]), len(share)
    outside = last + 1 - inside[last]
    return float(np.abs(inside[last] / n_share - outside / (n - n_share)).max())


def _more_alike(share: np.ndarray, cosine: np.ndarray) -> float:
    """P(a sharing pair is more similar than another one), ties counted half: Mann-Whitney U over n₁ n₂."""
    from scipy.stats import rankdata

    n_share, n = int(share.sum()), len(share)
    total = float(rankdata(cosine)[share].sum())
    return (total - n_share * (n_share + 1) / 2) / (n_share * (n - n_share))
