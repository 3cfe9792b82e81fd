import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataQualityError, InputError
from workbench.phenomics.batch_mixing import batch_mixing, local_diversity, perplexed


def wells(shift: float, n: int = 300, n_batches: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    batch = np.arange(n) % n_batches
    return rng.normal(size=(n, 10)) + shift * rng.normal(size=(n_batches, 10))[batch], batch.astype(str)


def test_mixed_wells_look_shuffled_and_apart_ones_do_not() -> None:
    mixed, apart = batch_mixing(*wells(0.0)), batch_mixing(*wells(5.0))
    assert mixed.low < mixed.null < mixed.high
    assert mixed.p > 0.01
    assert mixed.lisi == pytest.approx(mixed.lisi_null, abs=0.1)
    assert (mixed.n, mixed.n_batches) == (300, 3)
    assert apart.same_batch > 0.99
    assert apart.p < 0.01
    assert apart.lisi < 1.1 < 2.5 < apart.lisi_null


def test_diversity_equals_harmonypys_lisi() -> None:
    harmonypy = pytest.importorskip("harmonypy")
    from sklearn.neighbors import NearestNeighbors

    values, batch = wells(1.0, n=200)
    near = NearestNeighbors(n_neighbors=91).fit(values)
    distance, rows = (part[:, 1:] for part in near.kneighbors(values))
    theirs = harmonypy.compute_lisi(values, {"batch": batch}, ["batch"], perplexity=30)[:, 0]
    np.testing.assert_allclose(local_diversity(distance, batch.astype(int)[rows], 30), theirs, atol=1e-12)


@given(st.lists(st.floats(0, 100), min_size=12, max_size=40))
@settings(max_examples=50, deadline=None)
def test_weights_fall_with_distance_and_sum_to_one(distances: list[float]) -> None:
    distance = np.sort(distances)
    weight = perplexed(distance, 4.0)
    assert weight.sum() == pytest.approx(1)
    assert (np.diff(weight) <= 1e-12).all()
    assert (weight >= 0).all()


def test_diversity_counts_labels() -> None:
    distance = np.ones((2, 12))
    label = np.array([[0] * 12, [0, 1, 2, 3] * 3])
    np.testing.assert_allclose(local_diversity(distance, label, 4.0), [1, 4])


def test_copies_and_too_little_are_handled() -> None:
    same = batch_mixing(np.ones((40, 3)), np.repeat(["a", "b"], 20))
    assert np.isfinite([same.same_batch, same.lisi]).all()
    with pytest.raises(DataQualityError, match="two batches. Got 40 and 1"):
        batch_mixing(np.ones((40, 3)), np.array(["a"] * 40))
    with pytest.raises(InputError, match="a profile and a batch"):
        batch_mixing(np.ones((40, 3)), np.array(["a"] * 39))
