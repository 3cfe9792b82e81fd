"""EFAAR kernels, maps, relations: profiles in, maps with replicate evidence out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.registry import Registry

ALIGNERS = Registry("aligner", "workbench.phenomics.align")


def aligner(name: str, *, title: str, source: str = "") -> Callable[[Any], Any]:
    """File a function `f(values, wells, **arguments) -> Aligned` as a step that recipes may name."""
    return ALIGNERS.register(name, title=title, source=source)
