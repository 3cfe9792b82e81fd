"""Channel-agnostic masked autoencoder: one patch projection for every channel, one decoder a channel (Kraus, 2024)."""

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
from workbench.models.layers.transformer import Block, CrossBlock, gather_tokens, start  # fmt: skip

POOLING = ("mean", "channelwise")


@register_model(
    "camae", task="images", source="Kraus et al., CVPR 2024, arXiv 2404.10242", title="Channel-agnostic autoencoder"
)
class ChannelAgnosticMAE(MaskedImageModel):
    """Every channel gives its own tokens; positions are shared by the channels and no channel has a code of its own, so
    the encoder takes images of any number and order of channels. Decoders, used in training alone, know theirs.

    `channels` is the number of channels it is trained on; sizes are in pixels (`patch`, `crop`) or numbers of units.
    """

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
        self.patch, self.crop, self.mask_ratio, self.fourier_weight = patch, crop, mask_ratio, fourier_weight
        self.project = nn.Linear(patch * patch, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.narrow = nn.Linear(width, decoder_width)
        self.hidden_token = nn.Parameter(torch.zeros(decoder_width))
        self.channel_tokens = nn.Parameter(torch.zeros(channels, decoder_width))
        self.decoders = nn.ModuleList(_Decoder(decoder_width, heads, decoder_depth, patch) for _ in range(channels))
        self.apply(start)
        nn.init.normal_(self.hidden_token, std=0.02)
        nn.init.normal_(self.channel_tokens, std=0.02)

    def encode(self, images: Tensor, *, kept: Tensor | None = None, seen: Tensor | None = None) -> Tensor:
        """Tokens of standardised images: [n, n_channels * n_patches, width], channel by channel.

        images [n, n_channels, height, width]; kept [n, n_kept] int64 gives only these tokens to the encoder (training);
        seen [n, n_channels * n_patches] bool hides the others from attention (e.g. patches outside a cell's outline).
        """
        patches = patches_of(images, self.patch)
        n, n_channels, n_patches, _ = patches.shape
        positions = self.positions(images, self.project.out_features)
        tokens = (self.project(patches) + positions).reshape(n, n_channels * n_patches, -1)
        if kept is not None:
            tokens = gather_tokens(tokens, kept)
        for block in self.blocks:
            tokens = block(tokens, seen)
        return self.norm(tokens)

    def embed(self, images: Tensor, *, pooling: str = "mean", seen: Tensor | None = None) -> Tensor:
        """Embedding of raw images [n, n_channels, height, width]: [n, width], or [n, n_channels, width] channelwise.

        seen [n, n_channels, n_patches] bool: patches that count, at least one a channel.
        Raises InputError for an unknown pooling or an image without a patch that counts.
        """
        if pooling not in POOLING:
            raise InputError(f"tokens are pooled {' or '.join(POOLING)}. Got {pooling!r}.")
        n, n_channels = images.shape[:2]
        flat = None if seen is None else seen.reshape(n, -1)
        tokens = self.encode(standardised(images), seen=flat).reshape(n, n_channels, -1, self.project.out_features)
        if seen is None:
            by_channel = tokens.mean(dim=2)
        else:
            counts = seen.sum(dim=2)
            if not bool((counts > 0).all()):
                raise InputError(f"image {int((counts == 0).any(dim=1).nonzero()[0])} has no patch that counts.")
            by_channel = (tokens * seen[..., None]).sum(dim=2) / counts[..., None]
        return by_channel if pooling == "channelwise" else by_channel.mean(dim=1)

    def loss(self, images: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Masked squared error of standardised pixels (1 = predicting the mean) and the Fourier term, and both as `loss`.

        images [n, channels, height, width] raw; the mask is drawn over all channels' tokens together.
        """
        images = standardised(images)
        truth = patches_of(images, self.patch)
        n, n_channels, n_patches, _ = truth.shape
        if n_channels != len(self.decoders):
            raise InputError(f"the autoencoder is trained on {len(self.decoders)} channels. Got {n_channels}.")
        kept, hidden = random_mask(n, n_channels * n_patches, self.mask_ratio, generator)
        encoded = self.narrow(self.encode(images, kept=kept))
        tokens = self.with_hidden(encoded, kept, n_channels * n_patches)
        tokens = tokens.reshape(n, n_channels, n_patches, -1) + self.positions(images, tokens.shape[-1])
        tokens = tokens + self.channel_tokens[:, None, :]
        memory = gather_tokens(tokens.flatten(1, 2), kept)  # with their place and channel, as the asking tokens have
        predicted = torch.stack([decoder(tokens[:, i], memory) for i, decoder in enumerate(self.decoders)], dim=1)
        hidden = hidden.reshape(n, n_channels, n_patches)
        grid = images.shape[-2] // self.patch, images.shape[-1] // self.patch
        filled = torch.where(hidden[..., None], predicted, truth)
        return self.losses(predicted, truth, hidden, image_of(filled, *grid), images)


class _Decoder(nn.Module):
    """One channel: its tokens look at all encoded tokens, then at each other, then become pixels."""

    def __init__(self, width: int, heads: int, depth: int, patch: int) -> None:
        super().__init__()
        self.look = CrossBlock(width, heads)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.pixels = nn.Linear(width, patch * patch)

    def forward(self, tokens: Tensor, memory: Tensor) -> Tensor:
        """tokens [n, n_patches, width], memory [n, n_kept, width] -> pixels [n, n_patches, patch²]."""
        tokens = self.look(tokens, memory)
        for block in self.blocks:
            tokens = block(tokens)
        return self.pixels(self.norm(tokens))
