"""Random: every candidate with the same chance."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition


@acquisition("random", title="At random", needs=())
def random(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """k candidates without replacement: the control that every other choice is held against."""
    n = len(candidates.names)
    return [Choice(int(i), 0.0, f"drawn at random among {n}") for i in rng.permutation(n)[:k]]
