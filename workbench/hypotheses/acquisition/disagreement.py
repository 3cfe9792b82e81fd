"""Disagreement: measurements that tell rival explanations apart."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition, best_first


@acquisition("disagreement", title="Tells rival explanations apart", needs=("rivals", "noise"))
def disagreement(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """Largest ½ log(1 + variance over rivals / noise²): what a measurement tells about which explanation holds.

    rivals [n_rivals, n] are predictions of models that explain what was seen in different ways (Hunter & Reiner, 1965).
    """
    rivals = candidates.need("rivals")
    information = 0.5 * np.log1p(rivals.var(axis=0) / max(candidates.noise, 1e-9) ** 2)
    return [
        Choice(
            int(i),
            float(information[i]),
            f"rival explanations say {rivals[:, i].min():.2f} to {rivals[:, i].max():.2f}",
        )
        for i in best_first(information, k, rng)
    ]
