"""Probability of a hit: the chance that a measurement passes the threshold."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition, best_first


@acquisition("probability_of_hit", title="Most likely a hit", needs=("mean", "sd", "threshold", "noise"))
def probability_of_hit(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """The k largest Φ((μ − τ) / √(s² + noise²)): their sum is the number of hits expected in the batch."""
    mean, sd = candidates.value(), candidates.need("sd")
    z = (mean - candidates.threshold) / np.sqrt(np.square(sd) + candidates.noise**2)
    chance = ndtr(z)
    return [
        Choice(int(i), float(chance[i]), f"a hit with probability {chance[i]:.0%}, from {candidates.threshold:.2f} on")
        for i in best_first(z, k, rng)
    ]
