"""What masked autoencoders of images share, however they cut images into tokens: hidden tokens, loss, and their arrays."""

from __future__ import annotations

from typing import Any, Self

import torch
from torch import Tensor, nn

from workbench.models.layers.patches import fourier_distance, grid_positions


class MaskedImageModel(nn.Module):
    """Needs `patch`, `fourier_weight` and the parameter `hidden_token` [width of the decoder]; saved as arrays and `config`."""

    config: dict[str, Any]
    patch: int
    fourier_weight: float
    hidden_token: nn.Parameter

    def state(self) -> dict[str, Any]:
        """Arrays that restore the model, by name."""
        return {name: value.detach().cpu().numpy() for name, value in self.state_dict().items()}

    @classmethod
    def from_state(cls, arrays: dict[str, Any], config: dict[str, Any]) -> Self:
        """The model of `state()` and `config`."""
        model = cls(**config)
        model.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in arrays.items()})
        return model.eval()

    def positions(self, images: Tensor, width: int) -> Tensor:
        """Codes of the places of the patches of images [n, channels, height, width of an image]: [n_patches, width]."""
        rows, columns = images.shape[-2] // self.patch, images.shape[-1] // self.patch
        return grid_positions(rows, columns, width).to(images.device)

    def with_hidden(self, encoded: Tensor, kept: Tensor, n_tokens: int) -> Tensor:
        """Encoded tokens [n, n_kept, width] at their places `kept`, the hidden token elsewhere: [n, n_tokens, width]."""
        tokens = self.hidden_token.expand(len(encoded), n_tokens, -1)
        return tokens.scatter(1, kept[..., None].expand(-1, -1, encoded.shape[-1]), encoded)

    def losses(
        self, predicted: Tensor, truth: Tensor, hidden: Tensor, drawn: Tensor, images: Tensor
    ) -> dict[str, Tensor]:
        """Mean squared error of hidden patches, distance of the spectra, and their weighted sum: pixels, fourier, loss.

        predicted, truth [..., n_patches, n_pixels], hidden [..., n_patches] bool; drawn: images with predictions where
        hidden [n, channels, height, width], beside the images themselves.
        """
        pixels = (predicted - truth).square().mean(dim=-1)[hidden].mean()
        fourier = fourier_distance(drawn, images)
        return {"loss": pixels + self.fourier_weight * fourier, "pixels": pixels, "fourier": fourier}
