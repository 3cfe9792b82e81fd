"""Diverse: strong predicted responses that differ from each other."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition


@acquisition("diverse", title="Strong and different from each other")
def diverse(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """Greedy with a local penalty: each pick lowers the score of similar ones by their cosine to it (squared)."""
    deviation = (candidates.delta - candidates.baseline) / candidates.width
    strength = np.sqrt(np.mean(np.square(deviation), axis=1))
    norm = np.linalg.norm(deviation, axis=1, keepdims=True)
    unit = np.divide(deviation, norm, out=np.zeros_like(deviation), where=norm > 0)
    score, chosen = strength + 1e-12 * rng.random(len(strength)), []
    for _ in range(min(k, len(strength))):
        i = int(np.argmax(score))
        nearest = max((float(unit[i] @ unit[j.index]) for j in chosen), default=0.0)
        words = f"predicted strength {strength[i]:.2f}"
        if chosen:
            words += f"; cosine to the nearest choice {nearest:.2f}"
        chosen.append(Choice(i, float(max(score[i], 0.0)), words))
        score = score * (1.0 - np.clip(unit @ unit[i], 0.0, 1.0) ** 2)
        score[i] = -1.0
    return chosen
