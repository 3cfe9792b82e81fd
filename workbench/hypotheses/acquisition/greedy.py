"""Greedy: the strongest predicted responses first."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition


@acquisition("greedy", title="Strongest predicted response")
def greedy(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """The k candidates whose prediction departs most from the baseline, in units of the interval; ties at random."""
    strength = response_strength(candidates)
    order = np.lexsort((rng.random(len(strength)), -strength))[:k]
    return [
        Choice(int(i), float(strength[i]), f"predicted to depart {strength[i]:.2f} interval widths from the baseline")
        for i in order
    ]


def response_strength(candidates: Candidates) -> np.ndarray:
    """Root mean square of (prediction − baseline) / interval half-width over readouts [n]; 0 for infinite widths."""
    scaled = (candidates.delta - candidates.baseline) / candidates.width
    return np.sqrt(np.mean(np.square(scaled), axis=1))
