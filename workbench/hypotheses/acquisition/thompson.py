"""Thompson sampling: each choice is the best candidate of one joint draw of all of them."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition, best_first

TEMPERATURE = 0.3


@acquisition("thompson", title="Best of a joint draw", needs=("mean", "draws"))
def thompson(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """The first candidate not chosen yet of joint draws in turn, each drawn toward the mean by the temperature (0.3).

    Draws are joint over the candidates, so alike candidates rise together (Thompson, 1933; Kandasamy et al., 2018).
    """
    mean, draws = candidates.value(), candidates.need("draws")
    tempered = mean + TEMPERATURE * (draws - mean)
    free, chosen = np.ones(len(mean), dtype=bool), []
    for i in range(min(k, len(mean))):
        drawn = np.where(free, tempered[i % len(tempered)], -np.inf)
        best = int(best_first(drawn, 1, rng)[0])
        free[best] = False
        chosen.append(
            Choice(
                best, float(mean[best]), f"best of draw {i + 1}: drawn {drawn[best]:.2f}, predicted {mean[best]:.2f}"
            )
        )
    return chosen
