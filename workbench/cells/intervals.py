"""Intervals that hold: conformal widths by class of question, chosen on the calibration rows alone, checked by stratum."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from workbench.evaluation.evaluate import strong_rows
from workbench.evaluation.split import grouped_folds
from workbench.kernels import conformal

# How a width may differ between questions, the simplest first: all alike; by the replicates planned; in proportion to
# the model's own spread with the noise of the replicates; to the predicted strength; by thirds of the predicted strength
METHODS = ("alike", "replicates", "spread", "strength", "strength classes")
SLACK = 0.02  # a stratum known only after measuring may be covered this much less than the level
FLOOR = 0.01  # of the median width: no readout gets less
FOLDS, FEW = 5, 30  # of the groups when methods are compared; one by one where there are few


class Foreseen(NamedTuple):
    """What is known of rows before they are measured: strength (predicted size) and replicates [n], spread [n, n_readouts]."""

    strength: np.ndarray
    replicates: np.ndarray
    spread: np.ndarray

    def take(self, rows: np.ndarray) -> Foreseen:
        """These rows (numbers or mask)."""
        return Foreseen(*(column[rows] for column in self))


@dataclass(frozen=True, eq=False)
class Intervals:
    """Half-widths of each class [n_classes, n_readouts] in units of the method's scale, and how they were made.

    edges [n_classes - 1] between classes; n_units [n_classes] behind them; noise [n_readouts]: variance of a response
    with the usual number of replicates beyond the model's spread; factor: by how much all were widened so that strong
    responses are covered too; simultaneous: by how much more for a band that holds all readouts at once.
    """

    method: str
    level: float
    widths: np.ndarray
    edges: np.ndarray
    n_units: np.ndarray
    noise: np.ndarray
    usual: float
    factor: float = 1.0
    simultaneous: float = np.inf

    @classmethod
    def alike(cls, widths: np.ndarray, level: float, n_units: int = 0) -> Intervals:
        """The same half-widths [n_readouts] for every question."""
        n_readouts = len(widths)
        return cls("alike", level, widths[None], np.zeros(0), np.array([n_units]), np.zeros(n_readouts), 1.0)

    def classes(self, rows: Foreseen) -> np.ndarray:
        """Class of each row [n]."""
        value = rows.replicates if self.method == "replicates" else rows.strength
        return np.searchsorted(self.edges, value, side="right")

    def half_widths(self, rows: Foreseen) -> np.ndarray:
        """Half-width of the interval of each readout by itself [n, n_readouts]."""
        widths = self.widths[self.classes(rows)]
        return np.where(
            np.isfinite(widths), self.factor * np.nan_to_num(widths, posinf=0.0) * self._scale(rows), np.inf
        )

    def describe(self, rows: Foreseen) -> list[str]:
        """For each row in words: what its width follows, its class, the units behind it, or why it is infinite."""
        return [self._words(label, rows.replicates[i]) for i, label in enumerate(self.classes(rows))]

    def _words(self, label: int, replicates: float) -> str:
        n, needed = int(self.n_units[label]), conformal.units_needed(self.level)
        named = {
            "alike": "the same for every question",
            "replicates": f"for responses of {replicates:.0f} replicate{'s' if replicates != 1 else ''}",
            "spread": "in proportion to the model's spread and the replicates' noise",
            "strength": "in proportion to the predicted strength",
            "strength classes": f"for the {('weakest', 'middle', 'strongest')[min(label, 2)]} third of predicted strengths",
        }[self.method]
        if not np.isfinite(self.widths[label]).all():
            return f"infinite: {n} units of this class were measured, {needed} are needed at {self.level:.0%}"
        wider = f", widened × {self.factor:.2f} for strong responses" if self.factor > 1 else ""
        return f"{named}{f', from {n} measured units' if n else ''}{wider}"

    def _scale(self, rows: Foreseen) -> np.ndarray:
        if self.method == "spread":
            noise = self.noise * (self.usual / rows.replicates)[:, None]
            return np.sqrt(np.square(rows.spread) + noise)
        if self.method == "strength":
            return rows.strength[:, None]
        return np.ones((len(rows.strength), 1))


def calibrated(
    residuals: np.ndarray, rows: Foreseen, groups: np.ndarray, agreement: np.ndarray, level: float, seed: int = 0
) -> Intervals:
    """The narrowest of METHODS on rows that were predicted without having been seen, widened where strong ones need it.

    residuals [n, n_readouts] of measurements against their own controls; groups [n] exchangeable units; agreement [n]
    of the replicates (NaN unknown). Each method is fitted on four fifths of the groups and looked at on the rest: its
    width there, and the factor by which it must grow to cover all rows at the level, and at the level minus SLACK the
    strong ones (top fifth by agreement), which nobody can tell beforehand, and those with fewer replicates.
    """
    usual = np.median(rows.replicates)
    asked = {
        level: [np.ones(len(groups), dtype=bool)],
        level - SLACK: [strong_rows(agreement), rows.replicates < usual],
    }
    found = {}
    alike = _crossed("alike", residuals, rows, groups, level, seed)
    for method in METHODS:
        widths = alike if method == "alike" else _crossed(method, residuals, rows, groups, level, seed)
        if widths is None or not np.isfinite(widths).all():
            continue
        ratios = np.abs(residuals) / np.maximum(widths, 1e-12)
        factor = max(_needed(ratios[here], share) for share, strata in asked.items() for here in strata)
        wide = factor * float((widths / np.maximum(alike, 1e-12)).mean()) if np.isfinite(alike).all() else factor
        band = conformal.quantile_by_group(ratios.max(axis=1, keepdims=True) / factor, groups, level)[0]
        found[method] = (wide, factor, float(band))
    if not found:
        return _fitted("alike", residuals, rows, groups, level)
    method = min(found, key=lambda name: found[name][0])
    _, factor, band = found[method]
    return replace(_fitted(method, residuals, rows, groups, level), factor=factor, simultaneous=max(1.0, band))


def _fitted(method: str, residuals: np.ndarray, rows: Foreseen, groups: np.ndarray, level: float) -> Intervals:
    usual = float(np.median(rows.replicates))
    noise = np.maximum(np.square(residuals).mean(axis=0) - np.square(rows.spread).mean(axis=0), 0.0)
    edges = np.zeros(0)
    if method == "replicates":
        edges = np.array([usual]) if (rows.replicates < usual).any() else edges
    elif method == "strength classes":
        edges = np.quantile(rows.strength, [1 / 3, 2 / 3])
    shape = np.ones((len(edges) + 1, residuals.shape[1]))
    plain = Intervals(method, level, shape, edges, np.zeros(len(shape), dtype=int), noise, usual)
    scores = np.abs(residuals) / np.maximum(plain.half_widths(rows), 1e-12)
    widths, n_units = conformal.widths_by_class(scores, groups, plain.classes(rows), len(shape), level)
    positive = widths[np.isfinite(widths) & (widths > 0)]
    if len(positive):  # a readout that has not moved so far may yet
        widths = np.maximum(widths, FLOOR * np.median(positive))
    return replace(plain, widths=widths, n_units=n_units)


def _crossed(
    method: str, residuals: np.ndarray, rows: Foreseen, groups: np.ndarray, level: float, seed: int
) -> np.ndarray | None:
    """Half-widths of each row [n, n_readouts] by the method fitted on other groups; None where it says no more than
    `alike`."""
    if method != "alike" and len(np.unique(rows.replicates if method == "replicates" else rows.strength)) < 2:
        return None
    n_folds = FOLDS if len(np.unique(groups)) >= FEW else len(groups)
    found, fold = np.zeros_like(residuals), grouped_folds(groups, n_folds, seed)
    for k in range(fold.max() + 1):
        here = fold == k
        if here.all():
            return None
        made = _fitted(method, residuals[~here], rows.take(~here), groups[~here], level)
        found[here] = made.half_widths(rows.take(here))
    return found


def _needed(ratios: np.ndarray, level: float) -> float:
    """The factor, at least 1, at which this share of |residual| / width lies inside; 1 without rows."""
    return max(1.0, float(np.quantile(ratios, level))) if ratios.size else 1.0
