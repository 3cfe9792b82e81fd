"""`lab.cells`: ask the virtual cell, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.catalog import predictions
from workbench.catalog.metrics import newest_evaluation, read_evaluation
from workbench.catalog.models import promoted_version
from workbench.catalog.responses import read_response
from workbench.catalog.store import new_id
from workbench.cells import ask as asking
from workbench.cells import resolve as resolving
from workbench.cells import screen as screening
from workbench.cells.measured import held_out_predictions
from workbench.cells.questions import list_questions, task_context
from workbench.cells.signature import read_signature
from workbench.evaluation.metric_facts import TITLES
from workbench.jobs.engine.queue import run_job
from workbench.jobs.evaluate_cell import SUITE
from workbench.training.recipe import read_recipe, recipe_names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from workbench.catalog.store import Catalog
    from workbench.nouns import Explanation, Job, Prediction, Response, Screening


class Cells:
    """Predict and explain."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def tasks(self) -> list[dict[str, Any]]:
        """What can be asked: task, title, question, data set, kind, units, context, promoted version."""
        rows = []
        for name in recipe_names():
            recipe = read_recipe(name)
            version = promoted_version(self.catalog, name)
            rows.append(
                {
                    "task": name, "title": recipe.title, "question": recipe.question, "dataset": recipe.dataset,
                    "kind": recipe.perturbation_kind, "units": recipe.units, "context": str(task_context(recipe)),
                    "simulated": recipe.simulated, "version": version.name if version else None,
                }
            )  # fmt: skip
        return rows

    def perturbations(self, task: str) -> pd.DataFrame:
        """Perturbations of a task: perturbation_id, name, gene, role, measured."""
        return list_questions(self.catalog, read_recipe(task))

    def predict(
        self, perturbations: str | Sequence[str], context: str = "", dose: float | Sequence[float] | None = None,
        time: float | None = None, *, readout: str = "", task: str = "", version: str | None = None, save: bool = False,
        person: str | None = None,
    ) -> Prediction:  # fmt: skip
        """What one or several perturbations do, by the virtual cell that knows them; by the promoted version or a named one.

        perturbations: a gene, a compound, an id, or several; context: a cell line; dose in µM; time in h; readout: a
        modality, e.g. "secretome"; task: the virtual cell itself. `save` keeps the answer in the catalog, as queueing
        does. Raises UnknownNameError with every virtual cell's reason when none answers, InputError when several do.
        """
        asked = resolving.resolve(self.catalog, perturbations, context, dose, time, readout=readout, task=task)
        prediction = asking.ask(self.catalog, asked.task, asked.perturbation_id, new_id(), version)
        if save:
            predictions.write_prediction(self.catalog, prediction, person or self.catalog.settings.person)
        return prediction

    def named(self, task: str, text: str) -> str:
        """The id of what a text names in a virtual cell: a name of its list, a gene, a compound, a pair `A + B`."""
        return resolving.question_id(self.catalog, read_recipe(task), [text])

    def prediction(self, prediction_id: str) -> Prediction:
        """A kept prediction."""
        return predictions.read_prediction(self.catalog, prediction_id)

    def predictions(self, gene: str | None = None, compound: str | None = None) -> list[dict[str, Any]]:
        """Kept predictions that involve a gene or compound, newest first."""
        return predictions.find_predictions(self.catalog, gene=gene, compound=compound)

    def screen(
        self, task: str, signature: str | dict[str, float], *, opposite: bool = False, across: bool = False,
        aim: str = "", version: str | None = None,
    ) -> Screening:  # fmt: skip
        """Rank everything the virtual cell can be asked about by a readout or a signature, or by its opposite.

        signature: the name of a readout, text as people write signatures, or readout -> value; `across` takes in every
        virtual cell that reads it out. Raises InputError for what cannot be read or is not read out.
        """
        cells = [asking.find_cell(self.catalog, task, version)]
        if across:
            others = (row for row in self.tasks() if row["version"] and row["task"] != task)
            cells += [asking.find_cell(self.catalog, row["task"]) for row in others if not row["simulated"]]
        known = {name for cell in cells for name in cell.fitted.examples.readouts}
        values, words = _signature({signature: 1.0} if isinstance(signature, str) and signature in known else signature)
        contexts = {cell.fitted.recipe.task: str(task_context(cell.fitted.recipe)) for cell in cells}
        words = aim or (f"the opposite of {words}" if opposite else words)
        values = {name: -value for name, value in values.items()} if opposite else values
        return screening.screen(self.catalog, cells, values, words, contexts)

    def explain(self, prediction: Prediction) -> Explanation:
        """Claims with their null, and exact weights."""
        return asking.explain(self.catalog, prediction)

    def measured(self, prediction: Prediction) -> Response | None:
        """What was measured for the same question, unless the model must not know it yet."""
        recipe = read_recipe(prediction.task)
        questions = list_questions(self.catalog, recipe)
        known = questions[questions["perturbation_id"] == prediction.perturbation.perturbation_id]
        if known.empty or not bool(known["measured"].iloc[0]):
            return None
        return read_response(self.catalog, recipe.dataset, prediction.perturbation.perturbation_id)

    def evaluate(
        self, model: str, dataset: str, *, split: str = "", seeds: int = 5, permutations: int = 20,
        inline: bool = False, person: str | None = None,
    ) -> Job:  # fmt: skip
        """Score a model of the registry on a data set by the whole suite; the job's result names the table."""
        facts = {"model": model, "dataset": dataset, "split": split, "seeds": seeds, "permutations": permutations}
        return run_job(self.catalog, "evaluate_cell", inline=inline, person=person, **facts)

    def evaluation(self, model: str, suite: str) -> list[dict[str, Any]]:
        """A kept table: metric, title, reference, stratum, value, low, high, n, details."""
        return _titled(read_evaluation(self.catalog, model, suite))

    def newest_evaluation(self, model: str, dataset: str) -> list[dict[str, Any]]:
        """The newest table of a model of the registry on a data set; none when it was never evaluated there."""
        return _titled(newest_evaluation(self.catalog, model, f"{SUITE}: {dataset},"))

    def export_predictions(self, model: str, dataset: str, file: Path, *, split: str = "") -> None:
        """Write what a model predicts for held-out rows (seed 0), with what was measured, as .h5ad."""
        held_out_predictions(self.catalog, model, dataset, split).write_h5ad(file)


def _signature(given: str | dict[str, float]) -> tuple[dict[str, float], str]:
    """Readout -> value, and what it is called."""
    values = dict(given) if isinstance(given, dict) else read_signature(given)
    return values, next(iter(values)) if len(values) == 1 else f"a signature of {len(values)} readouts"


def _titled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"title": TITLES.get(row["metric"], row["metric"])} for row in rows]
