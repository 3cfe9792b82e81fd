"""ModelVersion and Comparison."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.nouns.fields import fact, require

MODEL_STATES = ("candidate", "promoted", "retired", "rejected")


@dataclass(frozen=True)
class ModelVersion:
    """Architecture + weights + recipe + snapshot + code version + evaluation + card."""

    version_id: str = fact("Id")
    name: str = fact("Version", help="Readable, e.g. l1000_orf-v2")
    task: str = fact("Task")
    architecture: str = fact("Architecture", help="Name in the model registry")
    state: str = fact("State")
    weights_sha256: str = fact("Weights")
    recipe_hash: str = fact("Recipe")
    snapshot: int = fact("Snapshot")
    code_version: str = fact("Code version")
    recipe: dict[str, Any] = field(default_factory=dict, metadata={"label": "Recipe"})
    training_set: dict[str, Any] = field(default_factory=dict, metadata={"label": "Training set"})
    card: dict[str, Any] = field(default_factory=dict, metadata={"label": "Card"})
    parent: str | None = fact("Parent", default=None)
    created_at: datetime | None = fact("Trained", default=None)

    def __post_init__(self) -> None:
        require(self.state in MODEL_STATES, f"A model's state is one of {', '.join(MODEL_STATES)}.", self.state)

    def __repr__(self) -> str:
        return f"ModelVersion({self.name!r}, {self.architecture}, {self.state}, snapshot {self.snapshot})"


@dataclass(frozen=True)
class Comparison:
    """Two versions on the same held-out set.

    rows: one dict a metric with keys metric, old, new, difference, low, high, n, better (higher or lower).
    """

    comparison_id: str = fact("Comparison")
    task: str = fact("Task")
    old: str = fact("Old version")
    new: str = fact("New version")
    held_out: str = fact("Held-out set")
    rows: tuple[dict[str, Any], ...] = fact("Metrics")
    decision: str = fact("Decision", help="promoted, not promoted or rolled back")
    reason: str = fact("Reason")
    rule: dict[str, Any] = field(default_factory=dict, metadata={"label": "Promotion rule"})
    created_at: datetime | None = fact("Compared", default=None)
