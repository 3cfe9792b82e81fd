"""One file a kind of content: accept a table, read it into a batch; formats/ opens files, hostile ones leave nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.registry import Registry

IMPORTERS = Registry("importer", "workbench.catalog.importers")


def importer(name: str, *, needs: str) -> Callable[[Any], Any]:
    """File a class with `accepts(table, wishes)` and `read(table, batch, wishes, genes, folder)` for one kind of content.

    `needs` says in words which columns make a table of this kind.
    """
    return IMPORTERS.register(name, needs=needs)
