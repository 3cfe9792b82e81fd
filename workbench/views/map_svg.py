"""A map as an SVG file: for papers and slides, with title, legend and the number of points."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from workbench.nouns import Map
from workbench.views.colouring import ACCENT, OTHER
from workbench.views.map_facts import counted
from workbench.views.map_png import raster_png

if TYPE_CHECKING:
    from workbench.views.points import PointFrame

WIDTH, HEIGHT, MARGIN = 900, 600, 40
LARGEST_CIRCLES = 20_000


def map_svg(map_: Map, frame: PointFrame, colour: str, selected: np.ndarray) -> str:
    """The map in one window of all points, coloured by a column; `selected` rows [n_selected] in the accent colour."""
    colouring = frame.colouring(colour)
    x0, x1, y0, y1 = frame.bounds
    if len(map_) > LARGEST_CIRCLES:
        body = _picture(frame.raster(colour, frame.bounds, WIDTH, HEIGHT))
    else:
        x = (frame.points[:, 0] - x0) / (x1 - x0) * WIDTH
        y = MARGIN + (y1 - frame.points[:, 1]) / (y1 - y0) * HEIGHT
        colours = colouring.colours()
        ringed = np.zeros(len(map_), dtype=bool)
        ringed[selected] = True
        body = "".join(
            f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="{fill}" fill-opacity=".85"'
            + (f' stroke="{ACCENT}" stroke-width="1.6"' if ring else "")
            + f"><title>{escape(label)}</title></circle>"
            for a, b, fill, ring, label in zip(x, y, colours, ringed, map_.labels, strict=True)
            if np.isfinite(a) and np.isfinite(b)
        )
    legend = "".join(
        f'<circle cx="{14 + 220 * (i % 4)}" cy="{MARGIN + HEIGHT + 18 + 18 * (i // 4)}" r="5" fill="{fill}"/>'
        f'<text x="{24 + 220 * (i % 4)}" y="{MARGIN + HEIGHT + 22 + 18 * (i // 4)}" font-size="12">{escape(name[:32])} '
        f"({count:,})</text>"
        for i, (name, count, fill) in enumerate(zip(colouring.names, colouring.counts, colouring.palette, strict=True))
        if colouring.name
    )
    title = map_.title + (" (simulated)" if map_.simulated else "")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT + MARGIN + 90}" '
        'font-family="sans-serif">'
        f'<text x="10" y="24" font-size="18">{escape(title)}</text>{body}{legend}'
        f'<text x="{WIDTH - 10}" y="24" font-size="12" fill="{OTHER}" text-anchor="end">'
        f"{escape(counted(len(map_), map_.entity_kind))}, coloured by {escape(colour or 'nothing')}</text></svg>"
    )


def _picture(image: np.ndarray) -> str:
    """A raster [height, width] uint32 RGBA (first row at the bottom) as an embedded PNG."""
    data = base64.b64encode(raster_png(image)).decode()
    return f'<image x="0" y="{MARGIN}" width="{WIDTH}" height="{HEIGHT}" href="data:image/png;base64,{data}"/>'
