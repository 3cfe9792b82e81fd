import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.kernels.topk import cosine_pairs, cosine_row, cosine_topk, unit_rows


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 60), st.integers(1, 8), st.integers(1, 70), st.integers(1, 17))
def test_blocked_search_equals_sorting_everything(n_rows: int, d: int, k: int, block: int) -> None:
    rng = np.random.default_rng(n_rows * 100 + d)
    vectors, queries = rng.normal(size=(n_rows, d)), rng.normal(size=(3, d))
    index, similar = cosine_topk(vectors, queries, k, block=block)
    everything = unit_rows(queries) @ unit_rows(vectors).T
    assert index.shape == (3, min(k, n_rows))
    np.testing.assert_allclose(similar, -np.sort(-everything, axis=1)[:, :k], atol=1e-6)
    np.testing.assert_allclose(np.take_along_axis(everything, index, axis=1), similar, atol=1e-6)


def test_cosine_does_not_see_length_and_zero_rows_are_zero() -> None:
    vectors = np.array([[1.0, 0], [5, 0], [0, 2], [0, 0]])
    np.testing.assert_allclose(cosine_row(vectors, 0), [1, 1, 0, 0])


def test_pairs_leave_out_self_pairs_and_pairs_inside_a_group() -> None:
    vectors = np.array([[1.0, 0], [1, 0], [0, 1], [-1, 0]])
    pairs = cosine_pairs(vectors, 100, np.random.default_rng(0))
    np.testing.assert_allclose(pairs, [-1, -1, 0, 0, 0, 1])
    grouped = cosine_pairs(vectors, 100, np.random.default_rng(0), np.array(["a", "a", "", ""]))
    np.testing.assert_allclose(grouped, [-1, -1, 0, 0, 0])


def test_a_random_draw_of_pairs_has_no_self_pair() -> None:
    vectors = np.eye(200)
    drawn = cosine_pairs(vectors, 5_000, np.random.default_rng(1))
    assert len(drawn) == 5_000
    assert drawn.max() == 0
