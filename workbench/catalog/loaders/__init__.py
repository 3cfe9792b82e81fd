"""One file a data set: maps its columns to the lake's tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.registry import Registry

LOADERS = Registry("loader", "workbench.catalog.loaders")


def loader(name: str) -> Callable[[Any], Any]:
    """File `load(entry, files, batch)` as the loader of a data set: files by name in, rows into the batch."""
    return LOADERS.register(name)
