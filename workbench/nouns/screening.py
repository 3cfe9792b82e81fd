"""Screening: every perturbation a virtual cell can be asked about, ranked by one readout or a signature."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workbench.nouns.fields import fact, frozen_array, require, require_shape


@dataclass(frozen=True, eq=False)
class Screening:
    """The ranking, best first, each score beside its interval, its baseline and the measured score where it is known.

    score, low, high, baseline, domain, measured [n]; NaN where nothing was measured. A score is the weighted mean of the
    changes of `weights` (readout -> weight, absolute weights sum to 1) in the units of its task. `skill` holds one dict a
    task: how the ranking of held-out perturbations agreed with what was measured.
    """

    aim: str = fact("Ranked by")
    weights: dict[str, float] = field(default_factory=dict, metadata={"label": "Weights of the readouts"})
    perturbations: tuple[str, ...] = fact("Perturbations", default=())
    names: tuple[str, ...] = fact("Names", default=())
    tasks: tuple[str, ...] = fact("Virtual cells", default=())
    contexts: tuple[str, ...] = fact("Contexts", default=())
    score: np.ndarray = fact("Predicted score", default_factory=lambda: np.zeros(0))
    low: np.ndarray = fact("Lower bound", default_factory=lambda: np.zeros(0))
    high: np.ndarray = fact("Upper bound", default_factory=lambda: np.zeros(0))
    baseline: np.ndarray = fact("Baseline", default_factory=lambda: np.zeros(0))
    domain: np.ndarray = fact("Domain score", default_factory=lambda: np.zeros(0))
    measured: np.ndarray = fact("Measured score", default_factory=lambda: np.zeros(0))
    skill: tuple[dict[str, Any], ...] = fact("Skill on held-out perturbations", default=())
    level: float = fact("Interval level", default=0.9)
    simulated: bool = fact("Simulated", default=False)

    def __post_init__(self) -> None:
        n = len(self.perturbations)
        for name in ("score", "low", "high", "baseline", "domain", "measured"):
            object.__setattr__(self, name, frozen_array(getattr(self, name), np.float64))
            require_shape(getattr(self, name), (n,), f"Screening.{name}")
        for name in ("names", "tasks", "contexts"):
            require(len(getattr(self, name)) == n, f"Screening.{name} needs one entry a perturbation.", n)
        require(bool(self.weights), "A screening needs a readout to rank by.")

    def __len__(self) -> int:
        return len(self.perturbations)

    def __repr__(self) -> str:
        return f"Screening({len(self):,} perturbations by {self.aim!r})"
