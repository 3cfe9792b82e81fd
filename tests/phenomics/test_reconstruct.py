"""Errors of filling in hidden patches: all references see the same masks, and planted pictures give known errors."""

import numpy as np
import pytest
import torch

from workbench.models import MODELS
from workbench.phenomics.reconstruct import _hidden, reconstruction_errors, reconstruction_table


def small(name="camae"):
    torch.manual_seed(0)
    sizes = {"patch": 8, "crop": 32, "width": 16, "depth": 1, "heads": 2, "decoder_width": 16, "decoder_depth": 1}
    return MODELS.find(name).thing(channels=2, **sizes).eval()


def noise(seed, n=3, side=48):
    rng = np.random.default_rng(seed)
    return {f"field {i}": rng.normal(size=(2, side, side)).astype(np.float32) for i in range(n)}


@pytest.mark.parametrize("name", ["camae", "mae"])
def test_the_guesses_fill_in_exactly_what_the_model_fills_in(name):
    """A model that predicts zero for every pixel has the error of the hidden pixels' squares: so has the zero guess."""
    model, seen = small(name), noise(0)
    heads = [decoder.pixels for decoder in model.decoders] if name == "camae" else [model.pixels]
    for head in heads:
        torch.nn.init.zeros_(head.weight)
        torch.nn.init.zeros_(head.bias)
    flat = {key: np.zeros_like(image) for key, image in seen.items()}  # its mean patch is zero
    found = reconstruction_errors(model, flat, seen)
    for metric in ("pixels", "fourier"):
        np.testing.assert_allclose(found["model"][metric], found["mean patch"][metric], rtol=1e-5)


def test_noise_cannot_be_guessed_and_a_slope_can():
    y, x = np.mgrid[:48, :48] / 48
    slopes = {"slope": np.stack([x + y, x - y]).astype(np.float32)}
    rough = reconstruction_errors(small(), noise(0), noise(1))
    smooth = reconstruction_errors(small(), slopes, slopes)
    assert np.abs(rough["mean patch"]["pixels"] - 1).max() < 0.05
    assert rough["visible patches nearby"]["pixels"].min() > 0.95
    assert smooth["visible patches nearby"]["pixels"][0] < 0.75 * smooth["mean patch"]["pixels"][0]


def test_rows_carry_interval_and_number_of_images():
    rows = reconstruction_table(small(), noise(0), noise(1))
    assert {(row["metric"], row["reference"]) for row in rows} == {
        (metric, reference)
        for metric in ("pixels", "fourier")
        for reference in ("model", "mean patch", "visible patches nearby")
    }
    for row in rows:
        assert row["low"] <= row["value"] <= row["high"]
        assert row["n"] == 3


def test_a_plain_autoencoder_hides_all_channels_of_a_patch():
    given = torch.zeros(2, 2, 32, 32)
    plain, agnostic = _hidden(small("mae"), given, 0), _hidden(small(), given, 0)
    assert torch.equal(plain[:, 0], plain[:, 1])
    assert not torch.equal(agnostic[:, 0], agnostic[:, 1])
    assert plain.shape == agnostic.shape == (2, 2, 16)
