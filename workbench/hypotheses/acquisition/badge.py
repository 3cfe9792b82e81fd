"""BADGE: candidates that would move the model, each in another direction."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition


@acquisition("badge", title="Would move the model, each in its way", needs=("sd", "points"))
def badge(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """k-means++ seeding over gradient embeddings (Ash et al., 2020): expected |residual| (√(2/π) sd) times the features."""
    residual = np.sqrt(2 / np.pi) * candidates.need("sd")
    gradient = residual[:, None] * candidates.need("points")
    size = np.square(gradient).sum(axis=1)
    nearest, chosen = size.copy(), []
    for _ in range(min(k, len(size))):
        free = np.maximum(nearest, 0.0)
        free[[choice.index for choice in chosen]] = 0.0
        if free.sum() <= 1e-12:  # nothing differs any more: the rest at random
            free = np.ones(len(size))
            free[[choice.index for choice in chosen]] = 0.0
        i = int(rng.choice(len(size), p=free / free.sum()))
        chosen.append(
            Choice(i, float(np.sqrt(size[i])), f"gradient of length {np.sqrt(size[i]):.2f}, sd {candidates.sd[i]:.2f}")
        )
        nearest = np.minimum(nearest, np.maximum(size + size[i] - 2 * gradient @ gradient[i], 0.0))
    return chosen
