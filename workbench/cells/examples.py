"""Examples for a virtual cell: responses against matched controls, with the unit that must not be split."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from workbench.kernels.response import against_controls, error_draws, summarise


class Examples(NamedTuple):
    """targets [n, n_readouts]; perturbations, names, genes, units, n_replicates, agreement [n]; drugs [n, n_drugs].

    errors [n, n_readouts]: one draw of the measurement error of each target from its replicates; None without any.
    """

    targets: np.ndarray
    perturbations: np.ndarray
    names: np.ndarray
    genes: np.ndarray
    units: np.ndarray
    n_replicates: np.ndarray
    agreement: np.ndarray
    readouts: tuple[str, ...]
    drugs: np.ndarray
    drug_names: tuple[str, ...] = ()
    errors: np.ndarray | None = None

    def take(self, rows: np.ndarray) -> Examples:
        """The examples at these rows (numbers or mask)."""
        per_row = ("targets", "perturbations", "names", "genes", "units", "n_replicates", "agreement", "drugs")
        errors = None if self.errors is None else self.errors[rows]
        return self._replace(errors=errors, **{name: getattr(self, name)[rows] for name in per_row})

    @property
    def noise(self) -> np.ndarray:
        """Noise variance of each row relative to one with the usual number of replicates [n]."""
        return np.median(self.n_replicates) / self.n_replicates


def from_wells(
    values: np.ndarray,
    plates: np.ndarray,
    perturbations: np.ndarray,
    names: np.ndarray,
    genes: np.ndarray,
    is_control: np.ndarray,
    readouts: tuple[str, ...],
    *,
    units: np.ndarray | None = None,
    clip: float | None = None,
) -> Examples:
    """One example a perturbation: mean change over its replicates against the control wells of each plate.

    values [n_wells, n_readouts], the others [n_wells]; units are what must not be split, the genes unless given.
    """
    units = genes if units is None else units
    values = np.clip(values, -clip, clip) if clip else values
    delta = against_controls(values, plates, is_control)
    treated = ~is_control
    result = summarise(delta[treated], perturbations[treated])
    first = {key: i for i, key in reversed(list(enumerate(perturbations)))}
    rows = np.array([first[key] for key in result.groups])
    return Examples(
        result.delta, result.groups, names[rows], genes[rows], units[rows], result.n.astype(float), result.agreement,
        readouts, np.zeros((len(rows), 0)), errors=error_draws(delta[treated], perturbations[treated]),
    )  # fmt: skip


def control_half(plates: np.ndarray, is_control: np.ndarray, which: str) -> np.ndarray:
    """Every other control well of each plate [n_wells]: "even" for training, "odd" for held-out truth.

    Disjoint halves, because a control shared by prediction and truth looks like skill.
    """
    half = np.zeros(len(plates), dtype=bool)
    for plate in np.unique(plates):
        rows = np.flatnonzero((plates == plate) & is_control)
        half[rows[(0 if which == "even" else 1) :: 2]] = True
    return half
