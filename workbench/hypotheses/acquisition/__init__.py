"""Acquisition functions: predictions as arrays in, ranked choices with reasons out."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from workbench.errors import InputError
from workbench.registry import Registry

ACQUISITIONS = Registry("acquisition", "workbench.hypotheses.acquisition")
NORMAL_90 = 1.6448536269514722  # half-width of a 90 % interval in standard deviations


class Candidates(NamedTuple):
    """What is known of n candidates; the fields from `mean` on are given where an acquisition function needs them.

    names [n]; delta, width, baseline [n, n_readouts]: prediction, interval half-width and baseline. Of one value each:
    mean, sd [n]; draws [n_draws, n] joint draws of it; points [n, d] features; covered [m, d] features of what was
    measured; rivals [n_rivals, n] the value by rival explanations; cost [n]; best, threshold: the largest value seen and
    the value from which a candidate is a hit; noise: standard deviation of a measurement.
    """

    names: list[str]
    delta: np.ndarray
    width: np.ndarray
    baseline: np.ndarray
    mean: np.ndarray | None = None
    sd: np.ndarray | None = None
    draws: np.ndarray | None = None
    points: np.ndarray | None = None
    covered: np.ndarray | None = None
    rivals: np.ndarray | None = None
    cost: np.ndarray | None = None
    best: float = 0.0
    threshold: float = 0.0
    noise: float = 1.0

    def value(self) -> np.ndarray:
        """The value of each candidate [n]: its mean, or the strength of its response in interval widths."""
        return response_strength(self.delta, self.width, self.baseline) if self.mean is None else self.mean

    def only(self, rows: Sequence[int]) -> Candidates:
        """These candidates alone, in this order; what was measured stays."""
        picked = list(rows)
        by_row, by_column = ("delta", "width", "baseline", "mean", "sd", "points", "cost"), ("draws", "rivals")
        fields = {name: getattr(self, name)[picked] for name in by_row if getattr(self, name) is not None}
        fields |= {name: getattr(self, name)[:, picked] for name in by_column if getattr(self, name) is not None}
        return self._replace(names=[self.names[i] for i in picked], **fields)

    def need(self, field: str) -> np.ndarray:
        """A field that must be there. Raises InputError naming the one that is not."""
        found = getattr(self, field)
        if found is None:
            raise InputError(f"these {len(self.names)} candidates come without {field}, which this choice needs.",
                             hint="Choose by another acquisition function, e.g. greedy.")  # fmt: skip
        return found


class Choice(NamedTuple):
    """One chosen candidate: its number, score and reason in words."""

    index: int
    score: float
    reason: str


def acquisition(name: str, *, title: str, needs: tuple[str, ...] = ("mean",)) -> Callable[[Any], Any]:
    """File `f(candidates, k, rng) -> list[Choice]` as an acquisition function; `needs`: fields of the candidates it reads.

    The filed function raises InputError without candidates, for k below 1 and for a number that is not finite.
    """

    def file(function: Callable[[Candidates, int, np.random.Generator], list[Choice]]) -> Any:
        @functools.wraps(function)
        def checked(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
            _check(name, candidates, k, needs)
            return function(candidates, k, rng)

        return ACQUISITIONS.register(name, title=title, needs=needs)(checked)

    return file


def _check(name: str, candidates: Candidates, k: int, needs: tuple[str, ...]) -> None:
    n = len(candidates.names)
    if n < 1 or k < 1:
        raise InputError(f"{name} cannot choose {k} of {n} candidates.", hint="Ask for one or more of one or more.")
    for field in needs:
        value = candidates.value() if field == "mean" else getattr(candidates, field)
        if value is not None and not np.isfinite(value).all():
            place = np.argwhere(~np.isfinite(np.atleast_1d(value)))[0].tolist()
            raise InputError(
                f"{name} needs finite numbers; {field} has {np.atleast_1d(value)[tuple(place)]} at {place}."
            )


def best_first(score: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """Numbers of the k largest scores [n], the largest first; ties at random."""
    return np.lexsort((rng.random(len(score)), -score))[:k]


def response_strength(delta: np.ndarray, width: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """Root mean square of (prediction − baseline) / interval half-width over readouts [..., n_readouts] -> [...]; 0 for
    infinite widths."""
    return np.sqrt(np.mean(np.square((delta - baseline) / width), axis=-1))


def of_values(names: list[str], mean: np.ndarray, **fields: Any) -> Candidates:
    """Candidates with one value each [n]."""
    column = np.asarray(mean, dtype=float)[:, None]
    return Candidates(names, column, np.ones_like(column), np.zeros_like(column), mean=column[:, 0], **fields)


def of_responses(
    names: list[str], delta: np.ndarray, width: np.ndarray, baseline: np.ndarray, *, rng: np.random.Generator,
    n_draws: int = 64, **fields: Any,
) -> Candidates:  # fmt: skip
    """Candidates from predicted responses [n, n_readouts] with the half-widths of 90 % intervals.

    The value is the strength of the departure from the baseline in interval widths; its draws let every readout vary by
    its interval; its sd is theirs; the points are the departures themselves.
    """
    scaled = (delta - baseline) / width
    error = np.where(np.isfinite(width), 1 / NORMAL_90, 0.0)
    draws = np.array([
        np.sqrt(np.mean(np.square(scaled + error * rng.standard_normal(scaled.shape)), axis=1)) for _ in range(n_draws)
    ])  # fmt: skip
    return Candidates(
        names, delta, width, baseline, mean=response_strength(delta, width, baseline), draws=draws, sd=draws.std(axis=0),
        points=scaled, **fields,
    )  # fmt: skip
