"""Choose a batch by an acquisition function within limits: what does not fit is left out, and the batch is chosen again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice
from workbench.hypotheses.limits import Refusal, Remaining
from workbench.nouns.limits import LeftOut


class Chosen(NamedTuple):
    """A batch in the order of its choice, how many it was chosen from, and what limits kept out, by number."""

    choices: list[Choice]
    n_feasible: int
    left_out: dict[int, Refusal]


def choose_within(
    choose: Callable[[Candidates, int, np.random.Generator], list[Choice]], candidates: Candidates, k: int, seed: int,
    ids: Sequence[str], start: Remaining,
) -> Chosen:  # fmt: skip
    """At most k of the candidates; ids: the perturbation that each of them is; start: what there is, which stays as it is.

    What does not fit alone is no candidate. A batch is chosen from the others and filled in its order; at the first choice
    that no longer fits, all that do not are taken out and the whole batch is chosen again, since its members depend on each
    other. What room is then left is filled by the same function: fewer than k are chosen only when nothing fits any more.
    Left out are those that do not fit alone, and those whose turn it was when there was no room.
    """
    alone = {i: refusal for i, name in enumerate(ids) if (refusal := start.why_not(name)) is not None}
    feasible = [i for i in range(len(ids)) if i not in alone]

    def pick(pool: list[int], n: int) -> list[Choice]:
        found = choose(candidates.only(pool), min(n, len(pool)), np.random.default_rng(seed))
        return [choice._replace(index=pool[choice.index]) for choice in found]

    pool, taken, now, turned = feasible, [], start.copy(), set[int]()
    while pool:
        taken, now = [], start.copy()
        refused = None
        for choice in pick(pool, k):
            if now.why_not(ids[choice.index]) is not None:
                refused = choice.index
                break
            now.take(ids[choice.index])
            taken.append(choice)
        if refused is None:
            break
        turned.add(refused)
        pool = _still(pool, taken, ids, now)
    while len(taken) < k and (left := _fitting(feasible, taken, ids, now)):
        for choice in pick(left, k - len(taken)):
            if now.why_not(ids[choice.index]) is None:
                now.take(ids[choice.index])
                taken.append(choice)
    chosen = {choice.index for choice in taken}
    asked = turned if len(taken) == k else set(feasible)
    late = {i: refusal for i in asked - chosen if (refusal := now.why_not(ids[i])) is not None}
    return Chosen(taken, len(feasible), dict(sorted({**alone, **late}.items())))


def _fitting(pool: Sequence[int], taken: Sequence[Choice], ids: Sequence[str], now: Remaining) -> list[int]:
    chosen = {choice.index for choice in taken}
    return [i for i in pool if i not in chosen and now.why_not(ids[i]) is None]


def _still(pool: Sequence[int], taken: Sequence[Choice], ids: Sequence[str], now: Remaining) -> list[int]:
    """What was taken and what still fits beside it, in the order of the pool."""
    return sorted([choice.index for choice in taken] + _fitting(pool, taken, ids, now))


def grouped(left_out: dict[int, Refusal], names: Sequence[str]) -> tuple[LeftOut, ...]:
    """What was left out, by limit, under the names of the candidates."""
    by_limit: dict[str, list[int]] = {}
    for i, refusal in left_out.items():
        by_limit.setdefault(refusal.limit, []).append(i)
    return tuple(
        LeftOut(limit, tuple(names[i] for i in members), left_out[members[0]].words)
        for limit, members in by_limit.items()
    )


def ordinal(n: int) -> str:
    """A rank in words, e.g. 3rd."""
    ending = "th" if 10 <= n % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"
