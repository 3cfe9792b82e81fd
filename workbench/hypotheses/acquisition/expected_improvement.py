"""Expected improvement on the best value seen."""

from __future__ import annotations

import numpy as np
from scipy.special import log_ndtr, ndtr

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition, best_first


@acquisition("expected_improvement", title="Expected to beat the best seen", needs=("mean", "sd", "best"))
def expected_improvement(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """The k largest (μ − f*) Φ(z) + s φ(z), z = (μ − f*) / s (Jones et al., 1998); poor when many hits are wanted."""
    mean, sd = candidates.value(), np.maximum(candidates.need("sd"), 1e-9)
    z = (mean - candidates.best) / sd
    gain = sd * (z * ndtr(z) + np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi))
    order = best_first(np.where(gain > 1e-12, np.log(np.maximum(gain, 1e-300)), -1e3 + log_ndtr(z)), k, rng)
    return [
        Choice(int(i), float(gain[i]), f"expected {gain[i]:.2g} above the best seen ({candidates.best:.2f})")
        for i in order
    ]
