"""The JSON that goes in and out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from workbench.catalog.hypotheses import MAX_NOTE
from workbench.nouns import Attachment, Event, Experiment, Hypothesis, Job, News, Plate
from workbench.nouns.hypothesis import MAX_COST, MAX_TAG, MAX_TAGS, PRIORITIES

PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"  # text: no control characters but tab and line ends
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PLAIN)]
Words = Annotated[str, StringConstraints(max_length=MAX_NOTE, pattern=PLAIN)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TAG, pattern=PLAIN)]
Priority = Annotated[int, Field(ge=min(PRIORITIES), le=max(PRIORITIES))]
Cost = Annotated[float, Field(ge=0, le=MAX_COST, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class Body(BaseModel):
    """What comes in: unknown fields are an error, not a surprise."""

    model_config = ConfigDict(extra="forbid")


class Note(Body):
    """Why."""

    note: Words = ""


class Comment(Body):
    """What is said."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_NOTE, pattern=PLAIN)]


class Change(Note):
    """What is changed; what is left out stays."""

    priority: Priority | None = None
    tags: Annotated[list[Tag], Field(max_length=MAX_TAGS)] | None = None
    cost: Cost | None = None


class NewHypothesis(Body):
    """A question to the virtual cell, and the rule that will decide; what is left out is suggested."""

    task: Name
    perturbation_id: Name
    readout: Name | None = None
    signature: Annotated[dict[str, Finite], Field(max_length=5_000)] | None = None
    direction: Literal["up", "down", "any"] | None = None
    threshold: Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)] | None = None
    statement: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=PLAIN)] | None = None
    rationale: Words = ""
    priority: Priority = 0
    tags: Annotated[list[Tag], Field(max_length=MAX_TAGS)] = []
    cost: Cost | None = None
    propose: bool = True


class PlateResults(Body):
    """Results of one plate: well -> readout -> value."""

    plate_barcode: Name
    wells: Annotated[dict[str, dict[str, Finite]], Field(min_length=1, max_length=1_536)]


class Answers(Body):
    """Answers to what results leave open, by the keys of the plan's questions."""

    answers: Annotated[dict[Name, Name], Field(max_length=2_000)] = {}


class Seen(Body):
    """How far the inbox was read: the position of an event."""

    position: Annotated[int, Field(ge=0, le=2**53)]


class HypothesisOut(BaseModel):
    """A hypothesis as it stands."""

    handle: str
    hypothesis_id: str
    version: int
    statement: str
    state: str
    task: str
    perturbation_id: str
    perturbation: str
    context: str
    author: str
    author_kind: str
    rule: dict[str, Any]
    predicted: dict[str, Any]
    outcome: dict[str, Any]
    rationale: str
    score: float | None
    reason: str
    priority: int
    cost: float | None
    tags: list[str]
    simulated: bool
    created_at: datetime | None
    updated_at: datetime | None

    @classmethod
    def of(cls, item: Hypothesis) -> HypothesisOut:
        """From the noun."""
        same = (
            "handle", "hypothesis_id", "version", "statement", "state", "task", "author", "author_kind", "predicted",
            "outcome", "rationale", "score", "reason", "priority", "cost", "simulated",
        )  # fmt: skip
        rule = {
            name: getattr(item.rule, name) for name in ("readout", "direction", "threshold", "n_replicates", "level")
        }
        return cls(
            **{name: getattr(item, name) for name in same}, tags=list(item.tags),
            rule=rule | {"weights": dict(item.rule.weights)}, perturbation_id=item.perturbation.perturbation_id,
            perturbation=item.perturbation.name, context=str(item.context), created_at=_utc(item.created_at),
            updated_at=_utc(item.updated_at),
        )  # fmt: skip


class EventOut(BaseModel):
    """One line of the history."""

    hypothesis: str
    position: int
    sequence: int
    at: datetime
    person: str
    kind: str
    from_state: str
    to_state: str
    note: str
    payload: dict[str, Any]
    previous_hash: str
    hash: str
    ledger_hash: str

    @classmethod
    def of(cls, handle: str, event: Event) -> EventOut:
        """From the noun."""
        names = [name for name in cls.model_fields if name not in ("hypothesis", "at")]
        return cls(hypothesis=handle, at=_utc(event.at), **{name: getattr(event, name) for name in names})


class NewsOut(BaseModel):
    """What somebody else did to a hypothesis that concerns the person, and why it does."""

    hypothesis: str
    statement: str
    why: Literal["yours", "you took part", "to approve"]
    event: EventOut

    @classmethod
    def of(cls, item: News) -> NewsOut:
        """From the noun."""
        event = EventOut.of(item.handle, item.event)
        return cls(hypothesis=item.handle, statement=item.statement, why=item.why, event=event)


class AttachmentOut(BaseModel):
    """A file of a hypothesis."""

    attachment_id: str
    name: str
    sha256: str
    n_bytes: int
    person: str
    created_at: datetime

    @classmethod
    def of(cls, item: Attachment) -> AttachmentOut:
        """From the noun."""
        names = [name for name in cls.model_fields if name != "created_at"]
        return cls(created_at=_utc(item.created_at), **{name: getattr(item, name) for name in names})


class ExperimentOut(BaseModel):
    """A batch of plates."""

    handle: str
    title: str
    lab: str
    state: str
    task: str
    plates: list[str]

    @classmethod
    def of(cls, item: Experiment) -> ExperimentOut:
        """From the noun."""
        plates = [plate.plate_barcode for plate in item.plates]
        return cls(handle=item.handle, title=item.title, lab=item.lab, state=item.state, task=item.task, plates=plates)


class WellOut(BaseModel):
    """What a well holds."""

    well: str
    role: str
    perturbation_id: str
    perturbation: str
    hypothesis_id: str | None
    replicate: int
    dose_um: float | None


class PlateOut(BaseModel):
    """A plate with its layout."""

    plate_barcode: str
    experiment: str
    n_wells: int
    wells: list[WellOut]

    @classmethod
    def of(cls, plate: Plate, experiment: str) -> PlateOut:
        """From the noun."""
        wells = [
            WellOut(
                well=well.well, role=well.role, perturbation_id=well.perturbation_id, perturbation=well.perturbation_name,
                hypothesis_id=well.hypothesis_id, replicate=well.replicate, dose_um=well.dose_um,
            )
            for well in plate.wells
        ]  # fmt: skip
        return cls(plate_barcode=plate.plate_barcode, experiment=experiment, n_wells=plate.n_wells, wells=wells)


class QuestionOut(BaseModel):
    """What results leave open; `key` names the answer."""

    key: str
    words: str
    options: list[str]


class PlanOut(BaseModel):
    """What was understood of results, and the job that brings them in once they are confirmed."""

    plan_id: str
    experiment: str
    summary: list[str]
    n_wells: int
    n_readouts: int
    plates: list[str]
    mismatches: list[dict[str, Any]]
    questions: list[QuestionOut]
    quality: dict[str, Any]
    already_imported: bool
    job: str | None


class JobOut(BaseModel):
    """How a job stands."""

    job_id: str
    kind: str
    title: str
    state: str
    progress: float
    message: str
    error: dict[str, Any]

    @classmethod
    def of(cls, job: Job) -> JobOut:
        """From the noun."""
        return cls(**{name: getattr(job, name) for name in cls.model_fields})


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
