"""The house: stores, search, the app in a browser, a killed worker."""

from __future__ import annotations

import importlib
from typing import Any

GROUPS = ("stores", "search", "worker", "app")


def run(*, quick: bool, only: list[str]) -> dict[str, dict[str, Any]]:
    """All figures of the chosen groups."""
    figures: dict[str, dict[str, Any]] = {}
    for name in only or GROUPS:
        figures |= importlib.import_module(f"benchmarks.house.{name}").run(quick=quick)
    return figures
