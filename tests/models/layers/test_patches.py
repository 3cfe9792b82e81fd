"""Patches: cut and put together again, masks of the right size, positions that tell places apart."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.models.layers.patches import (
    fourier_distance,
    grid_positions,
    image_of,
    patches_of,
    random_mask,
    standardised,
)  # fmt: skip


@given(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.sampled_from([2, 4, 8]))
@settings(max_examples=25, deadline=None)
def test_an_image_comes_back_from_its_patches(n, channels, rows, columns, patch):
    images = torch.rand(n, channels, rows * patch, columns * patch)
    cut = patches_of(images, patch)
    assert cut.shape == (n, channels, rows * columns, patch * patch)
    assert torch.equal(image_of(cut, rows, columns), images)
    assert torch.equal(cut[0, 0, 0], images[0, 0, :patch, :patch].flatten())


@given(st.integers(2, 60), st.floats(0, 1), st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_a_mask_keeps_its_share_and_never_all_or_nothing(n_tokens, ratio, seed):
    kept, hidden = random_mask(3, n_tokens, ratio, torch.Generator().manual_seed(seed))
    assert 1 <= kept.shape[1] <= n_tokens - 1
    assert abs(kept.shape[1] - n_tokens * (1 - ratio)) <= 1.0
    assert torch.equal(hidden.sum(dim=1), torch.full((3,), n_tokens - kept.shape[1]))
    assert not hidden.gather(1, kept).any()


def test_positions_differ_and_need_a_width_of_four():
    positions = grid_positions(5, 7, 32)
    distances = torch.cdist(positions, positions) + 9 * torch.eye(35)
    assert positions.shape == (35, 32)
    assert distances.min() > 0.1
    with pytest.raises(InputError, match="multiple of 4"):
        grid_positions(2, 2, 30)


def test_standardising_gives_mean_zero_and_a_flat_channel_zero():
    images = torch.rand(2, 3, 16, 16) * 200
    images[1, 2] = 80.0
    done = standardised(images.to(torch.uint8))
    assert done.mean(dim=(-2, -1)).abs().max() < 1e-5
    assert torch.equal(done[1, 2], torch.zeros(16, 16))
    assert (done[0].var(dim=(-2, -1), correction=0) - 1).abs().max() < 1e-3


def test_the_fourier_term_ignores_a_shift_and_sees_blur():
    image = torch.rand(1, 1, 32, 32)
    assert fourier_distance(image.roll((3, 5), (-2, -1)), image) < 1e-5
    blurred = torch.nn.functional.avg_pool2d(image, 3, stride=1, padding=1)
    assert fourier_distance(blurred, image) > 0.1
