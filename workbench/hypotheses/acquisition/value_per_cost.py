"""Value per cost: the most predicted response for the money."""

from __future__ import annotations

import numpy as np

from workbench.errors import InputError
from workbench.hypotheses.acquisition import Candidates, Choice, acquisition, best_first


@acquisition("value_per_cost", title="Most response for its cost", needs=("mean", "cost"))
def value_per_cost(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """The k largest (value − smallest value) / cost (Snoek et al., 2012). Raises InputError for a cost of 0 or below."""
    value, cost = candidates.value(), candidates.need("cost")
    if not (np.isfinite(cost) & (cost > 0)).all():
        worst = int(np.argmin(np.where(np.isfinite(cost), cost, -np.inf)))
        raise InputError(f"the cost of {candidates.names[worst]} is {cost[worst]}.", hint="Costs are above 0.")
    rate = (value - value.min()) / cost
    return [
        Choice(int(i), float(rate[i]), f"predicted {value[i]:.2f} at a cost of {cost[i]:g}")
        for i in best_first(rate, k, rng)
    ]
