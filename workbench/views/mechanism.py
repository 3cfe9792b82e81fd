"""A mechanism network as SVG: what was perturbed, what lies between, which readouts answer; signs, sources, changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from workbench.views.style.numbers import signed
from workbench.views.style.palette import ACCENT, CONTROL, DOWN, UP
from workbench.views.style.svg import label

WIDTH, STEP, TOP, RADIUS = 760, 26, 34, 7
COLUMN = {"perturbed": 110, "between": 360, "readout": 610}
HEADS = {"perturbed": "perturbed", "between": "between", "readout": "readouts"}
EDGE = {1: UP, -1: DOWN, 0: CONTROL}
WORDS = {1: "activates", -1: "inhibits", 0: "acts on (sign unknown)"}


def mechanism_svg(network: Mapping[str, Any], *, standalone: bool = False) -> str:
    """Three columns of nodes joined by signed edges; a node's fill is its predicted change, its ring the measured one.

    network: nodes (gene, role, predicted, measured) and edges (source, target, sign, network, evidence, pubmed).
    `standalone` gives a file of its own with black text; otherwise the text takes the colour around it.
    """
    nodes, edges = list(network.get("nodes", ())), list(network.get("edges", ()))
    place = _places(nodes)
    height = TOP + STEP * max((sum(node["role"] == role for node in nodes) for role in COLUMN), default=1) + 10
    marks = [_marker(name, colour) for name, colour in (("up", UP), ("down", DOWN), ("unknown", CONTROL))]
    used = {node["role"] for node in nodes}
    heads = [label(COLUMN[role], 16, HEADS[role], "middle", 12, ".7") for role in COLUMN if role in used]
    lines = [_edge(edge, place) for edge in edges]
    dots = [_node(node, place[node["gene"]], largest=_largest(nodes)) for node in nodes]
    ink = ' style="color:#1B2126;background:#fff"' if standalone else ""
    said = f"Mechanism network of {len(nodes)} genes and {len(edges)} interactions"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="100%" role="img"{ink} '
        f'aria-label="{said}"><title>{said}</title><defs>{"".join(marks)}</defs>{"".join([*heads, *lines, *dots])}</svg>'
    )


def _places(nodes: Sequence[Mapping[str, Any]]) -> dict[str, tuple[float, float]]:
    """Where each node lies: by role in columns, the shorter ones centred on the longest."""
    columns = {role: [node["gene"] for node in nodes if node["role"] == role] for role in COLUMN}
    tallest = max((len(genes) for genes in columns.values()), default=1)
    return {
        gene: (COLUMN[role], TOP + STEP * ((tallest - len(genes)) / 2 + i + 0.5))
        for role, genes in columns.items()
        for i, gene in enumerate(genes)
    }


def _edge(edge: Mapping[str, Any], place: Mapping[str, tuple[float, float]]) -> str:
    (x1, y1), (x2, y2) = place[edge["source"]], place[edge["target"]]
    sign = int(edge["sign"])
    marker = {1: "up", -1: "down", 0: "unknown"}[sign]
    bend = 60 if x1 == x2 else 0  # two genes of one column are joined by an arc beside it
    gap = RADIUS + 3
    right = x2 > x1 or bend
    end = x2 + (gap if x1 == x2 else -gap if right else gap)
    middle = (x1 + x2) / 2 + bend
    sources = ", ".join(f"PubMed {key}" for key in (edge.get("pubmed") or ())[:5])
    says = f"{edge['source']} {WORDS[sign]} {edge['target']} ({edge['network']}{'; ' + sources if sources else ''})"
    dash = ' stroke-dasharray="4 3"' if sign == 0 else ""
    return (
        f'<path d="M{x1 + (gap if right else -gap):.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {end:.1f} '
        f'{y2:.1f}" fill="none" stroke="{EDGE[sign]}" stroke-width="1.3" opacity=".65"{dash} '
        f'marker-end="url(#{marker})"><title>{escape(says)}</title></path>'
    )


def _node(node: Mapping[str, Any], at: tuple[float, float], largest: float) -> str:
    x, y = at
    predicted, measured = node.get("predicted"), node.get("measured")
    fill, opacity = (
        (CONTROL, 0.35) if predicted is None else (_colour(predicted), 0.25 + 0.75 * abs(predicted) / largest)
    )
    if node["role"] == "perturbed":
        fill, opacity = ACCENT, 1.0
    ring = "none" if measured is None else _colour(measured)
    parts = [f"predicted {signed(predicted, 2)}" if predicted is not None else ""]
    parts += [f"measured {signed(measured, 2)}" if measured is not None else ""]
    says = ": ".join(part for part in (node["gene"], ", ".join(part for part in parts if part)) if part)
    left = node["role"] == "perturbed"
    return (
        f'<g><title>{escape(says)}</title><circle cx="{x}" cy="{y:.1f}" r="{RADIUS}" fill="{fill}" '
        f'fill-opacity="{opacity:.2f}"/><circle cx="{x}" cy="{y:.1f}" r="{RADIUS + 2.5}" fill="none" stroke="{ring}" '
        f'stroke-width="1.8"/>{label(x + (-14 if left else 14), y + 4, node["gene"], "end" if left else "start", 12, "1")}</g>'
    )


def _largest(nodes: Sequence[Mapping[str, Any]]) -> float:
    return max((abs(node["predicted"]) for node in nodes if node.get("predicted") is not None), default=0.0) or 1.0


def _colour(change: float) -> str:
    return UP if change > 0 else DOWN


def _marker(name: str, colour: str) -> str:
    shape = "M0 0L0 8" if name == "down" else "M0 0L7 4L0 8z"  # a bar for an inhibition, else an arrow
    paint = f'fill="none" stroke="{colour}" stroke-width="2"' if name == "down" else f'fill="{colour}"'
    return (
        f'<marker id="{name}" markerWidth="8" markerHeight="8" refX="{1 if name == "down" else 6}" refY="4" orient="auto" '
        f'markerUnits="userSpaceOnUse"><path d="{shape}" {paint}/></marker>'
    )
