import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.hypotheses.layout import layout, n_controls_for, parse_well, well_name


@given(st.integers(0, 31), st.integers(0, 47))
def test_names_of_wells_go_there_and_back(row: int, column: int) -> None:
    assert parse_well(well_name(row, column)) == (row, column)


@pytest.mark.parametrize("text", ["A1", "a01", "A-1", " a 1 ", "A01"])
def test_ways_people_write_a_well(text: str) -> None:
    assert parse_well(text) == (0, 0)


@pytest.mark.parametrize("text", ["", "1A", "A", "7", "AAA1", "É1", "A1B", "=1+1"])
def test_what_is_no_well_is_said(text: str) -> None:
    with pytest.raises(InputError, match="not a well"):
        parse_well(text)


@given(st.integers(1, 50), st.integers(0, 10_000))
def test_a_layout_holds_each_treatment_once_with_spread_controls(n: int, seed: int) -> None:
    wells = layout(n, 96, np.random.default_rng(seed))
    assert sorted(number for _, number in wells if number >= 0) == list(range(n))
    controls = [parse_well(name) for name, number in wells if number < 0]
    assert len(controls) == n_controls_for(n) >= 8
    assert len({name for name, _ in wells}) == len(wells)
    assert not all(row in (0, 7) or column in (0, 11) for row, column in controls)
    columns = {column for _, column in controls}
    assert min(columns) <= 2  # spread from the left to the right, whatever the seed
    assert max(columns) >= 9
    assert len(columns) >= 5


def test_the_outer_ring_stays_empty_while_it_can() -> None:
    inner = [parse_well(name) for name, _ in layout(40, 96, np.random.default_rng(1))]
    assert all(0 < row < 7 and 0 < column < 11 for row, column in inner)
    full = [parse_well(name) for name, _ in layout(87, 96, np.random.default_rng(1))]
    assert len(full) == 96


def test_the_same_seed_gives_the_same_layout_and_another_another() -> None:
    first, again, other = (layout(12, 384, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert first == again
    assert first != other


@pytest.mark.parametrize(("n", "n_wells"), [(0, 96), (88, 96), (350, 384)])
def test_too_few_and_too_many_are_said(n: int, n_wells: int) -> None:
    with pytest.raises(InputError):
        layout(n, n_wells, np.random.default_rng(0))
