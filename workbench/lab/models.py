"""`lab.models`: versions, comparisons, training and roll-back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbench.catalog import metrics, models
from workbench.jobs.engine.queue import run_job

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog
    from workbench.nouns import Comparison, Job, ModelVersion


class Models:
    """Model versions and how they compare."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def list(self, task: str | None = None) -> list[ModelVersion]:
        """Versions, newest first."""
        return models.list_versions(self.catalog, task)

    def get(self, name: str) -> ModelVersion:
        """One version by name or id."""
        return models.get_version(self.catalog, name)

    def promoted(self, task: str) -> ModelVersion | None:
        """The version that answers a task."""
        return models.promoted_version(self.catalog, task)

    def comparisons(self, task: str | None = None) -> list[Comparison]:
        """Comparisons on the held-out set, newest first."""
        return models.list_comparisons(self.catalog, task)

    def train(self, task: str, inline: bool = False, person: str | None = None) -> Job:
        """Train a candidate on the newest snapshot and compare it with the promoted version."""
        return run_job(self.catalog, "train", inline=inline, person=person, task=task)

    def train_images(
        self, recipe: str = "camae_small", folder: Path | str = "", steps: int = 0, inline: bool = False,
        person: str | None = None,
    ) -> Job:  # fmt: skip
        """Train an image autoencoder by a recipe, on its data set or on the TIFF and OME-Zarr images of a folder."""
        facts = {"recipe": recipe, "folder": str(Path(folder).resolve()) if folder else "", "steps": steps}
        return run_job(self.catalog, "train_images", inline=inline, person=person, **facts)

    def roll_back(self, task: str) -> ModelVersion:
        """Go back to the version before the promoted one."""
        return models.roll_back(self.catalog, task)

    def metrics(self, version: str) -> pd.DataFrame:
        """The suite's table of a version."""
        return metrics.read_metrics(self.catalog, version)
