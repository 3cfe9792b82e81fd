"""Core-set: nothing stays far from what was measured."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition, best_first


@acquisition("core_set", title="Farthest from what was measured", needs=("points", "covered"))
def core_set(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """k-centre greedy: each time the candidate farthest from what was measured or chosen (Sener & Savarese, 2018)."""
    points = candidates.need("points")
    size = np.square(points).sum(axis=1)
    nearest = np.full(len(points), np.inf)
    if candidates.covered is not None and len(candidates.covered):
        other = np.square(candidates.covered).sum(axis=1)
        for start in range(0, len(points), 4096):
            rows = slice(start, start + 4096)
            nearest[rows] = (size[rows, None] + other - 2 * points[rows] @ candidates.covered.T).min(axis=1)
    chosen = []
    for _ in range(min(k, len(points))):
        i = int(best_first(nearest, 1, rng)[0])
        gap = float(np.sqrt(max(nearest[i], 0.0))) if np.isfinite(nearest[i]) else 0.0
        chosen.append(
            Choice(i, gap, f"{gap:.2f} from the nearest one measured or chosen" if gap else "the first of its kind")
        )
        nearest = np.minimum(nearest, np.maximum(size + size[i] - 2 * points @ points[i], 0.0))
        nearest[[choice.index for choice in chosen]] = -1.0
    return chosen
