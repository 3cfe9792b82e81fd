"""Acquisition functions: predictions as arrays in, ranked choices with reasons out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from workbench.registry import Registry

ACQUISITIONS = Registry("acquisition", "workbench.hypotheses.acquisition")


class Candidates(NamedTuple):
    """names [n]; delta, width, baseline [n, n_readouts]: prediction, interval half-width and baseline."""

    names: list[str]
    delta: np.ndarray
    width: np.ndarray
    baseline: np.ndarray


class Choice(NamedTuple):
    """One chosen candidate: its number, score and reason in words."""

    index: int
    score: float
    reason: str


def acquisition(name: str, *, title: str) -> Callable[[Any], Any]:
    """File `f(candidates, k, rng) -> list[Choice]` as an acquisition function."""
    return ACQUISITIONS.register(name, title=title)
