import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.kernels.matching import matching_rows

texts = st.lists(st.sampled_from(["", "a", "b", "c", "TP53"]), max_size=12)


@given(texts, texts)
def test_pairs_are_those_of_two_loops(left: list[str], right: list[str]):
    rows, others = matching_rows(np.array(left, dtype=str), np.array(right, dtype=str))
    wanted = [(i, j) for i, x in enumerate(left) for j, y in enumerate(right) if x and x == y]
    assert list(zip(rows.tolist(), others.tolist(), strict=True)) == wanted
