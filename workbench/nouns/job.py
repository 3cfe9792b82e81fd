"""Job."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.nouns.fields import fact, require

JOB_STATES = ("queued", "running", "done", "failed", "cancelled")


@dataclass(frozen=True)
class Job:
    """One piece of durable work: a kind, JSON arguments, progress and the id of its result."""

    job_id: str = fact("Job")
    kind: str = fact("Kind")
    title: str = fact("Title")
    state: str = fact("State")
    arguments: dict[str, Any] = field(default_factory=dict, metadata={"label": "Arguments"})
    progress: float = fact("Progress", help="0 to 1", default=0.0)
    message: str = fact("Now", default="")
    result_id: str | None = fact("Result", default=None)
    error: dict[str, Any] = field(default_factory=dict, metadata={"label": "Error"})
    person: str = fact("By", default="")
    executor: str = fact("Worker", help="Which worker took it last", default="")
    created_at: datetime | None = fact("Queued", default=None)
    finished_at: datetime | None = fact("Finished", default=None)

    def __post_init__(self) -> None:
        require(self.state in JOB_STATES, f"A job's state is one of {', '.join(JOB_STATES)}.", self.state)
        require(0 <= self.progress <= 1, "Progress lies between 0 and 1.", self.progress)

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "failed", "cancelled")
