"""Profiles (wells in memory), Map (aligned, aggregated) and Cohort (a saved selection)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workbench.nouns.fields import fact, frozen_array, require, require_shape


@dataclass(frozen=True, eq=False)
class Profiles:
    """Wells of one dataset in memory.

    values [n_wells, n_features] float32; `wells` maps a column name (Metadata_Plate, Metadata_Well, perturbation_id,
    context_id, is_control, …) to an array [n_wells].
    """

    dataset: str = fact("Dataset")
    values: np.ndarray = fact("Values")
    features: tuple[str, ...] = fact("Features")
    wells: dict[str, np.ndarray] = field(metadata={"label": "Well columns"})

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", frozen_array(self.values, np.float32))
        require_shape(self.values, (None, len(self.features)), "Profiles.values")
        for name, column in self.wells.items():
            require(len(column) == len(self.values), f"Column {name!r} needs {len(self.values)} rows.", len(column))

    @property
    def n_wells(self) -> int:
        """Number of wells."""
        return len(self.values)

    @property
    def is_control(self) -> np.ndarray:
        """Boolean [n_wells]: negative-control wells."""
        return np.asarray(self.wells["is_control"], dtype=bool)

    def __repr__(self) -> str:
        return f"Profiles({self.dataset!r}, {self.n_wells:,} wells × {len(self.features):,} features)"


@dataclass(frozen=True, eq=False)
class Map:
    """Aligned and aggregated profiles of one dataset, one row per entity, with replicate evidence.

    vectors [n_entities, d]; layout [n_entities, 2]; the arrays in `evidence` have length n_entities
    (n_replicates, agreement, p, q where known); `columns` holds whatever else can colour the points.
    """

    map_id: str = fact("Map")
    dataset: str = fact("Dataset")
    title: str = fact("Title")
    entity_kind: str = fact("Entity", help="gene, compound, perturbation")
    entities: tuple[str, ...] = fact("Entities", help="Perturbation ids")
    labels: tuple[str, ...] = fact("Labels")
    vectors: np.ndarray = fact("Vectors")
    layout: np.ndarray = fact("Layout")
    evidence: dict[str, np.ndarray] = field(metadata={"label": "Replicate evidence"})
    columns: dict[str, np.ndarray] = field(default_factory=dict, metadata={"label": "Columns"})
    recipe: dict[str, Any] = field(default_factory=dict, metadata={"label": "Recipe"})
    recipe_hash: str = fact("Recipe hash", default="")
    snapshot: int = fact("Snapshot", default=0)
    simulated: bool = fact("Simulated", default=False)
    quality: dict[str, Any] = field(default_factory=dict, metadata={"label": "Quality"})

    def __post_init__(self) -> None:
        n_entities = len(self.entities)
        object.__setattr__(self, "vectors", frozen_array(self.vectors, np.float32))
        object.__setattr__(self, "layout", frozen_array(self.layout, np.float32))
        require_shape(self.vectors, (n_entities, None), "Map.vectors")
        require_shape(self.layout, (n_entities, 2), "Map.layout")
        require(len(self.labels) == n_entities, "Map.labels needs one label per entity.", len(self.labels))
        for name, column in {**self.evidence, **self.columns}.items():
            require(len(column) == n_entities, f"Map column {name!r} needs {n_entities} rows.", len(column))

    @property
    def name(self) -> str:
        """The id with the recipe's hash, shortened, e.g. `bbbc021-3f2a9c1b`: another computation has another name."""
        return f"{self.map_id}-{self.recipe_hash[:8]}" if self.recipe_hash else self.map_id

    def __len__(self) -> int:
        return len(self.entities)

    def __repr__(self) -> str:
        return f"Map({self.name!r}, {len(self):,} {self.entity_kind}s × {self.vectors.shape[1]} dimensions)"


@dataclass(frozen=True)
class Cohort:
    """A named selection of entities of one map."""

    cohort_id: str = fact("Cohort")
    name: str = fact("Name")
    map_id: str = fact("Map")
    entities: tuple[str, ...] = fact("Entities")
    person: str = fact("By", default="")
    created_at: Any = fact("Saved", default=None)

    def __post_init__(self) -> None:
        require(bool(self.name.strip()), "A cohort needs a name.", self.name)
        require(len(self.entities) > 0, "A cohort needs at least one entity.", len(self.entities))
