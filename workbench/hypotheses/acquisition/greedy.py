"""Greedy: the strongest predicted responses first."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition, best_first


@acquisition("greedy", title="Strongest predicted response")
def greedy(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """The k candidates of the largest value (departure from the baseline, in units of the interval); ties at random."""
    value = candidates.value()
    if candidates.delta.shape[1] == 1:
        words = "predicted to reach {:.2f}"
    else:
        words = "predicted to depart {:.2f} interval widths from the baseline"
    return [Choice(int(i), float(value[i]), words.format(value[i])) for i in best_first(value, k, rng)]
