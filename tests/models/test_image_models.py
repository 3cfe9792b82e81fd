"""Every image autoencoder of the registry: learns, repeats, restores itself; and what each promises of channels."""

import numpy as np
import pytest
import torch

from workbench.errors import InputError
from workbench.models import MODELS
from workbench.models.layers.patches import patches_of
from workbench.models.layers.transformer import Attention, start
from workbench.training.loop import Schedule, fit

SMALL = {"channels": 3, "patch": 8, "crop": 32, "width": 32, "depth": 2, "heads": 2, "decoder_width": 16}


@pytest.fixture(params=[entry.name for entry in MODELS if entry.facts["task"] == "images"])
def architecture(request):
    return MODELS.find(request.param).thing


def made(architecture, seed=0, **changes):
    torch.manual_seed(seed)
    return architecture(**SMALL | changes)


def waves(n=4, channels=3, side=32, seed=0):
    """Images with structure: each channel a wave of its own direction and phase."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side] / side
    pictures = [
        [np.sin(7 * (np.cos(a) * x + np.sin(a) * y) + p) for a, p in rng.uniform(0, 6, (channels, 2))] for _ in range(n)
    ]
    return torch.tensor(np.array(pictures), dtype=torch.float32)


def test_it_learns_more_than_the_mean(architecture):
    """The first steps only learn to predict the mean (a loss of 1): falling from the start value would prove nothing."""
    images = waves(8)
    log = fit(made(architecture), (images for _ in range(120)), Schedule(120, 6e-3, warmup=5))
    assert np.mean([row["pixels"] for row in log[-10:]]) < 0.92


def test_equal_seeds_give_equal_weights(architecture):
    first, second = made(architecture), made(architecture)
    for model in (first, second):
        fit(model, (waves(4) for _ in range(4)), Schedule(4, 3e-3, warmup=2))
    for name, value in first.state_dict().items():
        assert torch.equal(value, second.state_dict()[name]), name


def test_one_image_is_embedded_as_in_a_batch(architecture):
    model, images = made(architecture).eval(), waves(5)
    np.testing.assert_allclose(model.embed(images[2:3])[0].detach(), model.embed(images)[2].detach(), atol=1e-5)


def test_brightness_and_contrast_of_a_channel_do_not_matter(architecture):
    model, images = made(architecture).eval(), waves()
    changed = images * torch.tensor([2.0, 0.5, 30.0])[None, :, None, None] + 7
    np.testing.assert_allclose(model.embed(changed).detach(), model.embed(images).detach(), atol=1e-4)


def test_state_and_configuration_restore_the_model_through_safetensors(architecture, tmp_path):
    from workbench.training.checkpoint import load_checkpoint, save_checkpoint

    model, images = made(architecture).eval(), waves()
    sha256 = save_checkpoint(tmp_path, model.state(), {"config": model.config})
    arrays, config = load_checkpoint(tmp_path, sha256)
    again = architecture.from_state(arrays, config["config"])
    assert torch.equal(again.embed(images), model.embed(images))


def test_pixels_outside_the_outline_do_not_reach_the_embedding(architecture):
    model, images = made(architecture).eval(), waves(1)
    n_patches = (SMALL["crop"] // SMALL["patch"]) ** 2
    seen = torch.zeros(1, n_patches, dtype=torch.bool)
    seen[:, :6] = True
    shape = seen if architecture is MODELS.find("mae").thing else seen[:, None].expand(-1, 3, -1)
    patches = patches_of(images, SMALL["patch"])
    hidden = ~seen[0]
    swapped = patches.clone()
    swapped[:, :, hidden] = patches[:, :, hidden].flip(2)  # the same pixels elsewhere: mean and variance stay
    from workbench.models.layers.patches import image_of

    rows = SMALL["crop"] // SMALL["patch"]
    other = image_of(swapped, rows, rows)
    assert not torch.equal(other, images)
    np.testing.assert_allclose(
        model.embed(other, seen=shape).detach(), model.embed(images, seen=shape).detach(), atol=1e-5
    )
    with pytest.raises(InputError, match="no patch that counts"):
        model.embed(images, seen=torch.zeros_like(shape))


def test_the_channel_agnostic_encoder_does_not_care_for_number_and_order_of_channels():
    model = made(MODELS.find("camae").thing).eval()
    images = waves(2, channels=7)
    order = [3, 0, 6, 1, 5, 2, 4]
    plain, turned = model.embed(images), model.embed(images[:, order])
    assert plain.shape == (2, SMALL["width"])
    np.testing.assert_allclose(turned.detach(), plain.detach(), atol=1e-5)
    by_channel = model.embed(images, pooling="channelwise")
    assert by_channel.shape == (2, 7, SMALL["width"])
    np.testing.assert_allclose(
        model.embed(images[:, order], pooling="channelwise").detach(), by_channel[:, order].detach(), atol=1e-5
    )


def test_what_an_architecture_cannot_take_is_said():
    agnostic, plain = made(MODELS.find("camae").thing), made(MODELS.find("mae").thing)
    with pytest.raises(InputError, match="3 channels. Got 4"):
        plain.embed(waves(1, channels=4))
    with pytest.raises(InputError, match="no 'channelwise' pooling"):
        plain.embed(waves(1), pooling="channelwise")
    with pytest.raises(InputError, match="trained on 3 channels. Got 2"):
        agnostic.loss(waves(1, channels=2), torch.Generator())
    with pytest.raises(InputError, match="30 × 32 pixels cannot be cut"):
        agnostic.embed(waves(1)[:, :, :30])
    with pytest.raises(InputError, match="pooled mean or channelwise"):
        agnostic.embed(waves(1), pooling="max")


def test_attention_begins_by_looking_at_what_resembles_the_token():
    attention = Attention(16, 2).apply(start)
    assert torch.equal(attention.key_value.weight[:16], attention.query.weight)
