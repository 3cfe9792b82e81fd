"""Ask the promoted virtual cell and keep the answer."""

from __future__ import annotations

from workbench.catalog.predictions import write_prediction
from workbench.catalog.store import new_id
from workbench.cells.ask import ask
from workbench.jobs.engine.kinds import Run, job


@job("predict", title="Ask the virtual cell", queue="light", estimate_s=0.2)
def predict(run: Run, task: str, perturbation_id: str) -> str:
    """Gives the id of the kept prediction."""
    return run.step("predict", _predict, run, task, perturbation_id)


def _predict(run: Run, task: str, perturbation_id: str) -> str:
    prediction = ask(run.catalog, task, perturbation_id, new_id())
    return write_prediction(run.catalog, prediction, run.person)
