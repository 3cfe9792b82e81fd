"""The approximate index against the exact one: near enough where it says so, refused where its recall is unknown."""

import sys

import numpy as np
import pytest

from workbench.errors import InputError, MissingPackageError
from workbench.kernels.approximate_index import build_approximate_index
from workbench.kernels.topk import cosine_topk


def clustered(n_rows: int, d: int = 24) -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.normal(size=(40, d))[rng.integers(0, 40, n_rows)] + 0.5 * rng.normal(size=(n_rows, d))


def test_its_recall_is_that_of_queries_it_was_not_measured_on() -> None:
    vectors = clustered(6000)
    index = build_approximate_index(vectors, 10, seed=1)
    asked = np.random.default_rng(9).choice(6000, 500, replace=False)
    rows, similar = index.search(vectors[asked], 10)
    exact, best = cosine_topk(vectors, vectors[asked], 10)
    share = np.mean([len(set(mine) & set(true)) / 10 for mine, true in zip(rows, exact, strict=True)])
    assert index.low - 0.03 <= share <= 1
    assert index.recall > 0.9
    assert str(index).startswith("finds ")
    # The graph may miss a neighbour; it may not misstate how similar the ones are that it found.
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    np.testing.assert_allclose(similar, np.einsum("qkd,qd->qk", units[rows], units[asked]), atol=1e-5)
    assert (np.diff(similar, axis=1) <= 1e-6).all()
    assert (similar <= best + 1e-5).all()


def test_a_graph_with_few_edges_says_that_it_misses_more() -> None:
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(4000, 64))
    poor = build_approximate_index(vectors, 20, connectivity=2, expansion=4)
    good = build_approximate_index(vectors, 20, connectivity=32, expansion=400)
    assert poor.high < good.low


def test_equal_rows_stand_for_each_other() -> None:
    vectors = np.repeat(np.eye(4), 50, axis=0)
    assert build_approximate_index(vectors, 5).recall == 1.0


@pytest.mark.parametrize("k", [0, 11])
def test_a_k_of_unknown_recall_is_refused(k: int) -> None:
    index = build_approximate_index(clustered(100), 10)
    with pytest.raises(InputError, match="measured for its 10"):
        index.search(clustered(3), k)


def test_bad_vectors_and_a_missing_package_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="finite"):
        build_approximate_index(np.full((5, 2), np.nan), 2)
    monkeypatch.setitem(sys.modules, "usearch.index", None)
    with pytest.raises(MissingPackageError, match="usearch"):
        build_approximate_index(clustered(20), 2)
