"""A map as plain HTML, to stand where the map will be until the browser's scripts have started."""

from __future__ import annotations

import base64

import numpy as np

from workbench.nouns import Map
from workbench.views.map import LARGEST_GLYPHS, START_SIZE
from workbench.views.map_png import raster_png
from workbench.views.points import frame_of, glyph_size


def map_preview(map_: Map, colour: str, *, active: bool = False) -> str:
    """All points in the colours of the page: circles for a small map, a picture for a large one; fills its parent."""
    frame = frame_of(map_)
    words = f'role="img" aria-label="{len(map_):,} points of a map"'
    if len(map_) > LARGEST_GLYPHS:
        picture = base64.b64encode(raster_png(frame.raster(colour, frame.bounds, *START_SIZE, active))).decode()
        return f'<img {words} style="width:100%;height:100%" src="data:image/png;base64,{picture}">'
    x0, x1, y0, y1 = frame.bounds
    across = (frame.points[:, 0] - x0) / (x1 - x0) * 100
    down = (y1 - frame.points[:, 1]) / (y1 - y0) * 100
    fills = frame.colouring(colour, active).colours()
    alpha = np.where(frame.is_active, 0.85, 0.1) if active else np.full(len(map_), 0.85)
    radius = glyph_size(len(map_)) / 2
    circles = "".join(
        f'<circle cx="{x:.2f}%" cy="{y:.2f}%" r="{radius:.1f}" fill="{fill}" fill-opacity="{opacity:.2g}"/>'
        for x, y, fill, opacity in zip(across, down, fills, alpha, strict=True)
        if np.isfinite(x) and np.isfinite(y)
    )
    return f'<svg {words} width="100%" height="100%">{circles}</svg>'
