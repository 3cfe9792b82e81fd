"""Determinantal batch: strong candidates that span as much as they can."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition, best_first


@acquisition("determinantal", title="Strong and spanning", needs=("mean", "points"))
def determinantal(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """Greedy maximum of the log determinant of L = q_i q_j cos_ij with quality q = exp(value in sd) (Chen et al., 2018)."""
    value, points = candidates.value(), candidates.need("points")
    quality = np.exp(np.clip((value - value.mean()) / max(float(value.std()), 1e-12), -6.0, 6.0))
    norm = np.linalg.norm(points, axis=1, keepdims=True)
    unit = np.divide(points, norm, out=np.zeros_like(points), where=norm > 1e-12)
    n, k = len(value), min(k, len(value))
    rest, rows, chosen = np.square(quality), np.zeros((k, n)), []
    for step in range(k):
        gain = rest + 1e-9 * np.square(quality)  # beyond the rank of the features, by quality
        gain[[choice.index for choice in chosen]] = -np.inf
        i = int(best_first(gain, 1, rng)[0])
        share = max(float(rest[i] / quality[i] ** 2), 0.0)
        chosen.append(
            Choice(i, float(value[i]), f"predicted {value[i]:.2f}; {share:.0%} of it not like what was chosen before")
        )
        if rest[i] > 1e-9 * quality[i] ** 2:
            row = quality[i] * quality * (unit @ unit[i])
            rows[step] = (row - rows[:step].T @ rows[:step, i]) / np.sqrt(rest[i])
            rest = np.maximum(rest - np.square(rows[step]), 0.0)
    return chosen
