from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workbench.catalog.importers.formats.arrays import MatrixTable
from workbench.catalog.importers.measured import NOT_A_NUMBER, NOT_FINITE, Spool, measure
from workbench.errors import InputError

CELLS = st.floats(width=32) | st.just(1.0)


def table_of(values: np.ndarray, n_rows: int = 7) -> MatrixTable:
    names = [f"f{i}" for i in range(values.shape[1])]
    blocks = lambda _n: (values[i : i + n_rows] for i in range(0, len(values), n_rows))
    return MatrixTable(Path("x.npy"), "test", pd.DataFrame(index=range(len(values))), names, blocks)


@settings(max_examples=60, deadline=None)
@given(arrays(np.float32, st.tuples(st.integers(1, 40), st.integers(1, 5)), elements=CELLS))
def test_what_is_refused_is_what_a_look_at_the_whole_matrix_refuses(values: np.ndarray) -> None:
    table, bad = table_of(values), ~np.isfinite(values)
    used = bad.sum(axis=0) <= max(2, 0.05 * len(values))
    if not used.any():
        with pytest.raises(InputError, match="holds numbers"):
            measure(table, table.measured, None)
        return
    found = measure(table, table.measured, None)
    assert found.features == [f"f{i}" for i in np.flatnonzero(used)]
    assert sorted(found.refused) == np.flatnonzero(bad[:, used].any(axis=1)).tolist()
    for row, (column, _, reason) in found.refused.items():
        value = values[row, int(column[1:])]
        assert reason == (NOT_FINITE if np.isinf(value) else NOT_A_NUMBER)


def test_the_first_bad_value_is_named_by_row_and_column() -> None:
    values = np.ones((30, 3), dtype=np.float32)
    values[:, 1] = range(30)
    values[11, 1], values[20, 1], values[25, 0] = np.nan, np.nan, np.inf
    found = measure(table_of(values), ["f0", "f1", "f2"], None)
    said = found.facts["values that are no number"]
    assert "2 NaN or empty (first: x.npy, row 12, f1)" in said
    assert "1 infinite (first: x.npy, row 26, f0)" in said
    assert found.constant == ["f0", "f2"]


def test_the_copy_on_disk_gives_every_row_again(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(100, 3)).astype(np.float32)
    spool = Spool(tmp_path, 3)
    spool.append(values[:60])
    spool.append(values[60:])
    np.testing.assert_array_equal(np.concatenate([block for _, block in spool.blocks()]), values)
    np.testing.assert_array_equal(spool.rows(np.array([99, 0, 61])), values[[99, 0, 61]])
    assert list(tmp_path.iterdir()) == []  # the file has no name, so nothing is left when the process dies
