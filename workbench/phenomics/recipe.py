"""Recipes: how one data set becomes a map. A small TOML of named steps, hashed into the map."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import InputError, UnknownNameError
from workbench.phenomics.aggregate import METHODS
from workbench.phenomics.align import check_steps

FOLDER = Path(__file__).parent / "recipes"
EVIDENCE = ("controls", "replicates", "null group")
ADDED = (
    "guides",
)  # fields younger than the first maps: left out of the hash at their default, so maps keep their name


@dataclass(frozen=True)
class Recipe:
    """Named steps from wells to a map.

    `steps` are aligners with their arguments; `evidence` says what each entity's p is against: same-plate controls
    (mean average precision), groups of other wells (replicate agreement), or a null group of the screen.
    `guides` names the column by whose values an entity's wells are combined first; `keep` and `leave_out` select wells
    by column; `colours` are the columns offered first.
    """

    dataset: str
    title: str
    map_id: str = ""
    entity_kind: str = "perturbation"
    steps: tuple[dict[str, Any], ...] = ()
    aggregate: str = "mean"
    guides: str = ""
    evidence: str = "replicates"
    null_group: str = ""
    null_name: str = ""
    x: str = ""
    y: str = ""
    keep: dict[str, Any] = field(default_factory=dict)
    leave_out: dict[str, Any] = field(default_factory=dict)
    features: str = ""
    colours: tuple[str, ...] = ()
    usable: tuple[str, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        if self.evidence not in EVIDENCE:
            raise InputError(f"a recipe's evidence is one of {', '.join(EVIDENCE)}. Got {self.evidence!r}.")
        if self.aggregate not in METHODS:
            raise InputError(f"a recipe aggregates by one of {', '.join(METHODS)}. Got {self.aggregate!r}.")
        check_steps(list(self.steps))

    @property
    def name(self) -> str:
        """Id of the map it makes: the data set's name unless the recipe says otherwise."""
        return self.map_id or self.dataset

    @property
    def label(self) -> str:
        """The computation in words, e.g. `standardise by Metadata_Plate, clip at 5.0, median`."""
        steps = [" ".join([s["step"], *(f"{k} {v}" for k, v in s.items() if k != "step")]) for s in self.steps]
        return ", ".join([*steps, f"{self.aggregate} of guides" if self.guides else self.aggregate])

    def to_json(self) -> dict[str, Any]:
        """The recipe as plain JSON."""
        content = json.loads(json.dumps(asdict(self)))
        return {key: value for key, value in content.items() if key not in ADDED or value}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Recipe:
        """The recipe that a map carries; what is no field of a recipe is left out."""
        known = {name: value for name, value in content.items() if name in cls.__dataclass_fields__}
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in known.items()})

    @property
    def sha256(self) -> str:
        """Hash of the recipe's content: same hash, same computation."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()


def read_recipe(path: Path, dataset: str = "") -> Recipe:
    """A recipe from its TOML file. Raises InputError naming the file and the unknown key."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    content.setdefault("dataset", dataset)
    unknown = set(content) - set(Recipe.__dataclass_fields__)
    if unknown:
        raise InputError(f"unknown keys {', '.join(sorted(unknown))}.", where=path.name)
    for key in ("steps", "colours", "usable"):
        content[key] = tuple(content.get(key, ()))
    return Recipe(**content)


def dataset_names() -> list[str]:
    """Data sets that have a recipe of their own."""
    return sorted({recipe.dataset for recipe in _all() if recipe.dataset})


def recipes_of(dataset: str) -> list[Recipe]:
    """All recipes of a data set; one without its own gets the default: scale per plate on controls, clip, mean."""
    own = [recipe for recipe in _all() if recipe.dataset == dataset]
    if own:
        return own
    if not dataset or "/" in dataset:
        raise UnknownNameError(f"{dataset!r} is not the name of a data set.")
    return [read_recipe(FOLDER / "default.toml", dataset)]


def datasets() -> list[str]:
    """Data sets that have a recipe of their own."""
    return sorted({recipe.dataset for recipe in _all()})


def _all() -> list[Recipe]:
    return [read_recipe(path) for path in sorted(FOLDER.glob("*.toml")) if path.stem != "default"]
