"""Images to vectors: tiles cover the picture, outlines are obeyed, crops are what they say."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.models import MODELS
from workbench.phenomics.embed import embed_image, random_crops, tile_corners, tiles


def small(name="camae", channels=3):
    torch.manual_seed(0)
    sizes = {"patch": 8, "crop": 32, "width": 16, "depth": 1, "heads": 2, "decoder_width": 16, "decoder_depth": 1}
    return MODELS.find(name).thing(channels=channels, **sizes).eval()


@given(st.integers(16, 90), st.integers(16, 90))
@settings(max_examples=60, deadline=None)
def test_every_pixel_lies_in_a_tile_and_no_tile_leaves_the_picture(height, width):
    seen = np.zeros((height, width), dtype=int)
    corners = tile_corners(height, width, 16)
    for top, left in corners:
        assert 0 <= top <= height - 16
        assert 0 <= left <= width - 16
        seen[top : top + 16, left : left + 16] += 1
    assert seen.min() >= 1
    assert len(corners) == -(-height // 16) * -(-width // 16)


def test_an_image_of_one_crop_is_embedded_as_the_model_does():
    model = small()
    image = np.random.default_rng(0).integers(0, 65_535, (5, 32, 32)).astype(np.uint16)
    expected = model.embed(torch.tensor(image.astype(np.float32))[None])[0].detach().numpy()
    np.testing.assert_allclose(embed_image(model, image), expected, atol=1e-6)
    assert embed_image(model, image, pooling="channelwise").shape == (5 * 16,)


@pytest.mark.parametrize("name", ["camae", "mae"])
def test_an_outline_leaves_out_what_lies_beside_it(name):
    model = small(name)
    image = np.random.default_rng(1).random((3, 64, 64)).astype(np.float32)
    outline = np.zeros((64, 64), dtype=bool)
    outline[4:20, 4:20] = True
    whole, inside = embed_image(model, image), embed_image(model, image, seen=outline)
    assert not np.allclose(whole, inside)
    elsewhere = image.copy()
    elsewhere[:, :, 32:] = 0  # other tiles: none of their pixels counts
    np.testing.assert_allclose(embed_image(model, elsewhere, seen=outline), inside, atol=1e-6)
    with pytest.raises(InputError, match="outline is empty"):
        embed_image(model, image, seen=np.zeros((64, 64), dtype=bool))


def test_an_image_smaller_than_a_crop_is_refused_with_both_sizes():
    with pytest.raises(InputError, match="20 × 64 pixels is smaller than a crop of 32"):
        tiles(np.zeros((1, 20, 64)), 32)


def test_random_crops_repeat_by_seed_and_come_from_the_images():
    images = [np.full((2, 40, 50), value) for value in (3, 8)]
    batches = [list(itertools.islice(random_crops(images, 16, 6, np.random.default_rng(5)), 4)) for _ in range(2)]
    for first, second in zip(*batches, strict=True):
        assert torch.equal(first, second)
        assert first.shape == (6, 2, 16, 16)
    values = torch.cat(batches[0])
    assert set(values.unique().tolist()) == {3.0, 8.0}
