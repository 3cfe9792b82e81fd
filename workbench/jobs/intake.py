"""Results of a lab: read and match → lake → ledger → verdicts → train the next version."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workbench.catalog import experiments, hypotheses, results
from workbench.catalog.entries import file_sha256
from workbench.catalog.predictions import read_prediction
from workbench.catalog.responses import readouts_of
from workbench.cells.questions import task_context
from workbench.errors import DataQualityError
from workbench.hypotheses.draft import effects_on_rule
from workbench.hypotheses.intake import IntakePlan, match
from workbench.hypotheses.queue import EVENT_OF
from workbench.hypotheses.verdict import verdict
from workbench.jobs.engine.kinds import Run, job
from workbench.jobs.engine.queue import run_job
from workbench.training.recipe import read_recipe

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog
    from workbench.nouns import Hypothesis

ON_THE_WAY = {"scheduled": ("in lab", "measured"), "in lab": ("measured",)}


@job("intake", title="Import results", queue="heavy", estimate_s=5.0)
def intake(run: Run, path: str, experiment_id: str, train: bool = True) -> str:
    """All or nothing, the same file twice is once; gives the experiment's id. `train` queues the next version."""
    run.progress(0.1, "Reading, matching and recording")
    run.step("record", _record, run, path, experiment_id)
    run.progress(0.7, "Judging by the declared rules")
    run.step("verdicts", _judge, run, experiment_id)
    if train:
        run.step("train", _train, run, experiment_id, file_sha256(Path(path)))
    return experiment_id


def understand(catalog: Catalog, path: Path, experiment_id: str) -> IntakePlan:
    """What a result file holds for an experiment; writes nothing. Raises InputError for a file that cannot be used."""
    experiment = experiments.get_experiment(catalog, experiment_id)
    recipe = read_recipe(experiment.task)
    sha256 = file_sha256(path)
    already = experiments.file_is_known(catalog, sha256)
    known = set() if already else {(r.plate_barcode, r.well) for r in experiments.list_results(catalog, experiment_id)}
    plan = match(
        results.read_result_file(path), experiment, readouts_of(catalog, recipe.dataset), known, recipe.control,
        file=path.name, sha256=sha256,
    )  # fmt: skip
    return plan if not already else IntakePlan(**{**_shallow(plan), "already_imported": True})


def _shallow(plan: IntakePlan) -> dict:
    return {name: getattr(plan, name) for name in plan.__dataclass_fields__}


def _record(run: Run, path: str, experiment_id: str) -> int:
    """Write accepted wells to the lake, then to the ledger; gives how many, 0 when the file was imported before.

    The lake's data set is numbered by what the ledger knows: a crash in between leaves one that the next attempt
    replaces, and one file of an experiment is recorded at a time.
    """
    with results.recording(run.catalog, experiment_id):
        plan = understand(run.catalog, Path(path), experiment_id)
        if plan.already_imported:
            return 0
        if not plan.quality["passed"]:
            raise DataQualityError(
                f"{plan.file} was not imported. {plan.quality['words']}",
                hint="Results count against the control wells of their own plate: bring those too.",
            )
        experiment = experiments.get_experiment(run.catalog, experiment_id)
        recipe = read_recipe(experiment.task)
        number = experiments.count_files(run.catalog, experiment_id) + 1
        results.write_results(
            run.catalog, experiment, Path(path), plan.sha256, number, plan.accepted, plan.values, plan.readouts,
            task_context(recipe), recipe.units, {recipe.control}, plan.mismatches,
        )  # fmt: skip
        rows = plan.accepted.to_dict("records")
        rejected = sum(1 for problem in plan.mismatches if problem["row"] > 1)
        experiments.insert_results(run.catalog, experiment_id, plan.sha256, plan.file, run.person, rows, rejected)
        experiments.set_state(run.catalog, experiment_id, "measured", plan.quality)
        return len(rows)


def _judge(run: Run, experiment_id: str) -> int:
    """Resolve every hypothesis whose replicates are all there or will never come; gives how many."""
    experiment = experiments.get_experiment(run.catalog, experiment_id)
    measured = results.measured_effects(run.catalog, experiment)
    have = {result.plate_barcode for result in experiments.list_results(run.catalog, experiment_id)}
    complete = have == {plate.plate_barcode for plate in experiment.plates}
    resolved = 0
    for hypothesis_id in experiment.hypothesis_ids:
        hypothesis = hypotheses.get_hypothesis(run.catalog, hypothesis_id)
        rows = np.array(
            [name == hypothesis.perturbation.perturbation_id for name in measured.perturbations], dtype=bool
        )
        if hypothesis.state not in ON_THE_WAY and hypothesis.state != "measured":
            continue
        if rows.sum() < hypothesis.rule.n_replicates and not complete:
            continue  # more replicates may still come
        resolved += _resolve(run, hypothesis, measured.delta[rows], measured.readouts)
    return resolved


def _resolve(run: Run, hypothesis: Hypothesis, deltas: np.ndarray, readouts: tuple[str, ...]) -> int:
    prediction = read_prediction(run.catalog, hypothesis.prediction_id)
    order = [readouts.index(name) for name in prediction.readouts]
    judged = verdict(hypothesis.rule, effects_on_rule(hypothesis.rule, prediction, deltas[:, order]))
    for state in ON_THE_WAY.get(hypothesis.state, ()):
        hypothesis = hypotheses.change_state(run.catalog, hypothesis, state, run.person, kind=EVENT_OF[state])
    outcome = {key: None if value != value else value for key, value in asdict(judged).items()}
    hypotheses.change_state(
        run.catalog, hypothesis, "resolved", run.person, kind="resolved", note=judged.reason, payload=outcome,
        outcome=outcome,
    )  # fmt: skip
    return 1


def _train(run: Run, experiment_id: str, sha256: str) -> str:
    experiment = experiments.get_experiment(run.catalog, experiment_id)
    next_job = run_job(
        run.catalog, "train", person=run.person, key=f"train-{sha256[:24]}", task=experiment.task,
        experiment_id=experiment_id,
    )  # fmt: skip
    return next_job.job_id
