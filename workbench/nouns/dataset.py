"""Dataset and Snapshot."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.nouns.fields import fact, require


@dataclass(frozen=True)
class Dataset:
    """A set of measurements or annotations in the catalog, described by one TOML entry."""

    dataset: str = fact("Dataset")
    title: str = fact("Title")
    modality: str = fact("Modality", help="morphology, secretome, expression, proteins, growth, relations, images, …")
    licence: str = fact("Licence")
    source: str = fact("Source", help="Repository with commit")
    citation: str = fact("Cite as", default="")
    units: str = fact("Units", default="")
    controls: str = fact("Controls", help="Which wells are negative controls", default="")
    readout: str = fact("Readout", default="")
    n_rows: int = fact("Rows", default=0)
    n_features: int = fact("Features", default=0)
    sha256: str = fact("Checksum", default="")
    simulated: bool = fact("Simulated", default=False)
    bundled: bool = fact("Bundled", default=True)
    imported_at: datetime | None = fact("Imported", default=None)
    quality: dict[str, Any] = field(default_factory=dict, metadata={"label": "Quality"})

    def __post_init__(self) -> None:
        require(bool(self.dataset) and " " not in self.dataset, "A dataset needs a name without blanks.", self.dataset)
        require(self.n_rows >= 0, "n_rows cannot be negative.", self.n_rows)

    def __repr__(self) -> str:
        return f"Dataset({self.dataset!r}, {self.modality}, {self.n_rows:,} rows × {self.n_features:,} features)"


@dataclass(frozen=True)
class Snapshot:
    """A frozen state of the lake: what a model was trained on can be read again exactly."""

    snapshot: int = fact("Snapshot")
    at: datetime | None = fact("Taken", default=None)
    author: str = fact("By", default="")
    message: str = fact("Message", default="")
