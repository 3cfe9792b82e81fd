"""Train a virtual cell: examples → folds → fit → evaluate → register → compare with the promoted version → decide."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog import models as versions
from workbench.catalog.metrics import write_metrics
from workbench.catalog.store import utc_now
from workbench.cells import fit as fitting
from workbench.cells.calibrate import Crossed, calibrate, crossed_fold
from workbench.cells.examples import Examples
from workbench.cells.sources import ensure_split, read_examples, read_features
from workbench.cells.versions import load_cell, save_cell
from workbench.errors import ConflictError
from workbench.evaluation.compare import compare, promote
from workbench.evaluation.suite import coverage_units, score_units, summary
from workbench.jobs.engine.kinds import Run, job
from workbench.nouns import Comparison, ModelVersion
from workbench.training.code_version import code_version
from workbench.training.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

SUITE = "virtual cell, held out"


@job("train", title="Train the virtual cell", queue="heavy", estimate_s=20.0)
def train(run: Run, task: str, experiment_id: str | None = None) -> str:
    """Gives the id of the new version (which is the job's id), promoted or not."""
    recipe = read_recipe(task)
    folder = run.catalog.settings.cache / "training" / run.job_id
    run.progress(0.02, "Reading the examples")
    facts = run.step("examples", _examples, run, recipe)
    for fold in range(recipe.folds):
        run.progress(0.05 + 0.4 * fold / recipe.folds, f"Fold {fold + 1} of {recipe.folds}: measuring the intervals")
        run.step(f"fold {fold}", _fold, run, recipe, folder, fold, facts["snapshot"])
    run.progress(0.5, "Fitting on all examples")
    weights = run.step("fit", _fit, run, recipe, folder, facts["snapshot"])
    run.progress(0.6, "Scoring on the held-out set, with baseline and permuted null")
    table = run.step("evaluate", _evaluate, run, recipe, facts["snapshot"])
    run.progress(0.9, "Registering the version")
    run.step("register", _register, run, recipe, facts, weights, table)
    run.progress(0.95, "Comparing with the promoted version")
    run.step("compare", _compare, run, recipe, experiment_id)
    return run.job_id


def _examples(run: Run, recipe: Recipe) -> dict[str, Any]:
    ensure_split(run.catalog, recipe)
    snapshot = run.catalog.lake.current_snapshot()
    examples = _read(run.catalog, recipe, snapshot)
    agreement = examples.agreement[~np.isnan(examples.agreement)]
    return {
        "snapshot": snapshot,
        "n_examples": len(examples.targets),
        "n_units": len(set(examples.units)),
        "n_readouts": len(examples.readouts),
        "replicate_agreement": float(np.median(agreement)) if len(agreement) else None,
        "share_agreeing": float((agreement > 0.1).mean()) if len(agreement) else None,
    }


def _fold(run: Run, recipe: Recipe, folder: Path, fold: int, snapshot: int) -> int:
    """Predictions of one fold, kept in the cache; repeating it writes the same file."""
    examples = _read(run.catalog, recipe, snapshot)
    folds = fitting.fold_of(recipe, examples)
    train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
    features = _features(run.catalog, recipe)
    crossed = crossed_fold(recipe, examples, features, train, test, examples.units[test], fold)
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"fold-{fold}.partial.npz"
    np.savez(partial, **crossed._asdict())
    partial.replace(folder / f"fold-{fold}.npz")
    return len(test)


def _fit(run: Run, recipe: Recipe, folder: Path, snapshot: int) -> str:
    examples = _read(run.catalog, recipe, snapshot)
    features, parts = _features(run.catalog, recipe), []
    for fold in range(recipe.folds):
        if not (folder / f"fold-{fold}.npz").exists():  # made by a host that is gone, in its own cache
            _fold(run, recipe, folder, fold, snapshot)
        with np.load(folder / f"fold-{fold}.npz") as kept:
            parts.append(Crossed(**{name: kept[name] for name in Crossed._fields}))
    truth = _read(run.catalog, recipe, snapshot, controls="odd").targets
    calibration = calibrate(recipe, examples, features, Crossed.joined(parts), truth)
    return save_cell(run.catalog, fitting.fit(recipe, examples, features), calibration)


def _evaluate(run: Run, recipe: Recipe, snapshot: int) -> list[dict[str, Any]]:
    """The suite's table on the held-out units: model, mean, permuted null; controls of truth and training disjoint."""
    train_set, test_set, features = _evaluation_sets(run.catalog, recipe, snapshot)
    reference = train_set.targets.mean(axis=0)
    rng = np.random.default_rng(recipe.seed)
    baseline = "mean" if features is not None else "additive"
    rows = []
    for name in (recipe.model, "mean", baseline):
        predicted, _ = fitting.fit(recipe, train_set, features, name).predict(test_set)
        label = "model" if name == recipe.model else name
        if label not in {row["reference"] for row in rows}:
            scores = score_units(predicted, test_set.targets, reference, test_set.units)
            rows += [summary(values, metric) | {"reference": label} for metric, values in scores.items()]
    null = []
    for i in range(recipe.permutations):
        run.check_cancelled()
        run.progress(0.6 + 0.3 * i / recipe.permutations, f"Permuted null {i + 1} of {recipe.permutations}")
        predicted = fitting.permuted_score(recipe, train_set, test_set, features, rng)
        null.append(score_units(predicted, test_set.targets, reference, test_set.units))
    for metric in null[0]:
        means = np.array([draw[metric].mean() for draw in null])
        rows.append({"metric": metric, "reference": "permuted null", "value": float(means.mean()),
                     "low": float(means.min()), "high": float(means.max()), "n": len(means)})  # fmt: skip
    return [{key: row[key] for key in ("metric", "reference", "value", "low", "high", "n")} for row in rows]


def _register(run: Run, recipe: Recipe, facts: dict[str, Any], weights: str, table: list[dict[str, Any]]) -> str:
    parent = versions.promoted_version(run.catalog, recipe.task)
    ceiling = {key: facts[key] for key in ("replicate_agreement", "share_agreeing")}
    version = ModelVersion(
        version_id=run.job_id, name=recipe.task, task=recipe.task, architecture=recipe.model, state="candidate",
        weights_sha256=weights, recipe_hash=recipe.sha256, snapshot=facts["snapshot"], code_version=code_version(),
        recipe={"title": recipe.title, "model": recipe.model, "hyperparameters": recipe.hyperparameters},
        training_set=facts, card={"suite": table, "ceiling": ceiling, "question": recipe.question},
        parent=parent.version_id if parent else None, created_at=utc_now(),
    )  # fmt: skip
    name = versions.register_version(run.catalog, version).name
    write_metrics(run.catalog, name, "model version", SUITE, table)
    return name


def _compare(run: Run, recipe: Recipe, experiment_id: str | None) -> str:
    """Compare with the version promoted now, and promote or not; a race with another promotion is compared again."""
    for _ in range(3):
        current = versions.promoted_version(run.catalog, recipe.task)
        if current is not None and current.version_id == run.job_id:
            return "promoted"
        if current is None:
            versions.decide(run.catalog, run.job_id, promoted=True, instead_of=None)
            return "promoted"
        comparison, promoted = _comparison(run, recipe, current)
        try:
            versions.decide(run.catalog, run.job_id, promoted=promoted, instead_of=current.version_id)
        except ConflictError:
            continue
        versions.write_comparison(run.catalog, comparison, experiment_id)
        return comparison.decision
    raise ConflictError(f"{recipe.task}: other versions were promoted three times meanwhile.", hint="Train again.")


def _comparison(run: Run, recipe: Recipe, current: ModelVersion) -> tuple[Comparison, bool]:
    scores = [_held_out_scores(run.catalog, recipe, version) for version in (current.version_id, run.job_id)]
    rows = compare(scores[0], scores[1], seed=recipe.seed)
    promoted, reason = promote(rows, recipe.promotion)
    new = versions.get_version(run.catalog, run.job_id)
    grown = new.training_set["n_examples"] - current.training_set["n_examples"]
    reason = f"{reason} It was trained on {grown:+d} examples."
    return Comparison(
        comparison_id=run.job_id, task=recipe.task, old=current.name, new=new.name,
        held_out=f"{len(next(iter(scores[0].values())))} held-out {recipe.unit}s", rows=tuple(json.loads(json.dumps(rows))),
        decision="promoted" if promoted else "not promoted", reason=reason, rule=recipe.promotion,
    ), promoted  # fmt: skip


def _held_out_scores(catalog: Catalog, recipe: Recipe, version_id: str) -> dict[str, np.ndarray]:
    """Scores of each held-out unit by one version as it stands on disk, interval coverage included."""
    cell = load_cell(catalog, versions.get_version(catalog, version_id))
    test = _test_set(catalog, recipe)
    predicted, spread = cell.fitted.predict(test)
    widths = cell.calibration.half_widths(predicted, spread, test.n_replicates, cell.fitted.similarity(test))
    reference = read_examples(catalog, recipe, ("train",)).targets.mean(axis=0)  # the same for both versions
    scores = score_units(predicted, test.targets, reference, test.units)
    scores["coverage"] = coverage_units(test.targets, predicted - widths, predicted + widths, test.units)
    return scores


def _read(catalog: Catalog, recipe: Recipe, snapshot: int, controls: str = "") -> Examples:
    lake = catalog.lake.at(snapshot)
    try:
        return read_examples(catalog, recipe, ("train",), lab=True, lake=lake, controls=controls)
    finally:
        lake.close()


def _test_set(catalog: Catalog, recipe: Recipe) -> Examples:
    return read_examples(catalog, recipe, ("held_out",))


def _evaluation_sets(catalog: Catalog, recipe: Recipe, snapshot: int) -> tuple[Examples, Examples, Any]:
    return _read(catalog, recipe, snapshot), _test_set(catalog, recipe), _features(catalog, recipe)


def _features(catalog: Catalog, recipe: Recipe) -> Any:
    return read_features(catalog, recipe) if recipe.shape == "kernel" else None
