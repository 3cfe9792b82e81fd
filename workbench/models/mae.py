"""Masked autoencoder of images with a fixed number of channels: one token holds all channels of a patch (He, 2022)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from workbench.errors import InputError
from workbench.models import register_model
from workbench.models.layers.masked import MaskedImageModel
from workbench.models.layers.patches import (
    image_of,
    patches_of,
    random_mask,
    standardised,
)
from workbench.models.layers.transformer import Block, gather_tokens, start


@register_model("mae", task="images", source="He et al., CVPR 2022, arXiv 2111.06377", title="Masked autoencoder")
class MaskedAutoencoder(MaskedImageModel):
    """As cheap for five channels as for one, but bound to the number and order of channels it was trained on."""

    def __init__(
        self, channels: int = 5, patch: int = 16, crop: int = 128, width: int = 128, depth: int = 4, heads: int = 4,
        decoder_width: int = 64, decoder_depth: int = 2, mask_ratio: float = 0.75, fourier_weight: float = 0.01,
    ) -> None:  # fmt: skip
        super().__init__()
        self.config = {
            "channels": channels, "patch": patch, "crop": crop, "width": width, "depth": depth, "heads": heads,
            "decoder_width": decoder_width, "decoder_depth": decoder_depth, "mask_ratio": mask_ratio,
            "fourier_weight": fourier_weight,
        }  # fmt: skip
        self.channels, self.patch, self.crop = channels, patch, crop
        self.mask_ratio, self.fourier_weight = mask_ratio, fourier_weight
        self.project = nn.Linear(channels * patch * patch, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.narrow = nn.Linear(width, decoder_width)
        self.hidden_token = nn.Parameter(torch.zeros(decoder_width))
        self.decoder = nn.ModuleList(Block(decoder_width, heads) for _ in range(decoder_depth))
        self.decoder_norm = nn.LayerNorm(decoder_width)
        self.pixels = nn.Linear(decoder_width, channels * patch * patch)
        self.apply(start)
        nn.init.normal_(self.hidden_token, std=0.02)

    def encode(self, images: Tensor, *, kept: Tensor | None = None, seen: Tensor | None = None) -> Tensor:
        """Tokens of standardised images [n, channels, height, width]: [n, n_patches, width].

        kept [n, n_kept] int64 gives only these tokens to the encoder; seen [n, n_patches] bool hides the others.
        """
        tokens = self.project(self._patches(images)) + self.positions(images, self.project.out_features)
        if kept is not None:
            tokens = gather_tokens(tokens, kept)
        for block in self.blocks:
            tokens = block(tokens, seen)
        return self.norm(tokens)

    def embed(self, images: Tensor, *, pooling: str = "mean", seen: Tensor | None = None) -> Tensor:
        """Mean token of raw images [n, channels, height, width]: [n, width]; seen [n, n_patches] bool: what counts.

        Raises InputError for channelwise pooling, which this architecture cannot give.
        """
        if pooling != "mean":
            raise InputError(
                f"a token of this autoencoder holds all channels: no {pooling!r} pooling.", hint="camae gives it."
            )
        tokens = self.encode(standardised(images), seen=seen)
        if seen is None:
            return tokens.mean(dim=1)
        counts = seen.sum(dim=1, keepdim=True)
        if not bool((counts > 0).all()):
            raise InputError(f"image {int((counts == 0).nonzero()[0, 0])} has no patch that counts.")
        return (tokens * seen[..., None]).sum(dim=1) / counts

    def loss(self, images: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Masked squared error of standardised pixels (1 = predicting the mean), the Fourier term, and both as `loss`.

        images [n, channels, height, width] raw.
        """
        images = standardised(images)
        truth = self._patches(images)
        n, n_patches, _ = truth.shape
        kept, hidden = random_mask(n, n_patches, self.mask_ratio, generator)
        encoded = self.narrow(self.encode(images, kept=kept))
        tokens = self.with_hidden(encoded, kept, n_patches)
        tokens = tokens + self.positions(images, tokens.shape[-1])
        for block in self.decoder:
            tokens = block(tokens)
        predicted = self.pixels(self.decoder_norm(tokens))
        filled = torch.where(hidden[..., None], predicted, truth)
        return self.losses(predicted, truth, hidden, self._image(filled, images), images)

    def _patches(self, images: Tensor) -> Tensor:
        if images.shape[1] != self.channels:
            raise InputError(f"the autoencoder takes images of {self.channels} channels. Got {images.shape[1]}.")
        return patches_of(images, self.patch).transpose(1, 2).flatten(2)

    def _image(self, patches: Tensor, like: Tensor) -> Tensor:
        n, n_patches, _ = patches.shape
        cut = patches.reshape(n, n_patches, self.channels, -1).transpose(1, 2)
        return image_of(cut, like.shape[-2] // self.patch, like.shape[-1] // self.patch)
