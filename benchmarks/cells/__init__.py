"""The virtual cell: metrics against the field's referee, models against the sober baselines."""

from __future__ import annotations

import importlib
from typing import Any

GROUPS: tuple[str, ...] = ("celleval",)


def run(*, quick: bool, only: list[str]) -> dict[str, dict[str, Any]]:
    """All figures of the chosen groups."""
    figures: dict[str, dict[str, Any]] = {}
    for name in only or GROUPS:
        figures |= importlib.import_module(f"benchmarks.cells.{name}").run(quick=quick)
    return figures
