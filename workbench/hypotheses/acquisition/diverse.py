"""Diverse: strong predicted responses that differ from each other."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition


@acquisition("diverse", title="Strong and different from each other", needs=("mean", "points"))
def diverse(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """Greedy with a local penalty: each pick lowers the score of similar ones by their cosine to it (squared).

    Likeness is that of the points where they are given, else of the predicted departures from the baseline.
    """
    given = candidates.points is not None
    deviation = candidates.points if given else (candidates.delta - candidates.baseline) / candidates.width
    strength = candidates.value() - min(float(candidates.value().min()), 0.0)
    norm = np.linalg.norm(deviation, axis=1, keepdims=True)
    unit = np.divide(deviation, norm, out=np.zeros_like(deviation), where=norm > 0)
    score, chosen = strength + 1e-12 * rng.random(len(strength)), []
    for _ in range(min(k, len(strength))):
        i = int(np.argmax(score))
        words = f"predicted strength {strength[i]:.2f}"
        if chosen:
            nearest = float((unit[[choice.index for choice in chosen]] @ unit[i]).max())
            words += f"; cosine to the nearest choice {nearest:.2f}"
        chosen.append(Choice(i, float(max(score[i], 0.0)), words))
        score = np.where(score < 0, score, score * (1.0 - np.clip(unit @ unit[i], 0.0, 1.0) ** 2))
        score[i] = -1.0
    return chosen
