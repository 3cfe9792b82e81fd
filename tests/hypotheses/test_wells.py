import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.hypotheses.wells import all_wells, on_edge, parse_well, well_name
from workbench.nouns.experiment import PLATE_SHAPES


@given(st.integers(0, 31), st.integers(0, 47))
def test_names_of_wells_go_there_and_back(row: int, column: int) -> None:
    assert parse_well(well_name(row, column)) == (row, column)


@pytest.mark.parametrize(("n_wells", "last"), [(96, "H12"), (384, "P24"), (1536, "AF48")])
def test_every_format_begins_at_a01_and_ends_where_it_should(n_wells: int, last: str) -> None:
    names = all_wells(n_wells)
    assert (names[0], names[-1], len(set(names))) == ("A01", last, n_wells)
    assert [parse_well(str(i + 1), n_wells) for i in range(n_wells)] == [parse_well(name) for name in names]
    rows, columns = PLATE_SHAPES[n_wells]
    assert sum(on_edge(*parse_well(name), n_wells) for name in names) == 2 * (rows + columns) - 4


@pytest.mark.parametrize("text", ["A1", "a01", "A-1", " a 1 ", "A01", "A-01", "A001"])
def test_ways_people_write_a_well(text: str) -> None:
    assert parse_well(text) == (0, 0)


@pytest.mark.parametrize("text", ["", "1A", "A", "7", "AAA1", "É1", "A1B", "=1+1", "A0", "A00"])
def test_what_is_no_well_is_said(text: str) -> None:
    with pytest.raises(InputError, match="not a well"):
        parse_well(text)


@pytest.mark.parametrize("text", ["I01", "A13", "AA01", "P24"])
def test_a_well_of_another_format_is_said(text: str) -> None:
    with pytest.raises(InputError, match="plate of 96"):
        parse_well(text, 96)
    with pytest.raises(InputError, match="not a well"):
        parse_well("97", 96)
