"""Virtual cells: metrics against the field's referee; unseen genes, drugs and pairs beside the sober baselines; speed."""

from __future__ import annotations

import importlib
from typing import Any

GROUPS: tuple[str, ...] = ("celleval", "orf", "pairs", "compounds", "coverage", "speed", "app")


def run(*, quick: bool, only: list[str]) -> dict[str, dict[str, Any]]:
    """All figures of the chosen groups."""
    figures: dict[str, dict[str, Any]] = {}
    for name in only or GROUPS:
        figures |= importlib.import_module(f"benchmarks.cells.{name}").run(quick=quick)
    return figures
