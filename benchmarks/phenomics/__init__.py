"""Phenomics: alignment and relations against the field's referees, imports, image embeddings, maps of real screens."""

from __future__ import annotations

import importlib
from typing import Any

GROUPS: tuple[str, ...] = ("align", "images", "imports", "maps", "relations")


def run(*, quick: bool, only: list[str]) -> dict[str, dict[str, Any]]:
    """All figures of the chosen groups."""
    figures: dict[str, dict[str, Any]] = {}
    for name in only or GROUPS:
        figures |= importlib.import_module(f"benchmarks.phenomics.{name}").run(quick=quick)
    return figures
