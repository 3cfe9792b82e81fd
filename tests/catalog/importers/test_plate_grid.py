import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.catalog.importers.formats.plate_grid import SHAPES, find_grids


def grid(n_rows: int, n_columns: int, values: np.ndarray, left: int = 0) -> list[list[str]]:
    """Rows of cells with column numbers and row letters."""
    letters = [chr(65 + k) if k < 26 else "A" + chr(39 + k) for k in range(n_rows)]
    rows = [["", *(str(c + 1) for c in range(n_columns))]]
    rows += [[letter, *(f"{value:g}" for value in row)] for letter, row in zip(letters, values, strict=True)]
    return [[""] * left + row for row in rows]


@given(st.sampled_from(list(SHAPES)), st.integers(0, 3), st.integers(1, 3), st.integers(0, 5))
def test_grids_are_found_wherever_they_stand(shape: tuple[int, int], left: int, n: int, gap: int) -> None:
    blocks = [np.arange(shape[0] * shape[1]).reshape(shape) + 1000 * k for k in range(n)]
    rows: list[list[str]] = [["Device", "reader"], ["1", "2", "3"]]
    for k, block in enumerate(blocks):
        rows += [[f"Channel {k}"], *[[] for _ in range(gap)], *grid(*shape, block, left)]
    found, notes = find_grids(rows)
    assert notes == []
    assert [item.label for item in found] == [f"Channel {k}" for k in range(n)]
    for item, block in zip(found, blocks, strict=True):
        assert item.n_wells == SHAPES[shape]
        assert np.array_equal(item.values, block)
        assert rows[item.row - 1][left + 1] == "1"


def test_what_is_no_number_is_kept_with_its_place_and_a_cut_grid_is_said() -> None:
    rows = grid(8, 12, np.ones((8, 12)))
    rows[3][5], rows[4][6], rows[5][7] = "OVRFLW", "", "=1+1"
    found, _ = find_grids(rows)
    assert found[0].wrong == [(2, 4, "OVRFLW"), (4, 6, "=1+1")]
    assert np.isnan(found[0].values[3, 5])
    found, notes = find_grids(rows[:6])
    assert found == []
    assert "5 of 8 row letters" in notes[0]


@pytest.mark.parametrize("rows", [[], [["A"]], [["1", "2"], ["A", "1"]], [[str(i) for i in range(1, 13)]] * 9])
def test_other_tables_hold_no_grid(rows: list[list[str]]) -> None:
    assert find_grids(rows)[0] == []
