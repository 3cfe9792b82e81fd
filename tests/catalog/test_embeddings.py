"""Embeddings are kept by image, weights and pooling, once."""

import numpy as np

from workbench.catalog.embeddings import known_embeddings, write_embeddings


def test_vectors_are_kept_once_and_found_by_all_three_keys(empty_catalog):
    rng = np.random.default_rng(0)
    vectors = {name: rng.normal(size=6).astype(np.float32) for name in ("a", "b")}
    assert write_embeddings(empty_catalog, vectors, "weights", "mean") == 2
    assert write_embeddings(empty_catalog, vectors | {"c": vectors["a"]}, "weights", "mean") == 1
    assert write_embeddings(empty_catalog, {}, "weights", "mean") == 0
    assert empty_catalog.lake.value("SELECT count(*) FROM lake.embedding") == 3

    found = known_embeddings(empty_catalog, ["a", "b", "unknown"], "weights", "mean")
    assert set(found) == {"a", "b"}
    for name, vector in found.items():
        np.testing.assert_array_equal(vector, vectors[name])
    assert not known_embeddings(empty_catalog, ["a"], "other weights", "mean")
    assert not known_embeddings(empty_catalog, ["a"], "weights", "channelwise")
