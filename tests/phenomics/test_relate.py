import numpy as np
import pytest

from workbench.errors import DataQualityError, InputError
from workbench.phenomics.relate import neighbours, pair_null


def planted(n: int = 300, d: int = 40) -> np.ndarray:
    vectors = np.random.default_rng(0).normal(size=(n, d))
    vectors[1] = vectors[0] + 0.2 * vectors[1]  # a twin
    vectors[2] = -vectors[0] + 0.2 * vectors[2]  # an opposite
    return vectors


def test_twin_and_opposite_are_found_with_small_q() -> None:
    vectors = planted()
    found = neighbours(vectors, 0, pair_null(vectors), k=9)
    assert found.rows[0] == 1
    assert found.rows[-1] == 2
    assert found.q[0] < 0.05
    assert found.q[-1] < 0.05
    assert (found.q[1:-1] > 0.05).all()
    assert 0 not in found.rows
    assert len(set(found.rows.tolist())) == len(found.rows) == 9


def test_p_of_unrelated_rows_is_uniform() -> None:
    vectors = np.random.default_rng(1).normal(size=(800, 40))
    found = neighbours(vectors, 5, pair_null(vectors), k=799, n_opposite=0)
    assert np.mean(found.p < 0.05) == pytest.approx(0.05, abs=0.03)


def test_versions_of_one_thing_are_not_part_of_the_null() -> None:
    vectors = np.vstack([np.eye(4), np.eye(4)])
    assert pair_null(vectors).max() == pytest.approx(1)
    assert pair_null(vectors, np.array(["a", "b", "c", "d"] * 2)).max() == 0


def test_no_pairs_and_unknown_rows_are_errors() -> None:
    with pytest.raises(DataQualityError, match=r"\(1, 3\)"):
        pair_null(np.ones((1, 3)))
    with pytest.raises(DataQualityError, match="one group"):
        pair_null(np.ones((3, 3)), np.array(["a"] * 3))
    with pytest.raises(InputError, match="row 9"):
        neighbours(np.eye(3), 9, np.array([0.0]))
