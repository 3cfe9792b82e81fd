"""Skill on what was measured after the models were frozen: two versions on the same new results, and past predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from workbench.catalog import experiments as stored
from workbench.catalog.predictions import read_prediction
from workbench.catalog.results import measured_effects
from workbench.cells.predict import VirtualCell
from workbench.cells.questions import as_example, find_question
from workbench.evaluation.compare import compare
from workbench.evaluation.suite import score_units
from workbench.kernels.bootstrap import bootstrap_difference, bootstrap_mean
from workbench.kernels.conformal import coverage

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog
    from workbench.nouns import Experiment, Hypothesis

FEWEST = 3  # new perturbations below which two versions are not compared
_SEEN = "SELECT count(*) FROM lake.dataset WHERE starts_with(dataset, $1)"


class Measured(NamedTuple):
    """perturbation ids [n]; mean change over replicates, truth [n, n_readouts] in the order of readouts."""

    perturbations: tuple[str, ...]
    truth: np.ndarray
    readouts: tuple[str, ...]


def measured_means(catalog: Catalog, experiment: Experiment) -> Measured:
    """Mean measured change of every perturbation of an experiment, against the controls of its plates."""
    wells = measured_effects(catalog, experiment)
    names = tuple(dict.fromkeys(wells.perturbations))
    rows = np.array(wells.perturbations)
    return Measured(names, np.array([wells.delta[rows == name].mean(axis=0) for name in names]), wells.readouts)


def is_new_to(catalog: Catalog, snapshot: int, experiment: Experiment) -> bool:
    """Whether a version was frozen before these results: its snapshot of the lake does not hold them."""
    lake = catalog.lake.at(snapshot)
    try:
        return not lake.value(_SEEN, [f"{experiment.handle}."])
    finally:
        lake.close()


def prospective(catalog: Catalog, old: VirtualCell, new: VirtualCell) -> list[dict[str, Any]]:
    """Two versions of a task on every perturbation measured after both were frozen: rows of `compare`, none where fewer
    than three perturbations of units that neither was trained on have been measured since."""
    recipe = new.fitted.recipe
    known = set(new.fitted.examples.units) | set(old.fitted.examples.units)
    asked, truth = [], []
    for experiment in stored.list_experiments(catalog):
        if experiment.task != recipe.task or not all(
            is_new_to(catalog, cell.snapshot, experiment) for cell in (old, new)
        ):
            continue
        found = measured_means(catalog, experiment)
        for name, row in zip(found.perturbations, found.truth, strict=True):
            question = find_question(catalog, recipe, name)
            unit = str(as_example(new, catalog, question).units[0]) or name
            if unit not in known:
                asked.append(question)
                truth.append(row[[found.readouts.index(readout) for readout in new.fitted.examples.readouts]])
    if len(asked) < FEWEST:
        return []
    reference = old.fitted.examples.targets.mean(axis=0)  # the same for both
    units = np.array([question.perturbation_id for question in asked])
    scores = []
    for cell in (old, new):
        said = [cell.fitted.predict(as_example(cell, catalog, question))[0][0] for question in asked]
        scores.append(score_units(np.array(said), np.array(truth), reference, units))
    return compare(*scores, seed=recipe.seed)


def track_record(catalog: Catalog, items: list[Hypothesis], seed: int = 0) -> list[dict[str, Any]]:
    """How the frozen predictions of measured hypotheses held: a row a version and metric, with n hypotheses.

    coverage: share of readouts inside the frozen interval, against the stated level; gain: how much smaller the mean
    absolute error is than that of the baseline beside it (above 0: the prediction added something).
    """
    wanted = {item.hypothesis_id: item for item in items if item.prediction_id}
    found: dict[str, dict[str, list[float]]] = {}
    levels: dict[str, float] = {}
    for experiment in stored.list_experiments(catalog):
        mine = [wanted[key] for key in experiment.hypothesis_ids if key in wanted]
        measured = measured_means(catalog, experiment) if mine else Measured((), np.zeros((0, 0)), ())
        for item in mine:
            if item.perturbation.perturbation_id not in measured.perturbations:
                continue
            said = read_prediction(catalog, str(item.prediction_id))
            row = measured.truth[measured.perturbations.index(item.perturbation.perturbation_id)]
            truth = row[[measured.readouts.index(name) for name in said.readouts]][None]
            facts = found.setdefault(said.model_name, {"coverage": [], "gain": []})
            levels[said.model_name] = said.level
            if np.isfinite(said.low).all() and np.isfinite(said.high).all():
                facts["coverage"].append(float(coverage(truth, said.low[None], said.high[None])[0]))
            errors = [float(np.abs(truth[0] - guess).mean()) for guess in (said.baseline, said.delta)]
            facts["gain"].append(errors[0] - errors[1])
    return [
        _summed(name, metric, np.array(values), levels[name], seed)
        for name, facts in sorted(found.items()) for metric, values in facts.items() if values
    ]  # fmt: skip


def _summed(version: str, metric: str, values: np.ndarray, level: float, seed: int) -> dict[str, Any]:
    if metric == "gain":
        value, low, high = bootstrap_difference(values, np.zeros_like(values), seed=seed)
    else:
        value, low, high = bootstrap_mean(values, seed=seed)
    return {
        "version": version,
        "metric": metric,
        "value": value,
        "low": low,
        "high": high,
        "n": len(values),
        "level": level,
    }
