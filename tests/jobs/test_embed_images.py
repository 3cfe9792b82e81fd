"""Images of a data set become wells with profiles; embeddings are kept by hash; channels go by their names."""

import numpy as np
import pytest

from tests.embedded import WIDTH, add_autoencoder
from workbench.catalog import models as versions
from workbench.catalog.batch import Batch
from workbench.catalog.datasets import import_dataset
from workbench.catalog.embeddings import known_embeddings, write_embeddings
from workbench.errors import DataQualityError, InputError, UnknownNameError
from workbench.jobs.embed_images import _vectors
from workbench.lab import Lab
from workbench.settings import Settings

FIELDS = "cell_painting_images"


@pytest.fixture
def lab(tmp_path):
    """A catalog with the bundled fields and a small autoencoder."""
    opened = Lab.open(Settings(home=tmp_path / "home", mirror=None))
    import_dataset(opened.catalog, FIELDS)
    add_autoencoder(opened.catalog, crop=128)
    yield opened
    opened.close()


def test_fields_become_wells_and_are_embedded_once(lab):
    made = lab.data.get(lab.data.embed_images(FIELDS, inline=True).result_id)
    profiles = lab.data.profiles(made.dataset)
    assert profiles.values.shape == (10, WIDTH)  # two images of the DMSO well are one profile
    assert profiles.is_control.sum() == 1
    assert np.isfinite(profiles.values).all()
    assert made.licence == lab.data.get(FIELDS).licence

    hashes = [row["sha256"] for row in lab.data.images(dataset=FIELDS)]
    version = lab.models.promoted("image_embedding")
    assert set(known_embeddings(lab.catalog, hashes, version.weights_sha256, "mean")) == set(hashes)
    rows = "SELECT count(*) FROM lake.embedding"
    before = lab.catalog.lake.value(rows)
    assert lab.data.embed_images(FIELDS, inline=True).result_id == made.dataset
    assert lab.catalog.lake.value(rows) == before

    by_channel = lab.data.get(lab.data.embed_images(FIELDS, pooling="channelwise", inline=True).result_id)
    assert by_channel.dataset != made.dataset
    assert by_channel.n_features == 5 * WIDTH
    (left_out,) = lab.data.rejects(by_channel.dataset).to_dict("records")
    assert left_out["file"].startswith("DMSO_r04c14f05_8ch")
    assert "bright field 1" in left_out["value"]


def test_channelwise_vectors_follow_the_names_of_the_channels(lab):
    version = lab.models.promoted("image_embedding")
    vectors = {"a": np.repeat([1.0, 2.0], WIDTH), "b": np.repeat([2.0, 1.0], WIDTH), "c": np.repeat([1.0, 3.0], WIDTH)}
    write_embeddings(lab.catalog, vectors, version.weights_sha256, "channelwise")
    rows = [
        {"sha256": key, "image_id": key, "file": f"{key}.tif", "channels": channels}
        for key, channels in (("a", ["DNA", "ER"]), ("b", ["ER", "DNA"]), ("c", ["DNA", "RNA"]), ("d", ["DNA", "ER"]))
    ]
    batch = Batch("test")
    used, matrix, features = _vectors(lab.catalog, version, "channelwise", rows, {"d": "too small."}, batch)
    assert [row["image_id"] for row in used] == ["a", "b"]
    np.testing.assert_array_equal(matrix[0], matrix[1])
    assert features[0] == "DNA embedding 1"
    assert features[WIDTH] == "ER embedding 1"
    assert [(row["file"], row["reason"][:8]) for row in batch.rejects] == [("c.tif", "its chan"), ("d.tif", "too smal")]


def test_what_cannot_be_embedded_or_pooled_is_said(lab):
    with pytest.raises(DataQualityError, match="bbbc021 has no images"):
        lab.data.embed_images("bbbc021", inline=True)
    with pytest.raises(UnknownNameError, match="no model version 'other'"):
        lab.data.embed_images(FIELDS, "other", inline=True)
    with pytest.raises((InputError, DataQualityError), match="pooled mean or channelwise"):
        lab.data.embed_images(FIELDS, pooling="max", inline=True)
    current = lab.models.promoted("image_embedding")
    versions.decide(lab.catalog, current.version_id, promoted=False, instead_of=None)
    with pytest.raises(UnknownNameError, match="an image autoencoder is needed, none is promoted yet"):
        lab.data.embed_images(FIELDS, inline=True)
