"""Density of points in a plane on a grid: contours are drawn from it, hills of it are clusters."""

from __future__ import annotations

import numpy as np

CELLS = 160
BANDWIDTH = 0.32  # of the normal-reference rule: pictures of maps have several hills, not one


def bounds_of(points: np.ndarray) -> tuple[float, float, float, float]:
    """x0, x1, y0, y1 of all finite points with a margin of 4 %. points [n_points, 2]."""
    finite = points[np.isfinite(points).all(axis=1)]
    if len(finite) == 0:
        return 0.0, 1.0, 0.0, 1.0
    low, high = finite.min(axis=0).astype(float), finite.max(axis=0).astype(float)
    margin = np.where(high > low, (high - low) * 0.04, 0.5)
    return low[0] - margin[0], high[0] + margin[0], low[1] - margin[1], high[1] + margin[1]


def density(points: np.ndarray, bounds: tuple[float, float, float, float], cells: int = CELLS) -> np.ndarray:
    """Smoothed counts of points on a square grid over a window; sums to the number of points inside.

    points [n_points, 2], bounds x0, x1, y0, y1 -> [cells, cells] float64, first axis y. The Gaussian's width follows
    the normal-reference rule, sd * n ** (-1/6) (Scott, 1992), narrowed for pictures with several hills.
    """
    from scipy.ndimage import gaussian_filter

    column, row, inside = _cells(points, bounds, cells)
    counts = np.bincount(row[inside] * cells + column[inside], minlength=cells * cells).reshape(cells, cells)
    n_inside = int(inside.sum())
    if n_inside == 0:
        return counts.astype(np.float64)
    spread = [float(axis[inside].std()) for axis in (row, column)]
    width = [max(1.0, BANDWIDTH * sd * n_inside ** (-1 / 6)) for sd in spread]
    return gaussian_filter(counts.astype(np.float64), width, mode="constant")


def hills(points: np.ndarray, *, smallest: int = 3) -> np.ndarray:
    """The hill of the density on which each point lies, largest first; -1 for hills of fewer than `smallest` points.

    points [n_points, 2] -> [n_points] int64. Every cell climbs to its highest neighbour until a top is reached, so the
    same points always give the same hills.
    """
    bounds = bounds_of(points)
    height = density(points, bounds)
    cells = len(height)
    top = _climb(height)
    column, row, inside = _cells(points, bounds, cells)
    found = np.full(len(points), -1, dtype=np.int64)
    found[inside] = top[row[inside] * cells + column[inside]]
    tops, place, counts = np.unique(found, return_inverse=True, return_counts=True)
    keep = (tops >= 0) & (counts >= smallest)
    rank = np.full(len(tops), -1, dtype=np.int64)
    order = sorted(np.flatnonzero(keep), key=lambda i: (-counts[i], tops[i]))
    rank[order] = np.arange(len(order))
    return rank[place]


def _climb(height: np.ndarray) -> np.ndarray:
    """The top that each cell leads to. height [n, n] -> [n * n] int64 flat cell numbers."""
    n = len(height)
    padded = np.pad(height, 1, constant_values=-np.inf)
    steps = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    around = np.stack([padded[1 + i : 1 + i + n, 1 + j : 1 + j + n] for i, j in steps])
    best = around.argmax(axis=0)
    best[around.max(axis=0) <= height] = steps.index((0, 0))  # a flat place is its own top
    rows, columns = np.indices((n, n))
    offsets = np.array(steps)
    target = ((rows + offsets[best, 0]) * n + columns + offsets[best, 1]).ravel()
    while True:
        further = target[target]
        if np.array_equal(further, target):
            return target
        target = further


def _cells(
    points: np.ndarray, bounds: tuple[float, float, float, float], cells: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Column, row and whether inside, of each point. points [n_points, 2] -> three arrays [n_points]."""
    x0, x1, y0, y1 = bounds
    x, y = (np.nan_to_num(points[:, i].astype(np.float64), nan=np.inf, posinf=np.inf, neginf=np.inf) for i in (0, 1))
    inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    column = np.where(inside, (np.where(inside, x, x0) - x0) / ((x1 - x0) or 1) * cells, 0).astype(np.int64)
    row = np.where(inside, (np.where(inside, y, y0) - y0) / ((y1 - y0) or 1) * cells, 0).astype(np.int64)
    return np.minimum(column, cells - 1), np.minimum(row, cells - 1), inside
