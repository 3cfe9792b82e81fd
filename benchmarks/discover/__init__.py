"""Discover: campaigns replayed on real screens, pairs of genes and of drugs, the simulated lab, resumed campaigns, the queue."""

from __future__ import annotations

import importlib
from typing import Any

GROUPS: tuple[str, ...] = ("screens", "campaign", "pairs", "loops", "queue", "plates", "team")


def run(*, quick: bool, only: list[str]) -> dict[str, dict[str, Any]]:
    """All figures of the chosen groups."""
    figures: dict[str, dict[str, Any]] = {}
    for name in only or GROUPS:
        figures |= importlib.import_module(f"benchmarks.discover.{name}").run(quick=quick)
    return figures
