import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.kernels.similarity_index import build_similarity_index, open_similarity_index
from workbench.kernels.topk import unit_rows


def sorted_everything(vectors: np.ndarray, queries: np.ndarray, k: int) -> np.ndarray:
    return -np.sort(-(unit_rows(queries) @ unit_rows(vectors).T), axis=1)[:, :k]


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 300), st.integers(1, 40), st.integers(1, 60), st.sampled_from([1, 9]), st.sampled_from([0, 1, 3]))
def test_search_is_exact_whatever_the_rounding(n_rows, d, k, n_queries, spikes) -> None:
    rng = np.random.default_rng(n_rows * 50 + d)
    vectors = rng.normal(size=(n_rows, d)) * (1 + 100 * (rng.random(d) < spikes / d))  # spikes make codes coarse
    queries = vectors[rng.integers(0, n_rows, n_queries)] + 0.1 * rng.normal(size=(n_queries, d))
    rows, similar = build_similarity_index(vectors).search(queries, k, block=17)
    assert rows.shape == (n_queries, min(k, n_rows))
    np.testing.assert_allclose(similar, sorted_everything(vectors, queries, k), atol=2e-6)
    exact = np.take_along_axis(unit_rows(queries) @ unit_rows(vectors).T, rows, axis=1)
    np.testing.assert_allclose(exact, similar, atol=2e-6)
    assert all(len(set(mine)) == len(mine) for mine in rows.tolist())


@pytest.mark.parametrize("n_queries", [1, 6])
def test_equal_rows_come_in_their_order_and_zero_rows_do_no_harm(n_queries) -> None:
    vectors = np.vstack([np.zeros((3, 5)), np.ones((50, 5)), np.zeros((2, 5))])
    rows, similar = build_similarity_index(vectors).search(np.ones((n_queries, 5)), 4)
    assert rows.tolist() == [[3, 4, 5, 6]] * n_queries
    np.testing.assert_allclose(similar, 1, atol=1e-6)


def test_a_saved_index_is_mapped_and_answers_the_same(tmp_path) -> None:
    vectors = np.random.default_rng(0).normal(size=(500, 12))
    index = build_similarity_index(vectors)
    index.save(tmp_path / "map")
    mapped = open_similarity_index(tmp_path / "map")
    assert isinstance(mapped.units, np.memmap)
    for queries in (vectors[:1], vectors[:8]):
        np.testing.assert_array_equal(mapped.search(queries, 9)[0], index.search(queries, 9)[0])


def test_bad_input_is_named() -> None:
    vectors = np.ones((4, 3))
    vectors[2, 1] = np.nan
    with pytest.raises(InputError, match="row 2"):
        build_similarity_index(vectors)
    with pytest.raises(InputError, match="3 finite values"):
        build_similarity_index(np.ones((4, 3))).search(np.ones((1, 2)), 1)
