"""From the scores of several seeds to the table: intervals over units, strata, null, room of each metric, gains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from workbench.errors import InputError
from workbench.evaluation.dynamic_range import DynamicRange, dynamic_range, position
from workbench.evaluation.evaluate import (
    CEILING,
    MEAN,
    MODEL,
    FitPredict,
    Measured,
    Scores,
    score_folds,
    score_null,
    strong_rows,
)
from workbench.evaluation.metric_facts import BEST, BETTER, TITLES
from workbench.evaluation.split import Fold
from workbench.evaluation.suite import by_unit
from workbench.kernels.bootstrap import bootstrap_difference, bootstrap_mean

MIN_SEEDS = 5
NULL, GAIN, ROOM = "permuted null", "gain over the mean", "room of the metric"


def evaluate(
    measured: Measured,
    fit_predict: FitPredict,
    split: Callable[[int], Sequence[Fold]],
    *,
    seeds: Sequence[int] = range(MIN_SEEDS),
    n_permutations: int = 20,
    baselines: dict[str, FitPredict] | None = None,
) -> list[dict[str, Any]]:
    """The whole suite in one call: scores of every seed, the null, the table of `scorecard`.

    split: seed -> folds. Raises InputError for fewer than five seeds.
    """
    _enough(seeds)
    scores = [score_folds(measured, fit_predict, split(seed), baselines) for seed in seeds]
    null = [
        null_means(measured, score_null(measured, fit_predict, split(seeds[i % len(seeds)]), np.random.default_rng(i)))
        for i in range(n_permutations)
    ]
    return scorecard(measured, scores, null)


def null_means(measured: Measured, values: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
    """Stratum -> metric -> mean over units of one draw of the null; values [n] a metric."""
    return {
        stratum: {metric: float(np.mean(known)) for metric, rows in values.items()
                  if len(known := _units(rows[chosen], measured.units[chosen]))}
        for stratum, chosen in strata(measured).items()
    }  # fmt: skip


def strata(measured: Measured) -> dict[str, np.ndarray]:
    """all, and strong (top fifth by replicate agreement) where replicates are known: name -> rows [n] bool."""
    strong = strong_rows(measured.agreement)
    found = {"all": np.ones(len(measured.units), dtype=bool)}
    return found | ({"strong": strong} if strong.sum() > 1 else {})


def scorecard(
    measured: Measured, scores: Sequence[Scores], null: Sequence[dict[str, dict[str, float]]], seed: int = 0
) -> list[dict[str, Any]]:
    """Rows of the table: metric, reference, stratum, value with its 95 % bootstrap interval over units, n units, details.

    A row's value is first averaged over seeds and within its unit. References beside those of `score_folds`: permuted
    null (mean, smallest and largest draw), gain of the model over the mean (paired), room of the metric (replicate
    ceiling minus mean, in the direction of better). details: spread over seeds, whether the metric may rank models
    here, and where the model stands in its room. Raises InputError for fewer than five seeds.
    """
    _enough(scores)
    rows = []
    for stratum, chosen in strata(measured).items():
        units = measured.units[chosen]
        table = _by_reference(scores, chosen, units)
        for metric in table[MODEL]:
            values = {name: metrics[metric] for name, metrics in table.items() if metric in metrics}
            limits = _limits(metric, values, seed)
            for name, per_unit in values.items():
                if len(known := per_unit[np.isfinite(per_unit)]):
                    value, low, high = bootstrap_mean(known, seed=seed)
                    details = _details(measured, scores, name, metric, chosen, limits, value)
                    rows.append(_row(metric, name, stratum, (value, low, high), len(known), details))
            rows += _null_rows(metric, stratum, null)
            if MEAN in values:
                way = -1.0 if BETTER[metric] == "lower" else 1.0
                both = np.isfinite(values[MODEL]) & np.isfinite(values[MEAN])
                if both.any():
                    gain = bootstrap_difference(way * values[MODEL][both], way * values[MEAN][both], seed=seed)
                    rows.append(_row(metric, GAIN, stratum, gain, int(both.sum()), {}))
            if limits is not None:
                span = (limits.room, limits.low, limits.high)
                rows.append(_row(metric, ROOM, stratum, span, limits.n, limits._asdict()))
    return rows


def barred(rows: Sequence[dict[str, Any]], stratum: str = "all") -> list[str]:
    """Metrics by which a replicate does not beat the mean of the perturbations: no ranking by them on this data set."""
    return [
        row["metric"] for row in rows
        if row["reference"] == ROOM and row["stratum"] == stratum and not row["details"]["ranks"]
    ]  # fmt: skip


def _by_reference(scores: Sequence[Scores], chosen: np.ndarray, units: np.ndarray) -> dict[str, dict[str, np.ndarray]]:
    """Reference -> metric -> value of each unit [n_units], averaged over seeds and rows; NaN where never tested."""
    found: dict[str, dict[str, np.ndarray]] = {}
    for name in scores[0]:
        for metric in scores[0][name]:
            rows = _seed_mean(np.array([one[name][metric][chosen] for one in scores if metric in one.get(name, {})]))
            known = np.isfinite(rows)
            labels = np.unique(units)
            per_unit = np.full(len(labels), np.nan)
            if known.any():
                per_unit[np.searchsorted(labels, np.unique(units[known]))] = by_unit(rows[known], units[known])
            found.setdefault(name, {})[metric] = per_unit
    return found


def _seed_mean(rows: np.ndarray) -> np.ndarray:
    known = np.isfinite(rows)
    count = known.sum(axis=0)
    total = np.where(known, rows, 0).sum(axis=0)
    return np.divide(total, count, out=np.full(rows.shape[1], np.nan), where=count > 0)


def _units(rows: np.ndarray, units: np.ndarray) -> np.ndarray:
    known = np.isfinite(rows)
    return by_unit(rows[known], units[known]) if known.any() else np.zeros(0)


def _limits(metric: str, values: dict[str, np.ndarray], seed: int) -> DynamicRange | None:
    if metric not in BEST or CEILING not in values or MEAN not in values:
        return None
    both = np.isfinite(values[CEILING]) & np.isfinite(values[MEAN])
    if both.sum() < 2:
        return None
    return dynamic_range(values[MEAN][both], values[CEILING][both], best=BEST[metric], better=BETTER[metric], seed=seed)


def _details(
    measured: Measured, scores: Sequence[Scores], name: str, metric: str, chosen: np.ndarray,
    limits: DynamicRange | None, value: float,
) -> dict[str, Any]:  # fmt: skip
    means = [
        float(per_unit.mean()) for one in scores if metric in one.get(name, {})
        if len(per_unit := _units(one[name][metric][chosen], measured.units[chosen]))
    ]  # fmt: skip
    details: dict[str, Any] = {"seeds": len(means), "seed_sd": float(np.std(means))}
    if measured.shared_controls:
        details["shared_controls"] = True
    if limits is not None:
        stands = position(value, limits)
        details |= {"ranks": limits.ranks, "position": stands if np.isfinite(stands) else None}
    return details


def _null_rows(metric: str, stratum: str, null: Sequence[dict[str, dict[str, float]]]) -> list[dict[str, Any]]:
    drawn = [one[stratum][metric] for one in null if metric in one.get(stratum, {})]
    if not drawn:
        return []
    span = (float(np.mean(drawn)), min(drawn), max(drawn))
    return [_row(metric, NULL, stratum, span, len(drawn), {"interval": "smallest and largest draw"})]


def _row(
    metric: str, reference: str, stratum: str, span: tuple[float, float, float], n: int, details: dict[str, Any]
) -> dict[str, Any]:
    return {"metric": metric, "title": TITLES[metric], "reference": reference, "stratum": stratum, "value": span[0],
            "low": span[1], "high": span[2], "n": n, "details": details}  # fmt: skip


def _enough(seeds: Sequence[Any]) -> None:
    if len(seeds) < MIN_SEEDS:
        raise InputError(f"an evaluation needs at least {MIN_SEEDS} seeds; got {len(seeds)}.", hint="Use --seeds 5.")
