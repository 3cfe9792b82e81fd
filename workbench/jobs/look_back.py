"""What a round taught: verdicts beside what chance gives, versions on results new to both, how past predictions held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog import experiments, hypotheses
from workbench.catalog.metrics import write_metrics
from workbench.catalog.models import get_version, promoted_version
from workbench.catalog.predictions import read_prediction
from workbench.cells.prospective import is_new_to, prospective, track_record
from workbench.cells.sources import read_examples
from workbench.cells.versions import load_cell
from workbench.hypotheses.draft import effects_on_rule
from workbench.hypotheses.rounds import SUITE
from workbench.jobs.engine.kinds import Run, job
from workbench.kernels.poisson_binomial import count_band
from workbench.nouns import DecisionRule, Prediction
from workbench.training.code_version import code_version
from workbench.training.recipe import read_recipe

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

RECORD, LATER = "how past predictions held", "measured later"


@job("look_back", title="See what the round taught", queue="light", estimate_s=5.0)
def look_back(run: Run, experiment_id: str) -> str:
    """Keeps three tables (of the round, of past predictions, of two versions); gives the experiment's id."""
    run.progress(0.1, "Counting verdicts beside what chance gives")
    run.step("round", _round, run, experiment_id)
    run.progress(0.5, "Asking the versions about what was new to both")
    run.step("later", _later, run, experiment_id)
    run.progress(0.9, "Holding past predictions against what was measured")
    run.step("record", _record, run, experiment_id)
    return experiment_id


def chance(rule: DecisionRule, prediction: Prediction, changes: np.ndarray) -> float:
    """Share of measured perturbations [n, n_readouts] whose mean change meets the rule: what a random choice would meet."""
    effects = effects_on_rule(rule, prediction, changes)
    met = np.abs(effects) if rule.direction == "any" else effects * (1.0 if rule.direction == "up" else -1.0)
    return float((met >= rule.threshold).mean())


def _round(run: Run, experiment_id: str) -> int:
    catalog = run.catalog
    experiment = experiments.get_experiment(catalog, experiment_id)
    recipe = read_recipe(experiment.task)
    known = read_examples(catalog, recipe, ("train",))
    items = [hypotheses.get_hypothesis(catalog, key) for key in experiment.hypothesis_ids]
    judged = [item for item in items if item.outcome.get("outcome") and item.prediction_id]
    chances, by_mean = [], 0
    for item in judged:
        said = read_prediction(catalog, str(item.prediction_id))
        order = [known.readouts.index(name) for name in said.readouts]
        chances.append(chance(item.rule, said, known.targets[:, order]))
        by_mean += chance(item.rule, said, known.targets[:, order].mean(axis=0, keepdims=True)) > 0
    expected, low, high = count_band(np.array(chances))
    supported = sum(item.outcome["outcome"] == "supported" for item in judged)
    wells = sum(well.role != "empty" for plate in experiment.plates for well in plate.wells)
    facts = {"n": len(judged), "details": _made(catalog, {"pool": len(known.targets)})}
    nothing = {"low": float("nan"), "high": float("nan")}
    write_metrics(catalog, experiment.handle, "experiment", _suite(SUITE, run), [
        {"metric": "supported", "value": float(supported), **nothing, **facts},
        {"metric": "supported", "reference": "rules met at random", "value": expected, "low": low, "high": high, **facts},
        {"metric": "supported", "reference": "rules the mean meets", "value": float(by_mean), **nothing, **facts},
        {"metric": "wells", "value": float(wells), **nothing, **facts},
    ])  # fmt: skip
    return supported


def _later(run: Run, experiment_id: str) -> int:
    """The newest version that was frozen before these results against the one before it, on everything measured since."""
    catalog, experiment = run.catalog, experiments.get_experiment(run.catalog, experiment_id)
    task = experiment.task
    new = promoted_version(catalog, task)
    while new is not None and not is_new_to(catalog, new.snapshot, experiment):
        new = get_version(catalog, new.parent) if new.parent else None
    if new is None or new.parent is None:
        return 0
    old = get_version(catalog, new.parent)
    rows = prospective(catalog, load_cell(catalog, old), load_cell(catalog, new))
    if rows:
        details = _made(catalog, {"old": old.name, "new": new.name})
        kept = [{"metric": row["metric"], "value": row["difference"], **{name: row[name] for name in ("low", "high", "n")},
                 "details": details | {"old_value": row["old"], "new_value": row["new"]}} for row in rows]  # fmt: skip
        write_metrics(catalog, task, "task", _suite(LATER, run), kept)
    return len(rows)


def _record(run: Run, experiment_id: str) -> int:
    catalog, task = run.catalog, experiments.get_experiment(run.catalog, experiment_id).task
    rows = track_record(catalog, hypotheses.list_hypotheses(catalog, task=task))
    kept = [
        {name: row[name] for name in ("metric", "value", "low", "high", "n")}
        | {"reference": row["version"], "details": _made(catalog, {"level": row["level"]})}
        for row in rows
    ]
    if kept:
        write_metrics(catalog, task, "task", _suite(RECORD, run), kept)
    return len(kept)


def _suite(name: str, run: Run) -> str:
    return f"{name}, job {run.job_id}"


def _made(catalog: Catalog, facts: dict[str, Any]) -> dict[str, Any]:
    """How a figure was made: snapshot and code version beside its own facts."""
    return facts | {"snapshot": catalog.lake.current_snapshot(), "code_version": code_version()}
