"""Ask a fitted virtual cell: change, interval, baseline, domain, verdict and exact evidence for one perturbation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from workbench.cells.calibrate import Calibration
from workbench.cells.compound_features import split_unit
from workbench.cells.examples import Examples
from workbench.cells.fit import Fitted, fit
from workbench.errors import InputError
from workbench.models import MODELS
from workbench.nouns import Context, Perturbation, Prediction

# share of the readouts (and one) beyond their interval that makes a signal: 0 of 650 predictions by permuted genes had it
SIGNAL_SHARE = 0.006
N_EVIDENCE = 12
FAR = 0.01  # share of the usual similarity below which the measured ones say nothing: what is left is their mean


@dataclass(frozen=True, eq=False)
class VirtualCell:
    """A fitted model ready to answer.

    calibration: intervals at the recipe's level, by class of question; facts of the version go into every answer.
    """

    fitted: Fitted
    calibration: Calibration
    version_name: str
    version_id: str
    snapshot: int
    code_version: str
    ceiling: dict[str, Any] = field(default_factory=dict)

    @property
    def usual_replicates(self) -> float:
        """Replicates of the median training row: what a question is taken to plan."""
        return float(np.median(self.fitted.examples.n_replicates))

    @cached_property
    def typical_similarity(self) -> float:
        """Median similarity of a training unit to its nearest other unit: what "inside the domain" means."""
        examples, features = self.fitted.examples, self.fitted.features
        if features is None:
            return 1.0
        units = sorted(set(examples.units))
        kernel = features.kernels(units, units)[:-1].mean(axis=0)
        np.fill_diagonal(kernel, -np.inf)
        return float(np.median(kernel.max(axis=1)))


class ScreenRows(NamedTuple):
    """Answers for many genes: genes [n]; mean, spread (of the true response), half_width (of the interval at the
    recipe's level, around the mean) [n, n_readouts]; domain [n], 0 for a gene of which nothing can be said (mean NaN)."""

    genes: list[str]
    mean: np.ndarray
    spread: np.ndarray
    half_width: np.ndarray
    domain: np.ndarray


def screen_rows(cell: VirtualCell, genes: Sequence[str], chunk: int = 2000) -> Iterator[ScreenRows]:
    """What a virtual cell of genes predicts for each of many genes, in chunks, in their order; the first chunk of a
    version takes seconds more, for the similarity of its training genes with all others.

    Raises InputError for a virtual cell of drug strengths.
    """
    fitted = cell.fitted
    if fitted.features is None:
        raise InputError(
            "this virtual cell sees strengths of drugs, not genes.", where=fitted.recipe.task,
            hint="Ask `Fitted.predict` for all its conditions at once.",
        )  # fmt: skip
    known = fitted.known_genes
    for first in range(0, len(genes), chunk):
        some = list(genes[first : first + chunk])
        kernels, prior = known.kernels(some)
        mean, spread = fitted.model.predict(kernels, prior)
        similarity = kernels[:-1].mean(axis=0)
        near = np.clip(similarity.max(axis=1) / max(cell.typical_similarity, 1e-9), 0.0, 1.0)
        near[near <= FAR] = 0.0
        planned = np.full(len(some), cell.usual_replicates)
        mean[near == 0] = np.nan  # nothing is known of these genes
        widths = cell.calibration.half_widths(mean, spread, planned, similarity)
        yield ScreenRows(some, mean, spread, widths, near)


def answer(
    cell: VirtualCell, asked: Examples, perturbation: Perturbation, context: Context, prediction_id: str
) -> Prediction:
    """The prediction for one question (`asked` holds one row); every number of it is NaN, and the verdict says why, when
    nothing links the perturbation to a measured one. Raises InputError when `asked` holds another number of rows."""
    if len(asked.targets) != 1:
        raise InputError(f"one question at a time; got {len(asked.targets)}.", where=perturbation.perturbation_id)
    fitted, recipe = cell.fitted, cell.fitted.recipe
    mean, spread = fitted.predict(asked)
    score, reason = domain(cell, asked)
    if score == 0.0 and fitted.features is not None:
        mean = np.full_like(mean, np.nan)  # all that is left would be the mean of the others, which is no prediction
    foreseen = cell.calibration.foresee(mean, spread, asked.n_replicates, fitted.similarity(asked))
    intervals = cell.calibration.intervals
    delta, widths, band = mean[0], intervals.half_widths(foreseen)[0], intervals.simultaneous
    verdict, words = judge(delta, widths, score, reason, recipe.level)
    baselines = _baselines(cell, asked)
    shown = () if np.isnan(mean).any() else tuple(evidence(cell, asked))
    name = "additive rule" if "additive rule" in baselines else "mean of what was measured"
    return Prediction(
        prediction_id=prediction_id, task=recipe.task, perturbation=perturbation, context=context,
        readouts=fitted.examples.readouts, delta=delta, low=delta - widths, high=delta + widths, level=recipe.level,
        baseline=baselines[name], baseline_name=name, verdict=verdict, verdict_reason=words, domain_score=score,
        model_version=cell.version_id, model_name=cell.version_name, snapshot=cell.snapshot,
        code_version=cell.code_version, ceiling=cell.ceiling, evidence=shown,
        baselines=baselines, units=recipe.units, simulated=recipe.simulated,
        interval=intervals.describe(foreseen)[0], simultaneous=band if np.isfinite(band) else None,
    )  # fmt: skip


def judge(delta: np.ndarray, widths: np.ndarray, score: float, reason: str, level: float) -> tuple[str, str]:
    """Verdict and one sentence: outside the domain, no signal, or signal; delta, widths [n_readouts]."""
    if score == 0.0:
        return "outside my domain", reason
    if not np.isfinite(widths).all():
        return "no signal", "Too few measured perturbations for an interval at this level, so nothing can be claimed."
    moved = int((np.abs(delta) > widths).sum())
    needed = max(1, int(np.ceil(SIGNAL_SHARE * len(delta))))
    if moved >= needed:
        return "signal", f"{moved} of {len(delta)} readouts move beyond their {level:.0%} interval."
    return "no signal", (
        f"{moved} of {len(delta)} readouts move beyond their {level:.0%} interval; {needed} would be needed to call it "
        "a signal."
    )


def domain(cell: VirtualCell, asked: Examples) -> tuple[float, str]:
    """Nearness to what was measured, 0 to 1, and a sentence when it is 0."""
    features, examples = cell.fitted.features, cell.fitted.examples
    if features is None:
        single = {int(np.flatnonzero(row)[0]) for row in examples.drugs if (row != 0).sum() == 1}
        absent = [examples.drug_names[i] for i in np.flatnonzero(asked.drugs[0]) if i not in single]
        return (
            (0.0, f"{' and '.join(absent)} {'was' if len(absent) == 1 else 'were'} never measured alone.")
            if absent
            else (1.0, "")
        )
    unit = str(asked.units[0])
    nearest = float(features.kernels([unit], list(examples.units))[:-1].mean(axis=0).max())
    if nearest <= FAR * cell.typical_similarity:
        absent = features.missing(unit)
        name, kind = str(asked.names[0]), "compound" if cell.fitted.recipe.of_compounds else "gene"
        if split_unit(unit)[0] in {split_unit(known)[0] for known in examples.units}:
            return 0.0, f"{name} is too far from every measured dose of it, so nothing can be said about it."
        why = f"{' and '.join(absent)} lack it" if absent else "nothing like it was measured"
        return 0.0, f"{name} has no link to any measured {kind} ({why}), so nothing can be said about it."
    return float(min(1.0, nearest / max(cell.typical_similarity, 1e-9))), ""


def evidence(cell: VirtualCell, asked: Examples) -> list[dict[str, Any]]:
    """The training perturbations with the largest exact weights: yhat = mean + sum of weight × (response − mean)."""
    weights = cell.fitted.weights(asked)[0]
    examples = cell.fitted.examples
    order = np.argsort(-np.abs(weights), kind="stable")[:N_EVIDENCE]
    total = np.abs(weights).sum() or 1.0
    return [
        {
            "perturbation_id": str(examples.perturbations[i]), "name": str(examples.names[i]),
            "gene": str(examples.genes[i]), "weight": float(weights[i]), "share": float(abs(weights[i]) / total),
            "n_replicates": int(examples.n_replicates[i]),
            "agreement": None if np.isnan(examples.agreement[i]) else float(examples.agreement[i]),
        }
        for i in order
        if weights[i] != 0
    ]  # fmt: skip


def decompose(cell: VirtualCell, asked: Examples) -> tuple[np.ndarray, float]:
    """Exact weights [n] and the largest difference between the prediction and its weighted evidence."""
    fitted = cell.fitted
    weights = fitted.weights(asked)[0]
    mean = fitted.examples.targets.mean(axis=0)
    if MODELS.find(fitted.recipe.model).facts["about"] == "zero":
        rebuilt = weights @ fitted.examples.targets
    else:
        rebuilt = mean + weights @ (fitted.examples.targets - mean)
    return weights, float(np.abs(fitted.predict(asked)[0][0] - rebuilt).max())


def _baselines(cell: VirtualCell, asked: Examples) -> dict[str, np.ndarray]:
    examples = cell.fitted.examples
    baselines = {
        "mean of what was measured": examples.targets.mean(axis=0),
        "no change": np.zeros(examples.targets.shape[1]),
    }
    if cell.fitted.features is None:
        additive = fit(cell.fitted.recipe, examples, None, "additive")
        baselines["additive rule"] = additive.predict(asked)[0][0]
    return baselines
