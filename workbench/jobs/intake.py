"""Results of a lab: read and match → lake → ledger → verdicts → train the next version."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.catalog import experiments, hypotheses, results
from workbench.catalog.entries import file_sha256
from workbench.catalog.exclusive import exclusive
from workbench.catalog.object_storage import handed_over
from workbench.catalog.predictions import read_predictions
from workbench.catalog.responses import readouts_of
from workbench.catalog.result_apart import is_risky, read_apart
from workbench.catalog.result_files import FoundGrids, read_result_file
from workbench.cells.questions import task_context
from workbench.errors import DataQualityError, InputError
from workbench.hypotheses.draft import effects_on_rule
from workbench.hypotheses.grids import name_plate, read_grids
from workbench.hypotheses.intake import IntakePlan, match
from workbench.hypotheses.queue import EVENT_OF
from workbench.hypotheses.verdict import verdict
from workbench.jobs.engine.kinds import Run, job
from workbench.jobs.engine.queue import run_job
from workbench.training.recipe import read_recipe

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog
    from workbench.nouns import Experiment, Hypothesis, Prediction

ON_THE_WAY = {"scheduled": ("in lab", "measured"), "in lab": ("measured",)}


@job("intake", title="Import results", queue="heavy", estimate_s=5.0)
def intake(
    run: Run,
    path: str,
    experiment_id: str,
    train: bool = True,
    answers: dict[str, str] | None = None,
    override: str = "",
) -> str:
    """All or nothing, the same file twice is once; gives the experiment's id. `train` queues the next version, and what the
    round taught.

    answers: to what the file leaves open, by the keys of the plan's questions; override: why plates count that should stop.
    """
    run.progress(0.1, "Reading, matching and recording")
    run.step("record", _record, run, path, experiment_id, answers, override)
    run.progress(0.7, "Judging by the declared rules")
    run.step("verdicts", _judge, run, experiment_id)
    if train:
        sha256 = file_sha256(handed_over(run.catalog.settings, path))
        run.step("look back", _look_back, run, experiment_id, sha256)
        run.step("train", _train, run, experiment_id, sha256)
    return experiment_id


def understand(catalog: Catalog, path: Path, experiment_id: str, answers: dict[str, str] | None = None) -> IntakePlan:
    """What a result file holds for an experiment; writes nothing. Raises InputError for a file that cannot be used.

    A plan with questions has nothing accepted: ask again with answers by their keys.
    """
    if not path.is_file():
        raise InputError(f"there is no file {path.name!r}.", where=str(path))
    experiment = experiments.get_experiment(catalog, experiment_id)
    recipe = read_recipe(experiment.task)
    sha256 = file_sha256(path)
    already = experiments.file_is_known(catalog, sha256)
    readouts = readouts_of(catalog, recipe.dataset)
    found = read_apart(path, readouts) if is_risky(path) else read_result_file(path, readouts)
    if isinstance(found, FoundGrids):
        table, questions = read_grids(found, experiment, readouts, answers or {}, path.name)
    else:
        table, questions = name_plate(found, experiment, answers or {}, path.name)
    if questions or table is None:
        nothing = pd.DataFrame({"plate_barcode": [], "well": [], "row_number": []})
        return IntakePlan(
            path.name, sha256, experiment_id, readouts, nothing, np.zeros((0, len(readouts))), already_imported=already,
            form=found.form, notes=tuple(found.notes), questions=tuple(questions),
        )  # fmt: skip
    known = set() if already else experiments.measured_wells(catalog, experiment_id)
    plan = match(table, experiment, readouts, known, recipe.control, file=path.name, sha256=sha256)
    return replace(plan, already_imported=already)


def _record(run: Run, path: str, experiment_id: str, answers: dict[str, str] | None, override: str) -> int:
    """Write accepted wells to the lake, then to the ledger; gives how many, 0 when the file was imported before.

    The lake's data set is numbered by what the ledger knows: a crash in between leaves one that the next attempt
    replaces, and one file of an experiment is recorded at a time.
    """
    file = handed_over(run.catalog.settings, path)
    with exclusive(run.catalog, experiment_id):
        plan = understand(run.catalog, file, experiment_id, answers)
        if plan.already_imported:
            return 0
        _refuse_open(plan, override)
        experiment = experiments.get_experiment(run.catalog, experiment_id)
        recipe = read_recipe(experiment.task)
        overridden, concerned = _overridden(run, plan, experiment, override)
        number = experiments.count_files(run.catalog, experiment_id) + 1
        results.write_results(
            run.catalog, experiment, file, plan.sha256, number, plan.accepted, plan.values, plan.readouts,
            task_context(recipe), recipe.units, {recipe.control}, plan.mismatches,
        )  # fmt: skip
        rejected = sum(1 for problem in plan.mismatches if problem["row"] > 1)
        experiments.insert_results(
            run.catalog,
            experiment_id,
            plan.sha256,
            plan.file,
            run.person,
            plan.accepted,
            rejected,
            overridden,
            concerned,
        )
        quality = plan.quality | ({"overridden": overridden} if overridden else {})
        experiments.set_state(run.catalog, experiment_id, "measured", quality)
        return len(plan.accepted)


def _refuse_open(plan: IntakePlan, override: str) -> None:
    """Raise unless every question is answered and every plate passes, or may and shall count all the same."""
    if plan.questions:
        raise InputError(
            f"{plan.file}: {plan.questions[0].words}",
            hint=f"Answer {plan.questions[0].key!r}: {', '.join(plan.questions[0].options[:6])}.",
        )
    if plan.quality["passed"]:
        return
    if plan.quality["unusable"]:
        raise DataQualityError(
            f"{plan.file} was not imported. {plan.quality['words']}",
            hint="Results count against the control wells of their own plate: bring those too.",
        )
    if not override.strip():
        raise DataQualityError(
            f"{plan.file} was not imported. {plan.quality['words']}",
            hint="Mend the file or measure the plate again; or say why it counts all the same (override).",
        )


def _overridden(
    run: Run, plan: IntakePlan, experiment: Experiment, override: str
) -> tuple[dict[str, Any] | None, list[Hypothesis]]:
    """What is to be said of plates that count though they should stop, and the hypotheses it concerns."""
    stopped = plan.quality["stopped"]
    if not stopped:
        return None, []
    on_them = {
        well.hypothesis_id for plate in experiment.plates if plate.plate_barcode in stopped for well in plate.wells
    }
    found = [hypotheses.get_hypothesis(run.catalog, name) for name in experiment.hypothesis_ids if name in on_them]
    reasons = {plate: plan.quality["plates"][plate]["reasons"][0] for plate in stopped}
    told = {"experiment": experiment.handle, "plates": reasons, "note": override.strip(), "person": run.person}
    return told, [item for item in found if item.state in ON_THE_WAY or item.state == "measured"]


def _judge(run: Run, experiment_id: str) -> int:
    """Resolve every hypothesis whose replicates are all there or will never come; gives how many."""
    experiment = experiments.get_experiment(run.catalog, experiment_id)
    measured = results.measured_effects(run.catalog, experiment)
    have = {plate for plate, _ in experiments.measured_wells(run.catalog, experiment_id)}
    complete = have == {plate.plate_barcode for plate in experiment.plates}
    ready = []
    names = np.array(measured.perturbations, dtype=object)
    for hypothesis_id in experiment.hypothesis_ids:
        hypothesis = hypotheses.get_hypothesis(run.catalog, hypothesis_id)
        rows = np.flatnonzero(names == hypothesis.perturbation.perturbation_id)
        if hypothesis.state not in ON_THE_WAY and hypothesis.state != "measured":
            continue
        if len(rows) < max(hypothesis.rule.n_replicates, experiment.design.replicates or 0) and not complete:
            continue  # more replicates may still come
        ready.append((hypothesis, measured.delta[rows]))
    predictions = read_predictions(run.catalog, [hypothesis.prediction_id for hypothesis, _ in ready])
    place = {name: i for i, name in enumerate(measured.readouts)}
    for hypothesis, deltas in ready:
        _resolve(run, hypothesis, predictions[hypothesis.prediction_id], deltas, place)
    return len(ready)


def _resolve(
    run: Run, hypothesis: Hypothesis, prediction: Prediction, deltas: np.ndarray, place: dict[str, int]
) -> None:
    """Judge by the declared rule and write every step there in one transaction; place: columns of deltas by readout."""
    order = [place[name] for name in prediction.readouts]
    judged = verdict(hypothesis.rule, effects_on_rule(hypothesis.rule, prediction, deltas[:, order]))
    outcome = {key: None if value != value else value for key, value in asdict(judged).items()}
    with run.catalog.ledger.session() as session:
        for state in ON_THE_WAY.get(hypothesis.state, ()):
            hypothesis = hypotheses.move(session, hypothesis, state, run.person, kind=EVENT_OF[state])
        hypotheses.move(
            session, hypothesis, "resolved", run.person, kind="resolved", note=judged.reason, payload=outcome,
            outcome=outcome,
        )  # fmt: skip


def _look_back(run: Run, experiment_id: str, sha256: str) -> str:
    key = f"look-back-{sha256[:24]}"
    return run_job(run.catalog, "look_back", person=run.person, key=key, experiment_id=experiment_id).job_id


def _train(run: Run, experiment_id: str, sha256: str) -> str:
    experiment = experiments.get_experiment(run.catalog, experiment_id)
    next_job = run_job(
        run.catalog, "train", person=run.person, key=f"train-{sha256[:24]}", task=experiment.task,
        experiment_id=experiment_id,
    )  # fmt: skip
    return next_job.job_id
