"""A campaign replayed on a screen that is known: rounds of choosing, measuring and learning; the hit list only judges.

Protocol of GeneDisco and BioDiscoveryAgent: 5 rounds of 128 genes (32 of a focused library), hits found by round.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workbench.errors import InputError
from workbench.hypotheses.acquisition import ACQUISITIONS, Candidates, best_first, of_values
from workbench.hypotheses.surrogate import Posterior, Surrogate

N_DRAWS = 64
MOST_KEPT = 8
HIT_QUANTILE = 0.9  # of the values seen: from there on a candidate counts as a hit while the campaign runs
STARTS, FEEDBACKS = ("prior", "random"), ("measured", "permuted")


@dataclass(frozen=True)
class Policy:
    """acquisition: a name of the registry, or `static: COVARIATE` or `static: prior`, which learn nothing.

    start: the first round by prior mean or at random (functions that read no mean choose it themselves); feedback
    `permuted` shuffles the scores over what was asked: what is left is the skill of the prior.
    """

    acquisition: str
    start: str = "prior"
    feedback: str = "measured"

    def __post_init__(self) -> None:
        """Raise InputError or UnknownNameError for what does not exist."""
        if self.start not in STARTS or self.feedback not in FEEDBACKS:
            raise InputError(
                f"a policy starts by {' or '.join(STARTS)} with feedback {' or '.join(FEEDBACKS)}, got {self}."
            )
        if not self.covariate:
            ACQUISITIONS.find(self.acquisition)

    @property
    def covariate(self) -> str:
        """What a static policy ranks by; empty for one that learns."""
        return self.acquisition.removeprefix("static: ") if self.acquisition.startswith("static: ") else ""

    @property
    def name(self) -> str:
        """Name in tables and reports."""
        extra = [f"{self.start} start"] * (self.start != "prior") + ["permuted feedback"] * (
            self.feedback == "permuted"
        )
        return ", ".join([self.acquisition, *extra])

    def to_row(self) -> dict[str, str]:
        """Its fields as JSON."""
        return asdict(self)


def generator(*facts: object) -> np.random.Generator:
    """Random numbers that depend on these facts alone, not on what ran before."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256("|".join(map(str, facts)).encode()).digest()[:8]))


def replay(
    surrogate: Surrogate,
    measure: Callable[[np.ndarray], np.ndarray],
    policy: Policy,
    *,
    n_rounds: int,
    batch: int,
    facts: tuple[object, ...],
    rank_by: np.ndarray | None = None,
    kept: dict[bytes, Posterior] | None = None,
) -> list[np.ndarray]:
    """Numbers of the candidates asked for, one array [batch] a round; the last may be shorter.

    measure: gives signed scores [k] of candidates [k] that were asked for, the only thing a policy is told; facts: what
    the random numbers depend on (campaign, screen, policy, seed); rank_by [n]: the covariate of a static policy;
    kept: posteriors of other seeds, which differ where a draw decided and nowhere else.
    """
    n = len(surrogate.design)
    seen, scores, rounds = np.empty(0, dtype=np.int64), np.empty(0), []
    for i_round in range(n_rounds):
        if len(seen) == n:
            break
        rng = generator(*facts, i_round)
        if policy.covariate:
            if rank_by is None:
                raise InputError(f"{policy.name} needs the values it ranks by.", hint="Give rank_by.")
            order = np.where(np.isin(np.arange(n), seen), -np.inf, rank_by)
            asked = best_first(order, min(batch, n - len(seen)), rng)
        else:
            told = rng.permutation(scores) if policy.feedback == "permuted" else scores
            asked = _choose(surrogate, policy, seen, told, batch, rng, {} if kept is None else kept)
        rounds.append(asked)
        seen, scores = np.concatenate([seen, asked]), np.concatenate([scores, measure(asked)])
    return rounds


def _choose(
    surrogate: Surrogate, policy: Policy, seen: np.ndarray, scores: np.ndarray, batch: int, rng: np.random.Generator,
    kept: dict[bytes, Posterior],
) -> np.ndarray:  # fmt: skip
    """Numbers [batch] of the next candidates."""
    free = np.setdiff1d(np.arange(len(surrogate.design)), seen, assume_unique=True)
    entry = ACQUISITIONS.find(policy.acquisition)
    if not len(seen) and policy.start == "random":
        return rng.permutation(free)[:batch]
    if not len(seen) and "mean" in entry.facts["needs"]:
        return free[best_first(surrogate.prior_mean[free], batch, rng)]
    key = seen.tobytes() + scores.tobytes()
    if key not in kept:
        while len(kept) >= MOST_KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = surrogate.condition(seen, scores)
    posterior = kept[key]
    candidates = candidates_of(posterior, free, entry.facts["needs"], batch, rng)
    return free[[choice.index for choice in entry.thing(candidates, batch, rng)]]


def candidates_of(
    posterior: Posterior, free: np.ndarray, needs: tuple[str, ...], batch: int, rng: np.random.Generator
) -> Candidates:
    """What an acquisition function needs to know of the free candidates [k], computed only where it does."""
    own, values = posterior.surrogate, posterior.values
    fields: dict[str, Any] = {"noise": float(np.sqrt(own.settings.noise))}
    if "sd" in needs:
        fields["sd"] = posterior.sd[free]
    if "draws" in needs:
        fields["draws"] = posterior.draws(max(N_DRAWS, batch), rng)[:, free]
    if "points" in needs or "covered" in needs:
        embedding = own.embedding
        fields["points"], fields["covered"] = embedding[free], embedding[posterior.seen]
    if "rivals" in needs:
        fields["rivals"] = posterior.rivals()[:, free]
    if "cost" in needs:
        fields["cost"] = np.ones(len(free))
    if len(values):
        fields["best"], fields["threshold"] = float(values.max()), float(np.quantile(values, HIT_QUANTILE))
    return of_values([str(i) for i in free], posterior.mean[free], **fields)


def hits_by_round(rounds: list[np.ndarray], hits: np.ndarray, among: np.ndarray | None = None) -> np.ndarray:
    """Share of the hits found after each round [n_rounds]; hits [n]; among [n]: only these count. NaN without any."""
    counted = hits if among is None else hits & among
    found = np.cumsum([counted[asked].sum() for asked in rounds])
    return found / counted.sum() if counted.any() else np.full(len(rounds), np.nan)


def random_band(n: int, n_hits: int, batch: int, n_rounds: int, level: float = 0.95) -> np.ndarray:
    """Exact mean, low and high [n_rounds, 3] of the share of hits found at random (hypergeometric)."""
    from scipy.stats import hypergeom

    asked = np.minimum(batch * np.arange(1, n_rounds + 1), n)
    tail = (1 - level) / 2
    bounds = [hypergeom.ppf(q, n, n_hits, asked) for q in (tail, 1 - tail)]
    return np.column_stack([asked / n, *(bound / max(n_hits, 1) for bound in bounds)])
