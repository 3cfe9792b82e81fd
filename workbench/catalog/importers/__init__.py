"""One file a file format: accept by its columns, read into a batch; hostile files leave nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.registry import Registry

IMPORTERS = Registry("importer", "workbench.catalog.importers")


def importer(name: str, *, needs: str) -> Callable[[Any], Any]:
    """File a class with `accepts(columns)` and `read(table, batch)` as the reader of one kind of file.

    `needs` says in words which columns make a file of this kind.
    """
    return IMPORTERS.register(name, needs=needs)
