"""Sums over rows of the same perturbation, context and batch, taken block by block, and changes against their controls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.catalog.importers.formats.table import Table
from workbench.catalog.importers.measured import Measured
from workbench.errors import InputError
from workbench.kernels.response import mean_pairwise_correlation

MAX_SUMS = 60_000_000  # values of all sums together: half a gigabyte
LINEAR_ABOVE = 50.0  # log1p of counts per ten thousand or per million stays below 14
DEPTH = 10_000.0


class Scale(NamedTuple):
    """What the values are, what is done to them, and the unit they come out in."""

    kind: str
    words: str
    unit: str


def scale_of(measured: Measured) -> Scale:
    """Counts, linear, logarithmic or centred, from the range of all values."""
    low, high = measured.lowest, measured.highest
    if low < 0:
        return Scale(
            "centred", f"negative values (from {low:.3g}): centred or scaled already, used as they are", "as given"
        )
    if measured.whole:
        words = f"whole numbers up to {high:,.0f}: raw counts, made log1p of counts per {DEPTH:,.0f} of each row"
        return Scale("counts", words, f"log1p counts per {DEPTH:,.0f}")
    if high > LINEAR_ABOVE:
        return Scale("linear", f"fractions up to {high:,.1f}: normalised but not logarithmic, log1p is taken", "log1p")
    return Scale(
        "log", f"fractions from {low:.3g} to {high:.3g}: logarithmic already, used as they are", "log1p (as given)"
    )


@dataclass
class Design:
    """For each row [n_rows] its group (a perturbation in a context and batch; -1: refused) and replicate within it.

    For each group [n_groups]: perturbation, context and plate as codes, and whether it is the control of its plate.
    """

    group: np.ndarray
    part: np.ndarray
    perturbation: np.ndarray
    context: np.ndarray
    plate: np.ndarray
    is_control: np.ndarray

    @classmethod
    def of(cls, codes: tuple[np.ndarray, ...], is_control: np.ndarray, kept: np.ndarray, n_parts: int | None) -> Design:
        """codes: perturbation, context and plate of each row [n_rows]; controls of a plate are one group.

        `n_parts`: rows of a group take turns in so many replicates; None: each row is a replicate.
        """
        perturbation, context, plate = codes
        frame = pd.DataFrame({"p": np.where(is_control, -1, perturbation), "c": context, "l": plate})[kept]
        numbered = frame.groupby(["p", "c", "l"], sort=True)
        group = np.full(len(is_control), -1)
        group[kept] = numbered.ngroup()
        turn = numbered.cumcount().to_numpy()
        part = np.zeros(len(is_control), dtype=np.int64)
        part[kept] = turn if n_parts is None else turn % n_parts
        keys = np.array(list(numbered.groups), dtype=np.int64).reshape(-1, 3)
        return cls(group, part, keys[:, 0], keys[:, 1], keys[:, 2], keys[:, 0] == -1)


class Change(NamedTuple):
    """Of one perturbation in one context, over its plates with controls: delta, error and both control halves [n_features]."""

    perturbation: int
    context: int
    n: int
    n_controls: int
    agreement: float
    delta: np.ndarray
    standard_error: np.ndarray
    first: np.ndarray
    second: np.ndarray


class Sums:
    """Counts [n_wells], means [n_wells, n_features] and squared deviations [n_groups, n_features] of a design.

    A well is a replicate of a group; `group` and `part` [n_wells] say which.
    """

    def __init__(self, table: Table, features: list[str], design: Design, scale: Scale, least: int) -> None:
        """Read the table once. `least` rows make the control of a plate. Raises InputError for too many groups."""
        self.design, self.least = design, least
        n_parts = int(design.part.max(initial=0)) + 1
        key = np.where(design.group < 0, -1, design.group * n_parts + design.part)
        self.keys = np.unique(key[key >= 0])
        self.group, self.part = self.keys // n_parts, self.keys % n_parts
        shape, n_groups = (len(self.keys), len(features)), len(design.is_control)
        if (shape[0] + n_groups) * shape[1] > MAX_SUMS:
            raise InputError(
                f"{n_groups:,} groups of perturbation, context and batch with {shape[1]:,} genes are too many to be summed "
                "at once.", where=str(table.path),
                hint="Name a coarser batch with --batch-column, choose the variable genes, or split the file.",
            )  # fmt: skip
        self.well = np.where(key < 0, -1, np.searchsorted(self.keys, key))
        self.n, self.means = np.zeros(shape[0], dtype=np.int64), np.zeros(shape)
        self.squares = np.zeros((n_groups, shape[1]))
        self.empty: list[int] = []
        self.print = np.zeros(len(key))  # one number a row, equal for equal rows
        self._read(table, features, scale)
        self.means /= np.maximum(self.n, 1)[:, None]
        self.n_group = np.bincount(self.group, weights=self.n, minlength=n_groups).astype(np.int64)
        self.group_means = self._weighted(np.arange(len(self.keys)))
        self.squares -= self.n_group[:, None] * np.square(self.group_means)
        np.maximum(self.squares, 0, out=self.squares)
        self._controls()

    def _read(self, table: Table, features: list[str], scale: Scale) -> None:
        """Add every row to the sum of its well and its squares to those of its group."""
        direction = np.random.default_rng(0).normal(size=len(features))  # in float64: float32 would make copies
        last = int(np.flatnonzero(self.well >= 0).max(initial=-1))
        for block in table.blocks(features):
            if block.start > last:
                return
            rows = np.arange(block.start, block.start + len(block.values))
            here = np.flatnonzero(self.well[rows] >= 0)
            values = np.nan_to_num(block.values[here], nan=0.0, posinf=0.0, neginf=0.0)
            self.print[rows[here]] = values @ direction
            if scale.kind == "counts":
                total = values.sum(axis=1, keepdims=True)
                self.empty += rows[here[total[:, 0] == 0]].tolist()
                values = np.log1p(values * (DEPTH / np.where(total > 0, total, 1)))
                here, values = here[total[:, 0] > 0], values[total[:, 0] > 0]
            elif scale.kind == "linear":
                values = np.log1p(values)
            self._add(rows[here], values.astype(np.float64))

    def _add(self, rows: np.ndarray, values: np.ndarray) -> None:
        from scipy.sparse import csr_matrix

        for code, target, power in ((self.well[rows], self.means, 1), (self.design.group[rows], self.squares, 2)):
            used, index = np.unique(code, return_inverse=True)
            picks = csr_matrix((np.ones(len(rows)), (index, np.arange(len(rows)))), (len(used), len(rows)))
            target[used] += picks @ (values if power == 1 else np.square(values))
            if power == 1:
                self.n[used] += np.bincount(index)

    def _weighted(self, wells: np.ndarray) -> np.ndarray:
        """Mean over some wells of each group [n_groups, n_features], weighted by their rows; NaN without any."""
        total = np.zeros((len(self.design.is_control), self.means.shape[1]))
        np.add.at(total, self.group[wells], self.n[wells, None] * self.means[wells])
        n = np.bincount(self.group[wells], weights=self.n[wells], minlength=len(total))
        return np.divide(total, n[:, None], out=np.full_like(total, np.nan), where=n[:, None] > 0)

    def _controls(self) -> None:
        """The control group of each group's plate and context, -1 where it has too few rows; control halves."""
        design = self.design
        place = pd.MultiIndex.from_arrays([design.context, design.plate])
        control = np.flatnonzero(design.is_control & (self.n_group >= self.least))
        known = dict(zip(place[control], control.tolist(), strict=True))
        self.control = np.array([known.get(key, -1) for key in place], dtype=np.int64)
        odd, all_of = self.part % 2 == 1, np.flatnonzero(design.is_control)
        self._row = np.full(len(design.is_control), -1)
        self._row[all_of] = np.arange(len(all_of))
        self._halves = [
            self._weighted(np.flatnonzero(design.is_control[self.group] & half))[all_of] for half in (~odd, odd)
        ]

    def half(self, i: int, controls: np.ndarray) -> np.ndarray:
        """Mean of the even (i = 0) or odd rows of some control groups [n_controls, n_features]; NaN without any."""
        return self._halves[i][self._row[controls]]

    def pairs(self) -> list[tuple[int, int, np.ndarray]]:
        """Perturbation, context and groups of every change, in the order of codes."""
        design = self.design
        usable = np.flatnonzero(~design.is_control & (self.control >= 0) & (self.n_group > 0))
        frame = pd.DataFrame({"p": design.perturbation[usable], "c": design.context[usable]})
        found = frame.groupby(["p", "c"], sort=True).indices.items()
        return [(int(perturbation), int(context), usable[rows]) for (perturbation, context), rows in found]

    def changes(self, step: int = 1) -> Iterator[Change]:
        """Every (or every `step`-th) perturbation in every context that has a matched control somewhere, in the order of codes.

        delta is the mean over plates, weighted by rows, of mean minus mean of the plate's controls in that context. Its
        standard error holds the spread of the perturbed rows (pooled within plates) and that of the controls.
        """
        for perturbation, context, groups in self.pairs()[::step]:
            yield self._change(perturbation, context, groups)

    def _change(self, perturbation: int, context: int, groups: np.ndarray) -> Change:
        n, controls = self.n_group[groups], self.control[groups]
        share, n_controls = (n / n.sum())[:, None], self.n_group[controls]
        delta = (share * (self.group_means[groups] - self.group_means[controls])).sum(axis=0)
        free = int((n - 1).sum())
        own = self.squares[groups].sum(axis=0) / free / n.sum() if free else np.full(len(delta), np.nan)
        with np.errstate(invalid="ignore", divide="ignore"):
            noise = self.squares[controls] / ((n_controls - 1) * n_controls)[:, None]
            error = np.sqrt(own + np.where(n_controls[:, None] > 1, np.square(share) * noise, 0).sum(axis=0))
        first, second = ((share * (self.group_means[groups] - self.half(i, controls))).sum(axis=0) for i in (0, 1))
        return Change(
            perturbation, context, int(n.sum()), int(n_controls.sum()), self._agreement(groups), delta, error, first, second
        )  # fmt: skip

    def _agreement(self, groups: np.ndarray) -> float:
        """Mean r of replicates by their number, each against the controls of its own half where there are halves."""
        wells = np.flatnonzero(np.isin(self.group, groups) & (self.n > 0))
        found = []
        for part in np.unique(self.part[wells]):
            here = wells[self.part[wells] == part]
            control = self.control[self.group[here]]
            reference = self.half(int(part % 2), control)
            reference = np.where(np.isnan(reference), self.group_means[control], reference)
            weight = self.n[here] / self.n[here].sum()
            found.append(weight @ (self.means[here] - reference))
        return mean_pairwise_correlation(np.stack(found))
