"""Batches within planted limits: never beyond them, never short of them, by every acquisition function."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.hypotheses.acquisition import ACQUISITIONS, Candidates, Choice, of_values
from workbench.hypotheses.choose import choose_within, grouped, ordinal
from workbench.hypotheses.layout import plates_needed
from workbench.hypotheses.limits import Remaining
from workbench.nouns.limits import Limits
from workbench.nouns.stock import Stock

VOLUME = 25.0


def candidates(n: int, seed: int = 0, **fields: object) -> Candidates:
    """n candidates with everything that any acquisition function reads."""
    rng = np.random.default_rng(seed)
    mean = np.sort(rng.normal(3, 1, n))[::-1]  # the first is the best
    known = of_values([f"N{i}" for i in range(n)], mean, sd=rng.uniform(0.1, 1, n), points=rng.normal(size=(n, 4)))
    known = known._replace(
        draws=mean + rng.normal(size=(32, n)),
        covered=rng.normal(size=(3, 4)),
        rivals=rng.normal(size=(3, n)),
        cost=np.ones(n),
    )
    return known._replace(**fields)


def pick(
    name: str, known: Candidates, k: int, ids: list[str], start: Remaining, seed: int = 0
) -> tuple[list[int], dict]:
    """Numbers of the chosen in their order, and what was left out."""
    chosen = choose_within(ACQUISITIONS.find(name).thing, known, k, seed, ids, start)
    return [choice.index for choice in chosen.choices], chosen.left_out


def test_greedy_passes_over_what_does_not_fit_and_takes_the_next() -> None:
    ids = [f"compound:{i}" for i in range(6)]
    stock = [Stock("S", f"A{i + 1:02d}", ids[i], 0.0 if i == 1 else 500.0) for i in range(6)]
    limits = Limits.of(prices=dict(zip(ids, [5.0, 1.0, 6.0, 4.0, 1.0, 1.0], strict=True)), budget=10.0)
    got, left_out = pick("greedy", candidates(6), 3, ids, Remaining(limits, stock))
    assert got == [0, 3, 4]
    assert {i: refusal.words for i, refusal in left_out.items()} == {
        1: "no stock: needs 3 × 25 nL, 0 nL left", 2: "over budget: 6 of 0 left, by the prices",
    }  # fmt: skip
    said = grouped(left_out, [f"N{i}" for i in range(6)])
    assert [item.words for item in said] == [
        "1 left out, no stock: needs 3 × 25 nL, 0 nL left (N1)",
        "1 left out, over budget: 6 of 0 left, by the prices (N2)",
    ]


def test_a_diverse_batch_is_chosen_again_without_what_does_not_fit() -> None:
    known = candidates(3, points=np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.1]]), mean=np.array([3.0, 2.9, 2.8]))
    ids = ["knock-out:A", "knock-out:B", "knock-out:C"]
    assert pick("diverse", known, 2, ids, Remaining(Limits.of()))[0] == [0, 1]
    # without the first, the third is no copy of what was chosen any more: filtering the batch would have left [1] alone
    limits = Limits.of(prices={ids[1]: 1.0, ids[2]: 1.0})
    got, left_out = pick("diverse", known, 2, ids, Remaining(limits))
    assert got == [1, 2]
    assert left_out[0].limit == "price"


def test_what_is_chosen_after_a_refusal_still_differs_from_what_was_taken_before() -> None:
    points = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.1, 0.0], [0.0, 0.0, 1.0]])
    known = candidates(4, points=points, mean=np.array([3.0, 2.9, 2.8, 2.0]))
    ids = [f"knock-out:{name}" for name in "ABCD"]
    limits = Limits.of(budget=9, prices=dict(zip(ids, [1.0, 9.0, 1.0, 1.0], strict=True)))
    assert pick("diverse", known, 2, ids, Remaining(limits))[0] == [0, 3]  # C is stronger than D, and a copy of A


def test_what_was_refused_is_taken_when_another_batch_leaves_its_stock() -> None:
    def choose(known: Candidates, k: int, _rng: np.random.Generator) -> list[Choice]:
        order = "ABCD" if "B" in known.names else "CDA"  # A keeps B out; without B, C and D come first and keep A out
        place = [known.names.index(name) for name in order if name in known.names]
        return [Choice(i, 0.0, "") for i in place[:k]]

    pairs = {"A": "xy", "B": "xz", "C": "yv", "D": "yw"}
    ids = [f"compound:{one}+compound:{other}" for one, other in pairs.values()]
    volumes = {"x": 75.0, "y": 150.0, "z": 75.0, "v": 75.0, "w": 75.0}  # y is enough for two
    stock = [Stock("S", f"A{i + 1:02d}", f"compound:{part}", nl) for i, (part, nl) in enumerate(volumes.items())]
    known = candidates(4)._replace(names=list("ABCD"))
    chosen = choose_within(choose, known, 4, 0, ids, Remaining(Limits.of(), stock))
    assert [choice.index for choice in chosen.choices] == [2, 3, 1]
    assert chosen.left_out[0].words == "no stock of compound:x: needs 3 × 25 nL, 0 nL left"


def test_value_per_cost_ranks_by_the_prices() -> None:
    known = candidates(3, mean=np.array([3.0, 2.0, 1.0]), cost=np.array([10.0, 1.0, 1.0]))
    ids = ["knock-out:A", "knock-out:B", "knock-out:C"]
    limits = Limits.of(prices=dict(zip(ids, [10.0, 1.0, 1.0], strict=True)))
    assert pick("value_per_cost", known, 3, ids, Remaining(limits))[0] == [1, 0, 2]


def test_nothing_feasible_gives_nothing_and_says_why() -> None:
    chosen = choose_within(
        ACQUISITIONS.find("greedy").thing, candidates(2), 2, 0, ["a:1", "a:2"], Remaining(Limits.of(budget=1))
    )
    assert (chosen.choices, chosen.n_feasible) == ([], 0)
    assert {refusal.limit for refusal in chosen.left_out.values()} == {"budget"}


@pytest.mark.parametrize("name", ACQUISITIONS.names())
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_no_batch_breaks_a_limit_and_none_stops_while_something_fits(name: str, data: st.DataObject) -> None:
    n, k = data.draw(st.integers(1, 24), "n"), data.draw(st.integers(1, 12), "k")
    replicates, plates = data.draw(st.integers(2, 4), "replicates"), data.draw(st.none() | st.integers(1, 2), "plates")
    ids = [f"compound:{i}" for i in range(n)]
    volumes = data.draw(st.lists(st.sampled_from([0.0, 30.0, 75.0, 400.0]), min_size=2 * n, max_size=2 * n), "volumes")
    prices = data.draw(st.none() | st.lists(st.integers(1, 9), min_size=n, max_size=n), "prices")
    budget = data.draw(st.none() | st.integers(1, 30), "budget")
    reserved = data.draw(st.lists(st.integers(2, 4), max_size=15), "reserved")
    stock = [Stock("S", f"{'AB'[j]}{i + 1:02d}", ids[i], volumes[2 * i + j]) for i in range(n) for j in (0, 1)]
    listed = data.draw(st.booleans(), "listed")
    limits = Limits.of(
        96, plates, replicates, budget=budget,
        prices=None if prices is None else {name: float(p) for name, p in zip(ids, prices, strict=True)},
    )  # fmt: skip
    cost = np.array([limits.cost(name) for name in ids], dtype=float)
    start = Remaining(limits, stock if listed else [], reserved)
    got, left_out = pick(name, candidates(n, cost=cost), k, ids, start)
    assert len(set(got)) == len(got) <= k
    assert budget is None or cost[got].sum() <= budget
    used = [*reserved, *[replicates] * len(got)]
    assert plates is None or not got or plates_needed(used, limits.design) <= plates
    for i in got:
        movements = sum(int(volumes[2 * i + j] // VOLUME) for j in (0, 1))
        assert not listed or movements >= replicates
    now = start.copy()
    for i in got:
        now.take(ids[i])
    still = [i for i in range(n) if i not in got and now.why_not(ids[i]) is None]
    assert len(got) == k or not still
    assert not set(left_out) & (set(got) | set(still))
    if len(got) < min(k, n):
        assert set(left_out) == set(range(n)) - set(got)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=20), st.integers(1, 40), st.integers(1, 12))
def test_greedy_under_a_budget_is_the_walk_down_the_ranking(prices: list[int], budget: int, k: int) -> None:
    ids = [f"knock-out:{i}" for i in range(len(prices))]
    limits = Limits.of(budget=budget, prices=dict(zip(ids, map(float, prices), strict=True)))
    left, expected = budget, []
    for i, price in enumerate(prices):
        if price <= left and len(expected) < k:
            expected.append(i)
            left -= price
    assert pick("greedy", candidates(len(prices)), k, ids, Remaining(limits))[0] == expected


def test_ranks_are_said_as_people_say_them() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th",
    ]  # fmt: skip
