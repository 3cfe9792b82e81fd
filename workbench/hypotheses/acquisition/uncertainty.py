"""Uncertainty: what the model knows least about."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition, best_first


@acquisition("uncertainty", title="Least known", needs=("sd",))
def uncertainty(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """The k largest standard deviations of the prediction (Lewis & Gale, 1994)."""
    sd = candidates.need("sd")
    return [Choice(int(i), float(sd[i]), f"predicted with sd {sd[i]:.2f}") for i in best_first(sd, k, rng)]
