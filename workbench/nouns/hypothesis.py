"""Hypothesis, its events, the decision rule declared beforehand, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.nouns.fields import fact, require
from workbench.nouns.perturbation import Context, Perturbation

STATES = ("draft", "proposed", "approved", "scheduled", "in lab", "measured", "resolved", "withdrawn")
OUTCOMES = ("supported", "refuted", "inconclusive")
DIRECTIONS = ("up", "down", "any")


@dataclass(frozen=True)
class DecisionRule:
    """When a measured effect counts: declared before the experiment, never changed after approval.

    Supported if the mean change of `n_replicates` replicates lies beyond `threshold` in `direction` and its interval at
    `level` excludes zero; refuted if the interval excludes the threshold; else inconclusive.
    """

    readout: str = fact("Readout", help="A readout's name, or 'profile' for the projection on the predicted direction")
    direction: str = fact("Direction")
    threshold: float = fact("Threshold")
    n_replicates: int = fact("Replicates asked", default=3)
    level: float = fact("Interval level", default=0.9)

    def __post_init__(self) -> None:
        require(self.direction in DIRECTIONS, f"A direction is one of {', '.join(DIRECTIONS)}.", self.direction)
        require(self.threshold >= 0, "A threshold is a size, not negative.", self.threshold)
        require(self.n_replicates >= 2, "A rule needs at least two replicates to have an interval.", self.n_replicates)
        require(0.5 <= self.level < 1, "The level lies between 0.5 and 1.", self.level)


@dataclass(frozen=True)
class Hypothesis:
    """What somebody (or the machine) believes a perturbation does, with its frozen prediction and its state."""

    hypothesis_id: str = fact("Id")
    number: int = fact("Number", help="Shown as H-12")
    statement: str = fact("Statement")
    perturbation: Perturbation = fact("Perturbation")
    context: Context = fact("Context")
    task: str = fact("Task")
    rule: DecisionRule = fact("Decision rule")
    state: str = fact("State")
    author: str = fact("Author")
    author_kind: str = fact("Proposed by", help="person or machine")
    prediction_id: str | None = fact("Prediction", default=None)
    predicted: dict[str, Any] = field(default_factory=dict, metadata={"label": "Predicted effect (frozen)"})
    rationale: str = fact("Rationale", default="")
    score: float | None = fact("Score", default=None)
    reason: str = fact("Reason of the score", default="")
    priority: int = fact("Priority", default=0)
    cost: float | None = fact("Cost", "wells", default=None)
    tags: tuple[str, ...] = fact("Tags", default=())
    outcome: dict[str, Any] = field(default_factory=dict, metadata={"label": "Outcome"})
    version: int = fact("Version", help="Counts changes, for compare-and-set", default=0)
    created_at: datetime | None = fact("Created", default=None)
    updated_at: datetime | None = fact("Changed", default=None)
    simulated: bool = fact("Simulated", default=False)

    def __post_init__(self) -> None:
        require(self.state in STATES, f"A state is one of {', '.join(STATES)}.", self.state)
        require(bool(self.statement.strip()), "A hypothesis needs a statement.", self.statement)

    @property
    def handle(self) -> str:
        """Short name for people, e.g. `H-12`."""
        return f"H-{self.number}"

    def __repr__(self) -> str:
        return f"Hypothesis({self.handle}, {self.state}: {self.statement})"


@dataclass(frozen=True)
class Event:
    """One line of a hypothesis's append-only, hash-chained history."""

    sequence: int = fact("#")
    at: datetime = fact("When")
    person: str = fact("Who")
    kind: str = fact("What")
    from_state: str = fact("From", default="")
    to_state: str = fact("To", default="")
    note: str = fact("Note", default="")
    payload: dict[str, Any] = field(default_factory=dict, metadata={"label": "Details"})
    previous_hash: str = fact("Previous hash", default="")
    hash: str = fact("Hash", default="")


@dataclass(frozen=True)
class Verdict:
    """The rule applied to the results."""

    outcome: str = fact("Outcome")
    effect: float = fact("Measured effect")
    low: float = fact("Lower bound")
    high: float = fact("Upper bound")
    n: int = fact("Replicates")
    reason: str = fact("Reason")

    def __post_init__(self) -> None:
        require(self.outcome in OUTCOMES, f"An outcome is one of {', '.join(OUTCOMES)}.", self.outcome)
