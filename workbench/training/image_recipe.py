"""A recipe for an image autoencoder: which images, which architecture, how long; one TOML, frozen and hashed."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path

from workbench.errors import InputError, UnknownNameError
from workbench.training.loop import Schedule

FOLDER = Path(__file__).parent / "recipes" / "images"


@dataclass(frozen=True)
class ImageRecipe:
    """Everything that defines a training run on images; `held_out` are ids of images that are never trained on."""

    name: str
    title: str
    dataset: str
    model: str
    channels: int
    steps: int
    learning_rate: float
    held_out: tuple[str, ...]
    crops_a_step: int = 16
    warmup: int = 40
    seed: int = 0
    hyperparameters: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.channels < 1 or self.crops_a_step < 1:
            raise InputError(
                f"channels and crops_a_step are at least 1. Got {self.channels} and {self.crops_a_step}.",
                where=self.name,
            )

    @property
    def schedule(self) -> Schedule:
        """The training loop's part of it."""
        return Schedule(self.steps, self.learning_rate, self.warmup, seed=self.seed)

    @property
    def sha256(self) -> str:
        """Hash of all fields."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def image_recipe_names() -> list[str]:
    """Image autoencoders that have a recipe."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read_image_recipe(name: str) -> ImageRecipe:
    """The recipe of that name. Raises UnknownNameError listing those there are."""
    path = FOLDER / f"{name}.toml"
    if name not in image_recipe_names():
        raise UnknownNameError(
            f"no image autoencoder is called {name!r}.", hint=f"Known: {', '.join(image_recipe_names())}."
        )
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    facts["held_out"] = tuple(facts["held_out"])
    return ImageRecipe(name=name, **facts)
