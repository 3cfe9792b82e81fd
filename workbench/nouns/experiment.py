"""Experiment (a batch of plates), Plate, Well and Result."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.nouns.fields import fact, require

PLATE_SHAPES = {96: (8, 12), 384: (16, 24), 1536: (32, 48)}
LABS = ("bench", "replay", "simulated")
ROLES = ("treatment", "negative control", "positive control", "empty")
EDGES = {
    "empty": "the outer ring stays empty",
    "controls": "the outer ring holds negative controls",
    "use": "the outer ring is used like any other well",
}
ARRANGEMENTS = {
    "random": "places drawn at random",
    "blocked": "blocks of columns, a treatment's replicates in different ones",
}
MAX_PER_PLATE = 16
_WELL = re.compile(r"^[A-Z]{1,2}[0-9]{2}$")


@dataclass(frozen=True)
class Design:
    """How a batch is laid out on plates."""

    n_wells: int = fact("Format", help="96, 384 or 1536", default=96)
    edge: str = fact("Outer ring", help="empty, controls or use", default="empty")
    arrangement: str = fact("Places", help="random or blocked", default="random")
    n_negative: int | None = fact("Negative controls a plate", help="a tenth of the treated, at least 8", default=None)
    n_positive: int = fact("Positive controls a plate", default=0)
    positive_control: str = fact("Positive control", help="id of its perturbation", default="")
    replicates: int | None = fact("Replicates", help="at least those of each declared rule", default=None)
    per_plate: int = fact("Replicates on one plate", default=1)
    apart: bool = fact("Replicates never side by side", default=True)
    max_plates: int | None = fact("Most plates", default=None)

    def __post_init__(self) -> None:
        require(self.n_wells in PLATE_SHAPES, f"A plate has {', '.join(map(str, PLATE_SHAPES))} wells.", self.n_wells)
        require(self.edge in EDGES, f"The outer ring is one of {', '.join(EDGES)}.", self.edge)
        require(self.arrangement in ARRANGEMENTS, f"Places are one of {', '.join(ARRANGEMENTS)}.", self.arrangement)
        require(
            self.n_negative is None or self.n_negative >= 2,
            "A plate has two negative controls or more.",
            self.n_negative,
        )
        require(self.n_positive >= 0, "Positive controls are counted from 0.", self.n_positive)
        require(
            bool(self.positive_control) == bool(self.n_positive),
            "Positive controls need their perturbation and their number a plate.",
            (self.positive_control, self.n_positive),
        )
        require(
            self.replicates is None or self.replicates >= 1, "A treatment has a replicate or more.", self.replicates
        )
        require(1 <= self.per_plate <= MAX_PER_PLATE, f"A plate holds 1 to {MAX_PER_PLATE} replicates.", self.per_plate)
        require(self.max_plates is None or self.max_plates >= 1, "A batch has one plate or more.", self.max_plates)


@dataclass(frozen=True)
class Well:
    """One well of a planned plate."""

    plate_barcode: str = fact("Plate")
    well: str = fact("Well", help="Row letters and two digits, e.g. A01")
    role: str = fact("Role")
    perturbation_id: str = fact("Perturbation", default="")
    perturbation_name: str = fact("Name", default="")
    hypothesis_id: str | None = fact("Hypothesis", default=None)
    replicate: int = fact("Replicate", default=1)
    dose_um: float | None = fact("Dose", "µM", default=None)

    def __post_init__(self) -> None:
        require(bool(_WELL.match(self.well)), "A well is named like A01.", self.well)
        require(self.role in ROLES, f"A well's role is one of {', '.join(ROLES)}.", self.role)


@dataclass(frozen=True)
class Plate:
    """A plate with its layout."""

    plate_barcode: str = fact("Plate")
    experiment_id: str = fact("Experiment")
    n_wells: int = fact("Format", help="96, 384 or 1536")
    wells: tuple[Well, ...] = fact("Wells")
    replicate: int = fact("Replicate", default=1)

    def __post_init__(self) -> None:
        require(self.n_wells in PLATE_SHAPES, f"A plate has {', '.join(map(str, PLATE_SHAPES))} wells.", self.n_wells)
        names = [well.well for well in self.wells]
        require(len(set(names)) == len(names), f"Plate {self.plate_barcode} uses a well twice.", sorted(names))


@dataclass(frozen=True)
class Experiment:
    """A batch of plates made for approved hypotheses."""

    experiment_id: str = fact("Id")
    number: int = fact("Number", help="Shown as E-3")
    title: str = fact("Title")
    lab: str = fact("Lab", help="bench, replay (held-back real data) or simulated")
    state: str = fact("State", help="scheduled, in lab, measured")
    task: str = fact("Task")
    hypothesis_ids: tuple[str, ...] = fact("Hypotheses")
    plates: tuple[Plate, ...] = fact("Plates", default=())
    seed: int = fact("Seed", default=0)
    design: Design = fact("Design", default=Design())
    created_by: str = fact("By", default="")
    created_at: datetime | None = fact("Created", default=None)
    quality: dict[str, Any] = field(default_factory=dict, metadata={"label": "Quality control"})

    def __post_init__(self) -> None:
        require(self.lab in LABS, f"A lab is one of {', '.join(LABS)}.", self.lab)

    @property
    def handle(self) -> str:
        """Short name for people, e.g. `E-3`."""
        return f"E-{self.number}"


@dataclass(frozen=True)
class Result:
    """One measured well: where it came from and whether it passed quality control (values lie in the lake)."""

    result_id: str = fact("Result")
    plate_barcode: str = fact("Plate")
    well: str = fact("Well")
    file_sha256: str = fact("File")
    row_number: int = fact("Row in file")
    accepted: bool = fact("Accepted", default=True)
    reason: str = fact("Reason", default="")
