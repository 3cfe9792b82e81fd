"""Planted plates, budgets and shelves: nothing is promised twice, and what is refused is said with its numbers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.hypotheses.layout import capacity, layout, plates_needed
from workbench.hypotheses.limits import Remaining, room
from workbench.nouns.experiment import Design
from workbench.nouns.limits import Limits
from workbench.nouns.stock import Stock


def shelf(**volumes: list[float] | float) -> list[Stock]:
    """Source wells of compounds by name."""
    named = {f"compound:{name}": [v] if isinstance(v, int | float) else v for name, v in volumes.items()}
    every = [(name, volume) for name, held in named.items() for volume in held]
    return [Stock("S1", f"A{i + 1:02d}", name, volume) for i, (name, volume) in enumerate(every)]


def test_what_does_not_fit_is_said_with_its_numbers() -> None:
    limits = Limits.of(96, 1, 3, budget=8, volume_nl=50)
    now = Remaining(limits, shelf(a=150, b=[100, 100], c=[149, 49], d=0))
    assert now.why_not("compound:d").words == "no stock: needs 3 × 50 nL, 0 nL left"
    assert (
        now.why_not("compound:c").words == "no stock: needs 3 × 50 nL, 198 nL left"
    )  # no source well holds a third one
    assert now.why_not("compound:unknown").limit == "stock"
    for name in ("compound:a", "compound:b"):
        assert now.why_not(name) is None
        now.take(name)
    assert now.why_not("compound:a").words == "no stock: needs 3 × 50 nL, 0 nL left"
    assert now.why_not("knock-out:BRAF").words == "over budget: 3 of 2 left, in wells"  # no stock of genes is known
    full = Remaining(Limits.of(96, 1, 3), reserved=[3] * 17)
    assert full.why_not("knock-out:BRAF").words == "the plate is full: 52 treatment wells"
    priced = Remaining(Limits.of(budget=100.0, prices={"knock-out:BRAF": 120.0}))
    assert priced.why_not("knock-out:BRAF").words == "over budget: 120 of 100 left, by the prices"
    assert priced.why_not("knock-out:TP53").limit == "price"


def test_what_is_promised_or_drawn_is_gone_and_a_combination_needs_its_parts() -> None:
    stock = shelf(a=300, b=90)
    pair = "compound:a+compound:b"
    free = Remaining(Limits.of(volume_nl=30), stock)
    assert free.why_not(pair) is None
    free.take(pair)
    assert free.why_not("compound:b").words == "no stock: needs 3 × 30 nL, 0 nL left"
    assert Remaining(Limits.of(volume_nl=30), stock, drawn={"compound:a": 8}).why_not(pair).words == (
        "no stock of compound:a: needs 3 × 30 nL, 60 nL left"
    )
    design = Design(96, positive_control="compound:a", n_positive=4, max_plates=2)
    assert Remaining(Limits(design, volume_nl=30), stock).why_not("compound:a").words.endswith("60 nL left")
    copied = free.copy()
    copied.take("compound:a")
    assert free.why_not("compound:a") is None
    ignored = Remaining(Limits.of(volume_nl=None), stock, drawn={"compound:b": 99})
    assert ignored.why_not("compound:b") is None


def test_room_says_what_fits_beside_what_is_approved() -> None:
    limits = Limits.of(384, 1, 3, budget=30)
    reserved = [3] * 4 + [2]
    said = room(limits, Remaining(limits, reserved=reserved), reserved, "knock-out", 0)
    assert (said.n_treatments, said.n_controls, said.n_reserved, said.n_affordable) == (88, 28, 14, 10)
    assert said.words == (
        "Room for 88 more treatments of 3 replicates on 1 plate of 384 with 28 controls. 14 wells are reserved by what is "
        "approved (5). The budget pays for 10. No stock of knock-out is known, so stock does not limit."
    )
    many = Limits.of(384, volume_nl=None)
    assert Remaining(many).n_more() is None
    words = room(many, Remaining(many), [], "knock-out", 0).words
    assert words == "As many plates of 384 as it takes, 28 controls on a full one."
    known = room(limits, Remaining(limits, shelf(a=1)), [], "compound", 1)
    assert "what has no 3 × 25 nL left is passed over" in known.words


@pytest.mark.parametrize(
    "wrong", [{"budget": 0}, {"budget": float("nan")}, {"volume_nl": -1}, {"prices": {"a": 0.0}}, {"replicates": 1}]
)
def test_limits_that_cannot_be_kept_are_refused(wrong: dict) -> None:
    with pytest.raises(InputError):
        Limits.of(**wrong)
    with pytest.raises(InputError, match="one plate or more"):
        Limits.of(96, 0)


def test_limits_survive_as_the_arguments_of_a_job() -> None:
    limits = Limits.of(384, 2, 4, budget=9.5, prices={"a": 2.0}, volume_nl=None)
    assert Limits.of_json(limits.to_json()) == limits


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=60),
    st.sampled_from([96, 384]),
    st.integers(1, 4),
    st.integers(0, 9),
)
def test_the_layout_never_needs_more_plates_than_are_counted(
    replicates: list[int], n_wells: int, per_plate: int, seed: int
) -> None:
    design = Design(n_wells, per_plate=per_plate, apart=False)
    counted = plates_needed(replicates, design)
    plans = layout(replicates, design, (seed,))
    assert len(plans) <= counted
    if len(set(replicates)) == 1:
        assert len(plans) == counted
    assert max(sum(spot.role == "treatment" for spot in plan.spots) for plan in plans) <= capacity(design)


def test_unequal_replicates_count_as_in_the_least_lucky_order() -> None:
    replicates, design = (
        [4] * 24 + [1] * 8,
        Design(96, per_plate=4, apart=False),
    )  # 104 wells: two plates, were it by wells
    needed = {len(layout(replicates, design, (seed,))) for seed in range(12)}
    assert max(needed) == plates_needed(replicates, design) == 3


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(2, 5), st.lists(st.integers(2, 5), max_size=12))
def test_room_is_exactly_what_still_fits(plates: int, n: int, reserved: list[int]) -> None:
    now = Remaining(Limits.of(96, plates, n), reserved=reserved)
    fits = now.n_more()
    for _ in range(fits):
        assert now.why_not("knock-out:A") is None
        now.take("knock-out:A")
    assert now.n_more() == 0
    refused = now.why_not("knock-out:A")
    assert refused is not None
    assert refused.limit == "plates"
