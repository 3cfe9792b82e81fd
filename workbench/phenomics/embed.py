"""Embed: images of any size and channels to one vector each, through an autoencoder handed in as an argument."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import InputError

if TYPE_CHECKING:
    import torch

GIVEN_AT_ONCE = 16


def tile_corners(height: int, width: int, crop: int) -> list[tuple[int, int]]:
    """Upper left corners of square crops that cover an image evenly, as few as possible.

    Raises InputError when the image is smaller than a crop.
    """
    if height < crop or width < crop:
        raise InputError(f"an image of {height} × {width} pixels is smaller than a crop of {crop}.")
    places = [np.linspace(0, side - crop, -(-side // crop)).round().astype(int).tolist() for side in (height, width)]
    return [(top, left) for top in places[0] for left in places[1]]


def tiles(image: np.ndarray, crop: int) -> np.ndarray:
    """image [n_channels, height, width] -> crops [n_tiles, n_channels, crop, crop]."""
    corners = tile_corners(*image.shape[-2:], crop)
    return np.stack([image[:, top : top + crop, left : left + crop] for top, left in corners])


def embed_image(model: Any, image: np.ndarray, *, pooling: str = "mean", seen: np.ndarray | None = None) -> np.ndarray:
    """The mean embedding of an image's crops: [width], or [n_channels * width] channelwise.

    image [n_channels, height, width] of any number type; seen [height, width] bool: pixels that count (a cell's outline):
    patches without any are left out, and so are crops without such a patch. Raises InputError when nothing is left.
    """
    import torch

    cut = tiles(image, model.crop)
    patches = None if seen is None else _seen_patches(tiles(seen[None], model.crop)[:, 0], model.patch)
    if patches is not None:
        used = patches.any(axis=1)
        if not used.any():
            raise InputError("no pixel of the image counts: the outline is empty.", where=f"image {image.shape}")
        cut, patches = cut[used], patches[used]
    parts = []
    with torch.inference_mode():
        for start in range(0, len(cut), GIVEN_AT_ONCE):
            given = torch.from_numpy(np.ascontiguousarray(cut[start : start + GIVEN_AT_ONCE]).astype(np.float32))
            chosen = None if patches is None else _for_model(patches[start : start + GIVEN_AT_ONCE], model, given)
            parts.append(model.embed(given, pooling=pooling, seen=chosen).flatten(1).numpy())
    return np.concatenate(parts).mean(axis=0)


def random_crops(images: Sequence[np.ndarray], crop: int, n: int, rng: np.random.Generator) -> Iterator[torch.Tensor]:
    """Endless batches [n, n_channels, crop, crop] of random crops, turned and mirrored, from images [n_channels, h, w]."""
    import torch

    for image in images:
        tile_corners(*image.shape[-2:], crop)
    while True:
        batch = []
        for _ in range(n):
            image = images[int(rng.integers(len(images)))]
            top, left = (int(rng.integers(side - crop + 1)) for side in image.shape[-2:])
            cut = np.rot90(image[:, top : top + crop, left : left + crop], int(rng.integers(4)), axes=(1, 2))
            batch.append(cut[:, :, ::-1] if rng.random() < 0.5 else cut)
        yield torch.from_numpy(np.stack(batch).astype(np.float32))


def _seen_patches(seen: np.ndarray, patch: int) -> np.ndarray:
    """seen [n, crop, crop] bool -> patches with any such pixel [n, n_patches]."""
    n, height, width = seen.shape
    cut = seen.reshape(n, height // patch, patch, width // patch, patch)
    return cut.any(axis=(2, 4)).reshape(n, -1)


def _for_model(patches: np.ndarray, model: Any, given: torch.Tensor) -> torch.Tensor:
    """The patches as the model's `embed` wants them: once, or once a channel where each has its own tokens."""
    import torch

    chosen = torch.from_numpy(patches)
    by_channel = hasattr(model, "channel_tokens")
    return chosen[:, None, :].expand(-1, given.shape[1], -1) if by_channel else chosen
