"""`lab.models`: versions, comparisons, training and roll-back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.catalog import metrics, models
from workbench.catalog.people import ensure_person
from workbench.evaluation.metric_facts import TITLES
from workbench.hypotheses.rounds import Round, read_rounds
from workbench.jobs.engine.queue import run_job
from workbench.jobs.look_back import LATER, RECORD

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

    def roll_back(self, task: str, person: str | None = None, note: str = "") -> ModelVersion:
        """Go back to the version before the promoted one, as a reviewer or admin."""
        person = person or self.catalog.settings.person
        ensure_person(self.catalog, person)
        return models.roll_back(self.catalog, task, person, note)

    def rounds(self, task: str) -> list[Round]:
        """Experiments of a task, newest first: verdicts beside chance, wells, the version that followed."""
        return read_rounds(self.catalog, task)

    def measured_later(self, task: str) -> list[dict[str, Any]]:
        """The newest two versions on perturbations measured after both were frozen: metric, difference (value, low, high),
        n, details (old, new, their values, snapshot, code version); none before enough was measured."""
        return _titled(metrics.newest_evaluation(self.catalog, task, LATER))

    def track_record(self, task: str) -> list[dict[str, Any]]:
        """How frozen predictions held against what was measured: a row a version (reference) and metric, with n."""
        return metrics.newest_evaluation(self.catalog, task, RECORD)

    def metrics(self, version: str) -> pd.DataFrame:
        """The suite's table of a version."""
        return metrics.read_metrics(self.catalog, version)


def _titled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"title": TITLES[row["metric"]]} for row in rows]
