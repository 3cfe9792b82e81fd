"""Pre-norm transformer blocks with normalised queries and keys."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

FIRST_GAIN = 2.2  # of normalised queries and keys; 1 leaves attention nearly even at the start


class Attention(nn.Module):
    """Multi-head attention of tokens [n, n_tokens, width] to `memory` [n, n_memory, width] (default: themselves).

    Queries and keys are normalised a head (Henry et al., 2020), which keeps small models stable at high rates.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key_value = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.norm_query, self.norm_key = nn.LayerNorm(width // heads), nn.LayerNorm(width // heads)
        self.out = nn.Linear(width, width)

    def forward(self, tokens: Tensor, memory: Tensor | None = None, seen: Tensor | None = None) -> Tensor:
        """[n, n_tokens, width]; seen [n, n_memory] bool: memory tokens that count (default: all)."""
        memory = tokens if memory is None else memory
        query = self._split(self.query(tokens))
        key, value = (self._split(part) for part in self.key_value(memory).chunk(2, dim=-1))
        mask = None if seen is None else seen[:, None, None, :]
        mixed = functional.scaled_dot_product_attention(
            self.norm_query(query), self.norm_key(key), value, attn_mask=mask
        )
        return self.out(mixed.transpose(1, 2).flatten(2))

    def _split(self, tokens: Tensor) -> Tensor:
        n, n_tokens, width = tokens.shape
        return tokens.reshape(n, n_tokens, self.heads, width // self.heads).transpose(1, 2)


class Block(nn.Module):
    """Attention and a two-layer perceptron, each on normalised tokens and added to them."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm_attention, self.norm_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, tokens: Tensor, seen: Tensor | None = None) -> Tensor:
        """tokens [n, n_tokens, width], seen [n, n_tokens] bool -> [n, n_tokens, width]."""
        tokens = tokens + self.attention(self.norm_attention(tokens), seen=seen)
        return tokens + self.mlp(self.norm_mlp(tokens))


class CrossBlock(nn.Module):
    """Tokens look at a memory, then a two-layer perceptron."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm_tokens, self.norm_memory, self.norm_mlp = (nn.LayerNorm(width) for _ in range(3))
        self.attention = Attention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, tokens: Tensor, memory: Tensor) -> Tensor:
        """tokens [n, n_tokens, width], memory [n, n_memory, width] -> [n, n_tokens, width]."""
        tokens = tokens + self.attention(self.norm_tokens(tokens), self.norm_memory(memory))
        return tokens + self.mlp(self.norm_mlp(tokens))


def start(module: nn.Module) -> None:
    """How weights begin; for `model.apply`, which reaches the parts of a module before the module itself.

    Linear layers as Glorot and Bengio (2010). Attention begins by looking at what resembles the token, above all at near
    positions: keys equal queries (as Trockman and Kolter, 2023, observe of trained models) and are scaled up. Without it
    a small model stays for hundreds of steps where it predicts the mean.
    """
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    if isinstance(module, Attention):
        with torch.no_grad():
            module.key_value.weight[: module.query.out_features] = module.query.weight
        nn.init.constant_(module.norm_query.weight, FIRST_GAIN)
        nn.init.constant_(module.norm_key.weight, FIRST_GAIN)


def gather_tokens(tokens: Tensor, index: Tensor) -> Tensor:
    """tokens [n, n_tokens, width], index [n, n_kept] int64 -> [n, n_kept, width]."""
    return torch.gather(tokens, 1, index[..., None].expand(-1, -1, tokens.shape[-1]))
