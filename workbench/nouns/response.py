"""Response and Prediction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workbench.nouns.fields import fact, frozen_array, require, require_shape
from workbench.nouns.perturbation import Context, Perturbation

VERDICTS = ("signal", "no signal", "outside my domain")


@dataclass(frozen=True, eq=False)
class Response:
    """Measured change of every readout against matched controls of the same plates.

    delta, standard_error [n_readouts] in the dataset's units; n replicates; n_controls control wells used.
    """

    dataset: str = fact("Dataset")
    perturbation: Perturbation = fact("Perturbation")
    context: Context = fact("Context")
    readouts: tuple[str, ...] = fact("Readouts")
    delta: np.ndarray = fact("Change against controls")
    standard_error: np.ndarray = fact("Standard error")
    n: int = fact("Replicates")
    n_controls: int = fact("Control wells")
    replicate_agreement: float | None = fact("Replicate agreement", help="Mean Pearson r of replicates", default=None)
    simulated: bool = fact("Simulated", default=False)

    def __post_init__(self) -> None:
        for name in ("delta", "standard_error"):
            object.__setattr__(self, name, frozen_array(getattr(self, name), np.float64))
            require_shape(getattr(self, name), (len(self.readouts),), f"Response.{name}")
        require(self.n >= 1, "A response needs at least one replicate.", self.n)

    def __repr__(self) -> str:
        return f"Response({self.perturbation.name!r} in {self.context}, {len(self.readouts)} readouts, n={self.n})"


@dataclass(frozen=True, eq=False)
class Prediction:
    """Predicted change of every readout with interval, always beside its baseline and the replicate ceiling.

    delta, low, high, baseline [n_readouts]; [low, high] is the interval at `level` for each readout by itself.
    verdict: signal, no signal, or outside my domain, where nothing may be known at all: then delta, low and high are NaN.
    `evidence` rows: perturbation_id, name, weight.
    """

    prediction_id: str = fact("Prediction")
    task: str = fact("Task", help="Which virtual cell was asked, e.g. l1000_orf or cellbox")
    perturbation: Perturbation = fact("Perturbation")
    context: Context = fact("Context")
    readouts: tuple[str, ...] = fact("Readouts")
    delta: np.ndarray = fact("Predicted change")
    low: np.ndarray = fact("Lower bound")
    high: np.ndarray = fact("Upper bound")
    level: float = fact("Interval level")
    baseline: np.ndarray = fact("Baseline")
    baseline_name: str = fact("Baseline is")
    verdict: str = fact("Verdict")
    verdict_reason: str = fact("Why this verdict")
    domain_score: float = fact("Domain score", help="0: nothing like it was measured; 1: as near as measured ones")
    model_version: str = fact("Model version")
    model_name: str = fact("Model")
    snapshot: int = fact("Snapshot")
    code_version: str = fact("Code version")
    ceiling: dict[str, Any] = field(default_factory=dict, metadata={"label": "Replicate ceiling"})
    evidence: tuple[dict[str, Any], ...] = field(default=(), metadata={"label": "Nearest measured evidence"})
    baselines: dict[str, np.ndarray] = field(default_factory=dict, metadata={"label": "Other baselines"})
    units: str = fact("Units", default="")
    simulated: bool = fact("Simulated", default=False)
    interval: str = fact(
        "Interval is", default="", help="Which class of question its width comes from, or why it is infinite"
    )
    simultaneous: float | None = fact(
        "Band factor", default=None,
        help="Widen every interval by this for one band that holds all readouts at once at the same level",
    )  # fmt: skip

    def __post_init__(self) -> None:
        for name in ("delta", "low", "high", "baseline"):
            object.__setattr__(self, name, frozen_array(getattr(self, name), np.float64))
            require_shape(getattr(self, name), (len(self.readouts),), f"Prediction.{name}")
        require(self.verdict in VERDICTS, f"A verdict is one of {', '.join(VERDICTS)}.", self.verdict)
        if self.is_refused:
            require(self.verdict == VERDICTS[2], "Only a question outside the domain has no numbers.", self.verdict)
        else:
            require(bool(np.all(self.low <= self.high)), "Each lower bound must not exceed its upper bound.")

    @property
    def is_refused(self) -> bool:
        """Whether there is no prediction: every number is NaN, and `verdict_reason` says which source lacks what."""
        return bool(np.isnan(self.delta).all())

    def __repr__(self) -> str:
        return f"Prediction({self.perturbation.name!r} in {self.context}, {self.verdict}, by {self.model_version})"
