"""A small picture of a map: its real points, coloured as on the page, for cards and lists."""

from __future__ import annotations

import numpy as np

from workbench.nouns import Map
from workbench.views.colouring import colour_by

MOST_POINTS = 600
WIDTH, HEIGHT = 320, 120


def map_thumbnail(map_: Map, colour: str = "", seed: int = 0) -> str:
    """An SVG of at most 600 points drawn by seed, so that a map of any size costs the same."""
    n = len(map_)
    rows = np.arange(n) if n <= MOST_POINTS else np.sort(np.random.default_rng(seed).choice(n, MOST_POINTS, False))
    points = np.asarray(map_.layout, dtype=float)[rows]
    low, high = points.min(axis=0), points.max(axis=0)
    share = (points - low) / np.where(high > low, high - low, 1.0)
    xs, ys = 8 + share[:, 0] * (WIDTH - 16), 8 + (1 - share[:, 1]) * (HEIGHT - 16)
    column = map_.columns.get(colour)
    colours = colour_by(colour, None if column is None else np.asarray(column), n).colours()[rows]
    radius = 3.2 if len(rows) <= 200 else 2.0
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}"/>'
        for x, y, fill in zip(xs, ys, colours, strict=True)
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{n} points of a map" fill-opacity=".85" '
        f'preserveAspectRatio="xMidYMid meet">{dots}</svg>'
    )
