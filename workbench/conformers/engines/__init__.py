"""Engines that make 3D conformers, one file each: a Molecule, a number and a seed in, an Embedding out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workbench.registry import Registry

ENGINES = Registry("conformer engine", "workbench.conformers.engines")


@dataclass(frozen=True, eq=False)
class Embedding:
    """What an engine gives: positions [n, n_atoms, 3] in Å, and why attempts failed (reason to count)."""

    positions: np.ndarray
    failures: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def engine(name: str, *, title: str, source: str) -> Callable[[Any], Any]:
    """File `f(molecule, n, seed, timeout_s) -> Embedding` as an engine; `source` says where the method is described."""
    return ENGINES.register(name, title=title, source=source)
