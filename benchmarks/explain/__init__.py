"""Explanations: false support on rewired networks, faithful weights, planted edges and signs, seconds a question."""

from __future__ import annotations

import importlib
from typing import Any

GROUPS: tuple[str, ...] = ("planted", "claims")


def run(*, quick: bool, only: list[str]) -> dict[str, dict[str, Any]]:
    """All figures of the chosen groups."""
    figures: dict[str, dict[str, Any]] = {}
    for name in only or GROUPS:
        figures |= importlib.import_module(f"benchmarks.explain.{name}").run(quick=quick)
    return figures
