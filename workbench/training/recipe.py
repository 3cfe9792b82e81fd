"""A recipe: what to train and how, in one TOML, frozen and hashed into every version made from it."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import InputError, UnknownNameError

FOLDER = Path(__file__).parent / "recipes"
SHAPES = ("kernel", "strength")


@dataclass(frozen=True)
class Recipe:
    """Everything that defines a training run; `shape` says what the model sees: gene kernels or drug strengths."""

    task: str
    title: str
    dataset: str
    context_id: str
    shape: str
    perturbation_kind: str
    units: str
    model: str
    unit: str
    question: str
    hyperparameters: dict[str, float] = field(default_factory=dict)
    networks: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    signed_networks: tuple[str, ...] = ()
    control: str = "control:vector"
    clip: float | None = None
    in_control_sd: bool = False  # wells in SD of the data set's controls, where its units cannot be compared
    level: float = 0.9
    folds: int = 5
    seed: int = 0
    permutations: int = 20
    split: dict[str, float] = field(default_factory=dict)
    promotion: dict[str, Any] = field(default_factory=dict)
    simulated: bool = False

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise InputError(f"a recipe's shape is one of {', '.join(SHAPES)}, got {self.shape!r}.", where=self.task)

    @property
    def of_compounds(self) -> bool:
        """Whether the model sees compounds by structure and targets, not genes."""
        return self.shape == "kernel" and self.perturbation_kind == "compound"

    @property
    def sha256(self) -> str:
        """Hash of all fields."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def recipe_names() -> list[str]:
    """Tasks that have a recipe."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read_recipe(task: str) -> Recipe:
    """The recipe of a task. Raises UnknownNameError listing the tasks there are."""
    path = FOLDER / f"{task}.toml"
    if not path.is_file():
        raise UnknownNameError(f"no virtual cell is called {task!r}.", hint=f"Known: {', '.join(recipe_names())}.")
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    for name in ("networks", "collections", "signed_networks"):
        facts[name] = tuple(facts.get(name, ()))
    return Recipe(task=task, **facts)
