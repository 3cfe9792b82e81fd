"""The planted truth of the simulated lab, shown beside what an explanation says; no claim ever reads it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog.entries import find_entry
from workbench.catalog.loaders.simulated_lab import gene_name
from workbench.kernels import simulated_cell

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

DATASET = "simulated_lab"


@cache
def planted_weights(seed: int) -> dict[tuple[str, str], float]:
    """Weight of every planted edge (source, target) of the simulated cell of a seed."""
    weights = simulated_cell.build(seed).weights
    return {
        (gene_name(int(source)), gene_name(int(target))): float(weights[target, source])
        for target, source in np.argwhere(weights != 0)
    }


def with_planted_truth(catalog: Catalog, network: dict[str, Any]) -> dict[str, Any]:
    """A mechanism network whose edges say their planted weight, 0 where the database is wrong."""
    truth = planted_weights(int(find_entry(catalog.settings, DATASET).options["seed"]))
    edges = [{**edge, "planted": truth.get((edge["source"], edge["target"]), 0.0)} for edge in network.get("edges", ())]
    return {**network, "edges": edges} if network else network
