"""Why the model predicts this: claims with what was seen, what chance gives, and a verdict. No sign is ever claimed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.stats import hypergeom

from workbench.kernels.permutation import benjamini_hochberg
from workbench.nouns import Claim, Prediction

TOP_SHARE = 0.05  # the readouts that count as moved: the largest 5 % of predicted changes
ALPHA = 0.05
MAX_SETS = 6
SMALLEST_SET = 5  # readouts of a set below which nothing is said of it


def moved_readouts(prediction: Prediction) -> set[str]:
    """The readouts with the largest predicted change against the baseline: 5 %, at least five."""
    change = np.abs(prediction.delta - prediction.baselines.get("mean of what was measured", prediction.baseline))
    n = min(max(5, round(TOP_SHARE * len(change))), len(change))
    return {prediction.readouts[i] for i in np.argsort(-change, kind="stable")[:n]}


def membership_claim(
    statement: str, kind: str, named: set[str], moved: set[str], universe: set[str], evidence: Iterable[dict] = ()
) -> Claim | None:
    """Are the named genes among the moved readouts more often than chance? None when no named gene is a readout.

    Hypergeometric: the null draws as many readouts at random. Supported above, opposed below expectation at p < 0.05.
    """
    named = named & universe
    if not named:
        return None
    seen = len(named & moved)
    expected = len(named) * len(moved) / len(universe)
    above, below = (float(p) for p in membership_p(seen, len(named), len(moved), len(universe)))
    verdict = "supported" if above < ALPHA else "opposed" if below < ALPHA else "not distinguishable from chance"
    return Claim(
        statement=f"{statement}: {seen} of {len(named)} are among the {len(moved)} most moved readouts",
        kind=kind, n=seen, expected=expected, fold=seen / expected if expected else None,
        p=min(above, below), verdict=verdict, evidence=tuple(evidence),
    )  # fmt: skip


def membership_p(
    seen: int | np.ndarray, named: int | np.ndarray, moved: int, universe: int
) -> tuple[np.ndarray, np.ndarray]:
    """P(at least, at most `seen` of the `named` are among the moved) by the hypergeometric distribution; elementwise."""
    return hypergeom.sf(np.asarray(seen) - 1, universe, moved, named), hypergeom.cdf(seen, universe, moved, named)


def relation_claims(prediction: Prediction, relations: dict[str, dict[str, str]]) -> list[Claim]:
    """One claim a network: neighbours of the perturbed genes among the moved readouts.

    relations: network -> neighbour -> evidence text.
    """
    moved, universe = moved_readouts(prediction), set(prediction.readouts)
    who = ", ".join(prediction.perturbation.genes)
    claims = []
    for network, neighbours in sorted(relations.items()):
        hits = [{"gene": g, "evidence": text} for g, text in sorted(neighbours.items()) if g in moved]
        claim = membership_claim(
            f"Partners of {who} in {network} respond", "relation", set(neighbours), moved, universe, hits
        )  # fmt: skip
        if claim is not None:
            claims.append(claim)
    return claims


def gene_set_claims(prediction: Prediction, gene_sets: dict[str, list[str]]) -> list[Claim]:
    """Gene sets among the moved readouts, corrected for the number of sets (Benjamini-Hochberg); the best ones."""
    moved, universe = moved_readouts(prediction), set(prediction.readouts)
    named = {name: universe & set(genes) for name, genes in gene_sets.items()}
    names = [name for name, genes in named.items() if len(genes) >= SMALLEST_SET]
    if not names:
        return []
    sizes = np.array([len(named[name]) for name in names])
    seen = np.array([len(named[name] & moved) for name in names])
    above, below = membership_p(seen, sizes, len(moved), len(universe))
    p = np.where(seen > sizes * len(moved) / len(universe), np.minimum(above, below), 1.0)
    q = benjamini_hochberg(p)
    claims = []
    for i in np.argsort(q, kind="stable")[:MAX_SETS]:
        claim = membership_claim(f"The set “{names[i]}” responds", "gene set", named[names[i]], moved, universe)
        if claim is not None:
            claims.append(_with_q(claim, float(q[i])))
    return claims


def evidence_claim(prediction: Prediction) -> Claim:
    """How much of the prediction the nearest evidence carries, and whether its replicates agree."""
    top = prediction.evidence[:5]
    share = sum(item["share"] for item in top)
    agreeing = [item for item in top if (item["agreement"] or 0.0) > 0.1]
    names = ", ".join(item["name"] for item in top) or "nothing"
    verdict = "supported" if len(agreeing) > len(top) / 2 else "not distinguishable from chance"
    return Claim(
        statement=f"The five nearest measured perturbations ({names}) carry {share:.0%} of the weight; the replicates of "
        f"{len(agreeing)} of {len(top)} agree (r > 0.1)",
        kind="nearest evidence", n=len(agreeing), expected=0.28 * len(top), verdict=verdict, evidence=top,
    )  # fmt: skip


def _with_q(claim: Claim, q: float) -> Claim:
    verdict = "supported" if q < ALPHA and claim.n > claim.expected else "not distinguishable from chance"
    return Claim(
        statement=claim.statement, kind=claim.kind, n=claim.n, expected=claim.expected, fold=claim.fold, p=q,
        verdict=verdict, evidence=claim.evidence,
    )  # fmt: skip
