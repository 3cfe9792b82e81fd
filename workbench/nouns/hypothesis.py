"""Hypothesis, its events, the decision rule declared beforehand, and the verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from workbench.nouns.fields import fact, require
from workbench.nouns.perturbation import Context, Perturbation

State = Literal["draft", "proposed", "approved", "scheduled", "in lab", "measured", "resolved", "withdrawn"]
STATES: tuple[str, ...] = get_args(State)
OUTCOMES = ("supported", "refuted", "inconclusive")
DIRECTIONS = ("up", "down", "any")
PRIORITIES = {-2: "lowest", -1: "low", 0: "normal", 1: "raised", 2: "high", 3: "urgent"}
MAX_COST, MAX_TAGS, MAX_TAG = 1_000_000, 20, 40


@dataclass(frozen=True)
class DecisionRule:
    """When a measured effect counts: declared before the experiment, never changed after approval.

    Supported if the mean change of `n_replicates` replicates lies beyond `threshold` in `direction` and its interval at
    `level` excludes zero; refuted if the interval excludes the threshold; else inconclusive.
    """

    readout: str = fact(
        "Readout", help="A readout, 'profile' (the projection on the predicted direction), or the name of a signature"
    )
    direction: str = fact("Direction")
    threshold: float = fact("Threshold")
    n_replicates: int = fact("Replicates asked", default=3)
    level: float = fact("Interval level", default=0.9)
    weights: tuple[tuple[str, float], ...] = fact(
        "Signature", help="Readouts with their weights where the rule reads a named signature, frozen", default=()
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", tuple((str(name), float(value)) for name, value in self.weights))
        require(self.direction in DIRECTIONS, f"A direction is one of {', '.join(DIRECTIONS)}.", self.direction)
        require(self.threshold >= 0, "A threshold is a size, not negative.", self.threshold)
        require(self.n_replicates >= 2, "A rule needs at least two replicates to have an interval.", self.n_replicates)
        require(0.5 <= self.level < 1, "The level lies between 0.5 and 1.", self.level)
        require(math.isfinite(self.threshold), "A threshold is a finite number.", self.threshold)
        names = [name for name, _ in self.weights]
        require(len(set(names)) == len(names), "A signature names each readout once.")
        total = sum(abs(value) for _, value in self.weights)
        require(not names or math.isclose(total, 1.0, rel_tol=1e-6), "Absolute weights of a signature sum to 1.", total)


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
        require(self.priority in PRIORITIES, "A priority is a whole number from -2 to 3.", self.priority)
        require(self.cost is None or 0 <= self.cost <= MAX_COST, f"A cost is 0 to {MAX_COST:,} wells.", self.cost)
        require(len(self.tags) <= MAX_TAGS, f"At most {MAX_TAGS} tags.", len(self.tags))
        for tag in self.tags:
            plain = isinstance(tag, str) and 0 < len(tag) <= MAX_TAG and tag.isprintable() and tag == tag.strip()
            require(plain and "," not in tag, f"A tag has 1 to {MAX_TAG} characters, no comma.", tag)

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
    position: int = fact("Place in the ledger", help="Among the events of all hypotheses, from 1", default=0)
    ledger_hash: str = fact("Ledger hash", help="Binds it to the event before it in the ledger", default="")


@dataclass(frozen=True)
class News:
    """What somebody else did to a hypothesis that concerns a person, and why it does."""

    handle: str = fact("Hypothesis")
    statement: str = fact("Statement")
    event: Event = fact("Event")
    why: str = fact("Why", help="yours, you took part, or to approve")


@dataclass(frozen=True)
class Outcome:
    """What became of one of several that were decided together."""

    handle: str = fact("Hypothesis")
    done: bool = fact("Done")
    words: str = fact("In words")


@dataclass(frozen=True)
class Attachment:
    """A file that somebody added to a hypothesis, kept by its content."""

    attachment_id: str = fact("Id")
    hypothesis_id: str = fact("Hypothesis")
    name: str = fact("File")
    sha256: str = fact("sha256")
    n_bytes: int = fact("Size", "bytes")
    person: str = fact("Who")
    created_at: datetime = fact("When")


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
