"""Upper confidence bound: what could well be strong."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition, best_first

BETA = 1.0


@acquisition("upper_confidence_bound", title="Strong, or not known to be weak", needs=("mean", "sd"))
def upper_confidence_bound(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """The k largest mean + β sd, β = 1 (Auer, 2002; Srinivas et al., 2010)."""
    mean, sd = candidates.value(), candidates.need("sd")
    bound = mean + BETA * sd
    return [
        Choice(int(i), float(bound[i]), f"could reach {bound[i]:.2f}: predicted {mean[i]:.2f}, sd {sd[i]:.2f}")
        for i in best_first(bound, k, rng)
    ]
