"""The mechanism network of an explanation: from the perturbed genes over at most one gene to the readouts that moved."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from workbench.cells.explain import Moved
from workbench.cells.mechanism import Edge, Mechanisms
from workbench.nouns import Prediction
from workbench.nouns.explanation import MAX_NODES

MAX_OVER = 2  # paths drawn to one readout


def mechanism_network(
    prediction: Prediction, moved: Moved, mechanisms: Mechanisms, measured: np.ndarray | None
) -> dict[str, Any]:
    """Nodes (gene, role, predicted, measured) and edges; the most moved readouts first, while there is room.

    A moved readout is drawn with its direct edges, else with its paths over one gene, else as a partner (sign 0).
    """
    genes = prediction.perturbation.genes
    mean = prediction.baselines.get("mean of what was measured", prediction.baseline)
    size = dict(zip(prediction.readouts, np.abs(prediction.delta - mean), strict=True))
    ranked = sorted(moved.predicted, key=lambda name: (-size[name], name))
    edges_to, roles = _edges_by_readout(genes, moved, mechanisms), dict.fromkeys(genes, "perturbed")
    drawn: dict[tuple[str, str, str], Edge] = {}
    for readout in ranked:
        edges = edges_to.get(readout, [])
        new = {end for edge in edges for end in (edge["source"], edge["target"])} - set(roles)
        if not edges or len(roles) + len(new) > MAX_NODES:
            continue
        roles.update(dict.fromkeys(new - {readout}, "between"))
        roles[readout] = "readout"
        drawn |= {(edge["source"], edge["target"], edge["network"]): edge for edge in edges}
    place = {name: i for i, name in enumerate(prediction.readouts)}
    nodes = [
        {
            "gene": gene, "role": role, "predicted": float(prediction.delta[place[gene]]) if gene in place else None,
            "measured": float(measured[place[gene]]) if measured is not None and gene in place else None,
        }
        for gene, role in roles.items()
    ]  # fmt: skip
    return {"nodes": nodes, "edges": list(drawn.values())}


def _edges_by_readout(genes: tuple[str, ...], moved: Moved, mechanisms: Mechanisms) -> dict[str, list[Edge]]:
    wanted = set(moved.predicted) - set(genes)
    found: dict[str, list[Edge]] = {}
    for edge in mechanisms.edges_to(genes, wanted):
        found.setdefault(str(edge["target"]), []).append(edge)
    paths = mechanisms.paths(genes, wanted - set(found))
    reached = Counter(start["target"] for start, _ in paths)
    over: dict[str, dict[str, list[Edge]]] = {}
    for start, end in paths:
        over.setdefault(str(end["target"]), {}).setdefault(str(start["target"]), []).extend((start, end))
    for readout, ways in over.items():
        best = sorted(ways, key=lambda gene: (-reached[gene], gene))[:MAX_OVER]
        found[readout] = [edge for gene in best for edge in ways[gene]]
    for name in sorted(mechanisms.partners):
        for partner in mechanisms.names[mechanisms.partners_of(name, genes)]:
            if partner in wanted and partner not in over:
                found.setdefault(partner, []).append({
                    "source": genes[0], "target": partner, "sign": 0, "network": name, "evidence": name, "pubmed": (),
                })  # fmt: skip
    return found
