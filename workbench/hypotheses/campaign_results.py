"""What a replayed policy found, and by how much it beats another: intervals over hits and seeds together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from workbench.hypotheses.campaign import Policy, hits_by_round, random_band, replay
from workbench.hypotheses.campaign_plan import CampaignPlan
from workbench.hypotheses.campaign_sources import Pool
from workbench.hypotheses.surrogate import Posterior

N_DRAWS = 1000


class Gain(NamedTuple):
    """A difference in the share of hits found with its 95 % interval; n hits."""

    value: float
    low: float
    high: float
    n: int


def play(pool: Pool, policy: Policy, plan: CampaignPlan) -> dict[str, Any]:
    """One policy on one screen, every seed, as JSON.

    shares, nonessential [n_seeds, n_rounds]: share of the hits found, of all and without core-essential genes; found
    [n_seeds]: one text a seed, a 1 for each hit that was found, in the order of the genes; essential: the same for which
    hits are core-essential; picks [n_seeds]: sha256 of what was asked, in order.
    """
    batch = plan.n_genes or pool.batch
    rank_by = pool.column(policy.covariate) if policy.covariate else None
    shares, nonessential, found, picks = [], [], [], []
    kept: dict[bytes, Posterior] = {}
    for seed in range(plan.n_seeds):
        rounds = replay(
            pool.surrogate, lambda asked: pool.screen.scores[asked], policy, n_rounds=plan.n_rounds, batch=batch,
            facts=(plan.campaign_id, pool.screen.name, policy.name, seed), rank_by=rank_by, kept=kept,
        )  # fmt: skip
        asked = np.concatenate(rounds)
        shares.append(hits_by_round(rounds, pool.screen.hits).round(6).tolist())
        nonessential.append(np.nan_to_num(hits_by_round(rounds, pool.screen.hits, ~pool.essential)).round(6).tolist())
        inside = np.isin(np.arange(len(pool.screen.genes)), asked)[pool.screen.hits]
        found.append("".join(map(str, inside.astype(int))))
        picks.append(hashlib.sha256("|".join(pool.screen.genes[asked]).encode()).hexdigest())
    return {
        "screen": pool.screen.name, "title": pool.screen.title, "policy": policy.name, "static": policy.covariate,
        "permuted": policy.feedback == "permuted", "n": len(pool.screen.genes), "n_hits": int(pool.screen.hits.sum()),
        "batch": batch, "n_rounds": plan.n_rounds, "shares": shares, "nonessential": nonessential, "found": found,
        "essential": "".join(map(str, pool.essential[pool.screen.hits].astype(int))), "picks": picks,
    }  # fmt: skip


def gain(new: dict[str, Any], old: dict[str, Any], *, nonessential: bool = False, seed: int = 0) -> Gain:
    """Share of hits found by one part minus that of another on the same screen; hits and seeds resampled, the same hits
    for both (1,000 draws)."""
    keep = ~_bits([new["essential"]])[0] if nonessential else np.ones(new["n_hits"], dtype=bool)
    one, two = (_bits(part["found"])[:, keep].astype(float) for part in (new, old))
    if not keep.any():
        return Gain(0.0, 0.0, 0.0, 0)
    rng, n = np.random.default_rng(seed), int(keep.sum())
    hits = rng.multinomial(n, np.full(n, 1 / n), size=N_DRAWS) / n
    first, second = (
        rng.multinomial(len(side), np.full(len(side), 1 / len(side)), size=N_DRAWS) / len(side) @ side
        for side in (one, two)
    )
    draws = np.einsum("ij,ij->i", hits, first - second)
    low, high = np.quantile(draws, [0.025, 0.975])
    return Gain(float((one.mean(axis=0) - two.mean(axis=0)).mean()), float(low), float(high), n)


def share(part: dict[str, Any], *, nonessential: bool = False) -> Gain:
    """Share of hits found after the last round, with an interval over hits and seeds."""
    nothing = {**part, "found": ["0" * part["n_hits"]]}
    return gain(part, nothing, nonessential=nonessential)


def best_static(parts: Sequence[dict[str, Any]], screen: str, *, nonessential: bool = False) -> dict[str, Any] | None:
    """The static rank that found most on this screen, known only afterwards; None when there is none."""
    statics = [part for part in parts if part["screen"] == screen and part["static"]]
    key = "nonessential" if nonessential else "shares"
    return max(statics, key=lambda part: float(np.mean([row[-1] for row in part[key]])), default=None)


def table(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a part, best first within each screen: share with interval, without core-essential genes, by round."""
    rows = []
    for part in parts:
        found = share(part)
        rows.append({
            "screen": part["screen"], "policy": part["policy"], "static": bool(part["static"]), "value": found.value,
            "low": found.low, "high": found.high, "n": found.n, "n_seeds": len(part["shares"]),
            "nonessential": float(np.mean([row[-1] for row in part["nonessential"]])),
            "by_round": np.mean(part["shares"], axis=0).tolist(),
        })  # fmt: skip
    return sorted(rows, key=lambda row: (row["screen"], -row["value"]))


def band(part: dict[str, Any]) -> np.ndarray:
    """The exact random band [n_rounds, 3] of a part's screen: mean, low, high."""
    return random_band(part["n"], part["n_hits"], part["batch"], part["n_rounds"])


def _bits(texts: Sequence[str]) -> np.ndarray:
    return np.array([[character == "1" for character in text] for text in texts])
