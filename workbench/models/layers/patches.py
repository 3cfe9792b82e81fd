"""Images to patches and back, positions of patches, random masks, and the Fourier term of a reconstruction loss."""

from __future__ import annotations

import torch
from torch import Tensor

from workbench.errors import InputError


def standardised(images: Tensor, eps: float = 1e-6) -> Tensor:
    """Every channel of every image to mean 0 and variance 1; a flat channel becomes 0.

    images [n, n_channels, height, width], any number type -> float32 of the same shape.
    """
    images = images.float()
    centred = images - images.mean(dim=(-2, -1), keepdim=True)
    return centred / (centred.square().mean(dim=(-2, -1), keepdim=True) + eps).sqrt()


def patches_of(images: Tensor, patch: int) -> Tensor:
    """images [n, n_channels, height, width] -> pixels of each patch [n, n_channels, n_patches, patch * patch].

    Raises InputError when a side is no multiple of the patch.
    """
    n, n_channels, height, width = images.shape
    if height % patch or width % patch:
        raise InputError(f"an image of {height} × {width} pixels cannot be cut into patches of {patch}.")
    rows, columns = height // patch, width // patch
    cut = images.reshape(n, n_channels, rows, patch, columns, patch).transpose(3, 4)
    return cut.reshape(n, n_channels, rows * columns, patch * patch)


def image_of(patches: Tensor, rows: int, columns: int) -> Tensor:
    """The inverse of `patches_of`: [n, n_channels, rows * columns, patch²] -> [n, n_channels, height, width]."""
    n, n_channels, _, pixels = patches.shape
    patch = int(pixels**0.5)
    cut = patches.reshape(n, n_channels, rows, columns, patch, patch).transpose(3, 4)
    return cut.reshape(n, n_channels, rows * patch, columns * patch)


def grid_positions(rows: int, columns: int, width: int) -> Tensor:
    """Sines and cosines of each patch's row and column (Vaswani et al., 2017, in two dimensions).

    -> [rows * columns, width]; width must be a multiple of 4.
    """
    if width % 4:
        raise InputError(f"positions need a width that is a multiple of 4. Got {width}.")
    frequency = 10_000 ** (-torch.arange(width // 4, dtype=torch.float64) / (width // 4))
    row, column = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    angles = [place.reshape(-1, 1).double() * frequency for place in (row, column)]
    return torch.cat([wave(angle) for angle in angles for wave in (torch.sin, torch.cos)], dim=1).float()


def random_mask(n: int, n_tokens: int, ratio: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Which tokens of each image are kept, uniformly at random.

    -> kept [n, n_kept] int64 in rising order, hidden [n, n_tokens] bool. At least one token is kept and one hidden.
    """
    n_kept = min(max(round(n_tokens * (1 - ratio)), 1), n_tokens - 1)
    order = torch.rand(n, n_tokens, generator=generator).argsort(dim=1)
    kept = order[:, :n_kept].sort(dim=1).values
    hidden = torch.ones(n, n_tokens, dtype=torch.bool).scatter(1, kept, False)
    return kept, hidden


def fourier_distance(predicted: Tensor, truth: Tensor) -> Tensor:
    """Mean absolute difference of the amplitudes of two stacks of images [..., height, width]: keeps texture sharp."""
    amplitude = [torch.fft.fft2(images, norm="ortho").abs() for images in (predicted, truth)]
    return (amplitude[0] - amplitude[1]).abs().mean()
