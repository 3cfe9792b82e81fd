from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.hypotheses.layout import capacity, layout, n_controls_for, touching
from workbench.hypotheses.wells import on_edge, parse_well
from workbench.nouns.experiment import ARRANGEMENTS, EDGES, PLATE_SHAPES, Design

designs = st.builds(
    lambda n_wells, edge, arrangement, n_positive, per_plate: Design(
        n_wells, edge, arrangement, n_positive=n_positive, positive_control="g" if n_positive else "", per_plate=per_plate
    ),
    st.sampled_from(list(PLATE_SHAPES)), st.sampled_from(list(EDGES)), st.sampled_from(list(ARRANGEMENTS)),
    st.integers(0, 6), st.integers(1, 4),
)  # fmt: skip


def places(plan, role: str) -> list[tuple[int, int]]:
    return [parse_well(spot.well) for spot in plan.spots if spot.role == role]


@settings(max_examples=60, deadline=None)
@given(designs, st.lists(st.integers(1, 5), min_size=4, max_size=150), st.integers(0, 10_000))
def test_every_replicate_has_one_well_and_no_well_two(design: Design, replicates: list[int], seed: int) -> None:
    plans = layout(replicates, design, (seed,))
    placed = Counter((spot.treatment, spot.replicate) for plan in plans for spot in plan.spots if spot.treatment >= 0)
    assert set(placed) == {(i, k + 1) for i, n in enumerate(replicates) for k in range(n)}
    assert set(placed.values()) == {1}
    for plan in plans:
        assert len({spot.well for spot in plan.spots}) == len(plan.spots)
        treated = places(plan, "treatment")
        assert 0 < len(treated) <= capacity(design)
        assert len(places(plan, "positive control")) == design.n_positive
        ring = [place for place in places(plan, "negative control") if on_edge(*place, design.n_wells)]
        inner = len(places(plan, "negative control")) - (len(ring) if design.edge == "controls" else 0)
        assert inner == n_controls_for(len(treated)) >= 8
        if design.edge != "use":
            rows, columns = PLATE_SHAPES[design.n_wells]
            assert len(ring) == (2 * (rows + columns) - 4 if design.edge == "controls" else 0)
            assert not any(on_edge(*place, design.n_wells) for place in treated)


@settings(max_examples=40, deadline=None)
@given(designs, st.integers(4, 60), st.integers(0, 10_000))
def test_controls_are_balanced_over_columns_and_rows(design: Design, n: int, seed: int) -> None:
    for plan in layout([design.per_plate] * n, design, (seed,)):
        inner = [p for p in places(plan, "negative control") if design.edge == "use" or not on_edge(*p, design.n_wells)]
        rows, columns = PLATE_SHAPES[design.n_wells]
        trim = 0 if design.edge == "use" else 2
        by_column, by_row = Counter(c for _, c in inner), Counter(r for r, _ in inner)
        assert max(by_column.values()) <= -(-len(inner) // (columns - trim))
        assert max(by_row.values()) <= -(-len(inner) // (rows - trim)) + 1
        assert max(by_column) - min(by_column) >= (columns - trim) // 2  # from the left to the right


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 4), st.integers(6, 13), st.sampled_from(list(ARRANGEMENTS)), st.integers(0, 10_000))
def test_replicates_on_one_plate_never_touch(per_plate: int, n: int, arrangement: str, seed: int) -> None:
    for plan in layout([per_plate] * n, Design(per_plate=per_plate, arrangement=arrangement), (seed,)):
        where: dict[int, set[tuple[int, int]]] = {}
        for spot in plan.spots:
            if spot.treatment >= 0:
                where.setdefault(spot.treatment, set()).add(parse_well(spot.well))
        assert not any(touching(place, own - {place}) for own in where.values() for place in own)


def test_without_the_wish_replicates_may_touch() -> None:
    plan = layout([16, 16], Design(per_plate=16, apart=False), (1,))[0]
    own = {parse_well(spot.well) for spot in plan.spots if spot.treatment == 0}
    assert any(touching(place, own - {place}) for place in own)
    with pytest.raises(InputError, match="cannot be kept apart"):
        layout([16] * 3, Design(per_plate=16, n_negative=8), (1,))


@settings(max_examples=30, deadline=None)
@given(st.integers(3, 45), st.integers(0, 10_000))
def test_blocked_replicates_lie_in_different_runs_of_columns(n: int, seed: int) -> None:
    """Sorted by column, a treatment's three plates give it a first, a middle and a last place, within the slack."""
    plans = layout([3] * n, Design(arrangement="blocked"), (seed,))
    columns = {}
    for plan in plans:
        for spot in plan.spots:
            if spot.treatment >= 0:
                columns.setdefault(spot.treatment, []).append(parse_well(spot.well)[1])
    assert all(min(own) <= 4 and max(own) >= 7 for own in columns.values())


def test_a_batch_larger_than_a_plate_is_shared_out_evenly() -> None:
    plans = layout([2] * 120, Design(), (0,))
    assert capacity(Design()) == 52
    assert [plan.replicate for plan in plans] == [1, 1, 1, 2, 2, 2]
    assert [len(places(plan, "treatment")) for plan in plans] == [40] * 6
    mates = [{spot.treatment for spot in plan.spots if spot.treatment >= 0} for plan in plans]
    assert mates[0] not in mates[3:]  # at random again: no treatment has the same company on every plate


def test_the_same_seed_gives_the_same_layout_and_another_another() -> None:
    first, again, other = (layout([2] * 12, Design(384), (seed,)) for seed in (3, 3, 4))
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("replicates", "design", "words"),
    [
        ([], Design(), "at least one treatment"),
        ([1, 0], Design(), "at least one treatment"),
        ([1] * 60, Design(max_plates=1), "needs 2 plates of 96 .52 treated wells each.; 1 are allowed"),
        ([1], Design(n_negative=60), "leave no room"),
        ([3], Design(n_negative=8, n_positive=50, positive_control="g", per_plate=3), "leave no room"),
    ],
)
def test_what_does_not_fit_is_said(replicates: list[int], design: Design, words: str) -> None:
    with pytest.raises(InputError, match=words):
        layout(replicates, design)


@pytest.mark.parametrize(
    "wrong",
    [{"n_wells": 48}, {"edge": "half"}, {"arrangement": "snake"}, {"n_negative": 1}, {"n_positive": 2},
     {"positive_control": "g"}, {"per_plate": 0}, {"max_plates": 0}, {"replicates": 0}],
)  # fmt: skip
def test_a_design_that_means_nothing_is_refused(wrong: dict) -> None:
    with pytest.raises(InputError, match="Got"):
        Design(**wrong)


def test_places_of_treatments_are_uniform_over_seeds() -> None:
    """No corner of the plate is preferred: over 300 seeds each inner column gets its share of one treatment."""
    columns = Counter(
        parse_well(spot.well)[1] for seed in range(300) for spot in layout([1] * 20, Design(), (seed,))[0].spots
        if spot.treatment == 7
    )  # fmt: skip
    assert set(columns) == set(range(1, 11))
    assert np.std(list(columns.values())) < 3 * np.sqrt(30)
