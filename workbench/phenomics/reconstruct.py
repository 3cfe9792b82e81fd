"""Reconstruct: how well an autoencoder fills in hidden patches of images it never saw, beside two plain guesses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.kernels.bootstrap import bootstrap_mean
from workbench.phenomics.embed import tiles

if TYPE_CHECKING:
    import torch

N_MASKS = 4
NEARBY = 1.0  # patches: width of the bell that weighs the visible patches around a hidden one
MODEL, MEAN_PATCH, NEIGHBOURS = "model", "mean patch", "visible patches nearby"


def reconstruction_table(
    model: Any, trained_on: dict[str, np.ndarray], never_seen: dict[str, np.ndarray]
) -> list[dict[str, Any]]:
    """Rows `metric, reference, value, low, high, n`: errors of the model and of the guesses, mean over images never seen.

    Images [n_channels, height, width] by id; low and high are a 95 % bootstrap interval over images, n their number.
    """
    rows = []
    for reference, errors in reconstruction_errors(model, trained_on, never_seen).items():
        for metric, values in errors.items():
            value, low, high = bootstrap_mean(values)
            rows.append({"metric": metric, "reference": reference, "value": value, "low": low, "high": high,
                         "n": len(values)})  # fmt: skip
    return rows


def reconstruction_errors(
    model: Any, trained_on: dict[str, np.ndarray], never_seen: dict[str, np.ndarray]
) -> dict[str, dict[str, np.ndarray]]:
    """Errors by reference and metric, each [n_images]: the model's, the mean patch's, the visible patches' nearby.

    `pixels` is the squared error of hidden standardised pixels, `fourier` the distance of the filled image's amplitudes.
    All fill in the same patches, over all tiles of an image and four fixed masks. The mean patch is that of each channel
    of the images trained on; "nearby" gives a hidden patch one grey, the weighted mean of the channel's visible patches.
    """
    import torch

    mean_patch = _mean_patch(model, trained_on)
    found: dict[str, dict[str, list[float]]] = {
        reference: {"pixels": [], "fourier": []} for reference in (MODEL, MEAN_PATCH, NEIGHBOURS)
    }
    with torch.inference_mode():
        for pixels in never_seen.values():
            given = torch.from_numpy(tiles(pixels, model.crop).astype(np.float32))
            terms: dict[str, list[dict[str, torch.Tensor]]] = {reference: [] for reference in found}
            for seed in range(N_MASKS):
                terms[MODEL].append(model.loss(given, torch.Generator().manual_seed(seed)))
                hidden = _hidden(model, given, seed)
                terms[MEAN_PATCH].append(_guess(model, given, hidden, mean_patch[:, None, :]))
                terms[NEIGHBOURS].append(_guess(model, given, hidden, None))
            for reference, errors in found.items():
                for metric, kept in errors.items():
                    kept.append(float(torch.stack([term[metric] for term in terms[reference]]).mean()))
    return {
        reference: {metric: np.array(values) for metric, values in errors.items()}
        for reference, errors in found.items()
    }


def _mean_patch(model: Any, images: dict[str, np.ndarray]) -> torch.Tensor:
    """The mean standardised patch of each channel: [n_channels, patch²]."""
    import torch

    from workbench.models.layers.patches import patches_of, standardised

    means = []
    for pixels in images.values():
        given = torch.from_numpy(tiles(pixels, model.crop).astype(np.float32))
        means.append(patches_of(standardised(given), model.patch).mean(dim=(0, 2)))
    return torch.stack(means).mean(dim=0)


def _hidden(model: Any, given: torch.Tensor, seed: int) -> torch.Tensor:
    """The mask that the model's loss draws from a generator of this seed: [n, n_channels, n_patches] bool."""
    import torch

    from workbench.models.layers.patches import random_mask

    n, n_channels, height, width = given.shape
    n_patches = (height // model.patch) * (width // model.patch)
    by_channel = hasattr(model, "channel_tokens")
    n_tokens = n_channels * n_patches if by_channel else n_patches
    _, hidden = random_mask(n, n_tokens, model.mask_ratio, torch.Generator().manual_seed(seed))
    return hidden.reshape(n, -1, n_patches).expand(-1, n_channels, -1)


def _guess(
    model: Any, given: torch.Tensor, hidden: torch.Tensor, predicted: torch.Tensor | None
) -> dict[str, torch.Tensor]:
    """The loss terms of a prediction that broadcasts to [n, n_channels, n_patches, patch²], or of the patches nearby."""
    import torch

    from workbench.models.layers.patches import fourier_distance, image_of, patches_of, standardised

    images = standardised(given)
    truth = patches_of(images, model.patch)
    rows, columns = images.shape[-2] // model.patch, images.shape[-1] // model.patch
    if predicted is None:
        predicted = _nearby(truth.mean(dim=-1), ~hidden, rows, columns)[..., None]
    pixels = (predicted - truth).square().mean(dim=-1)[hidden].mean()
    filled = torch.where(hidden[..., None], predicted, truth)
    return {"pixels": pixels, "fourier": fourier_distance(image_of(filled, rows, columns), images)}


def _nearby(grey: torch.Tensor, visible: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """Weighted mean of the visible patches' grey [n, n_channels, n_patches]; 0, the channel's mean, where none is near."""
    import torch

    row, column = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    place = torch.stack([row.flatten(), column.flatten()], dim=1).float()
    weight = torch.exp(-torch.cdist(place, place).square() / (2 * NEARBY**2))
    total = visible.float() @ weight
    return (grey * visible) @ weight / total.clamp_min(1e-6)
