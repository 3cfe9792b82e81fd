"""Which entities of a map the virtual cell can be asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.lab import Lab
    from workbench.nouns import Map


class Answerable:
    """Task and perturbation for each entity that some task of the virtual cell knows; read once a page."""

    def __init__(self, lab: Lab, map_: Map) -> None:
        self.map = map_
        self.exact: dict[str, dict[str, str]] = {}
        self.by_gene: dict[str, dict[str, str]] = {}
        for task in lab.cells.tasks():
            for name in lab.cells.perturbations(task["task"])["perturbation_id"].tolist():
                address = {"task": task["task"], "perturbation": name}
                self.exact.setdefault(name, address)
                self.by_gene.setdefault(name.split(":")[-1].split("/")[0], address)

    def address(self, row: int) -> dict[str, str]:
        """The Cell page's state for one row of the map; empty when no task can answer."""
        gene = self.map.columns.get("gene")
        symbol = str(gene[row]) if gene is not None else ""
        return self.exact.get(self.map.entities[row]) or (self.by_gene.get(symbol, {}) if symbol else {})
