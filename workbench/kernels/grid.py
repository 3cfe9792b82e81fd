"""Points in a plane, sorted into cells: which lie in a box or lasso, which is nearest to a place."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np


@dataclass(frozen=True, eq=False)
class Grid:
    """Points [n_points, 2] sorted by cell of an n × n grid over their bounds.

    order [n_points]: point numbers by cell; starts [n * n + 1]: where each cell begins in `order`;
    points without finite coordinates are in no cell.
    """

    points: np.ndarray
    order: np.ndarray
    starts: np.ndarray
    n: int
    low: np.ndarray
    step: np.ndarray


def build_grid(points: np.ndarray, n: int | None = None) -> Grid:
    """Sort points into cells. points [n_points, 2] -> Grid; about 16 points a cell, at most 512 × 512 cells."""
    points = np.ascontiguousarray(points, dtype=np.float32)
    finite = np.flatnonzero(np.isfinite(points).all(axis=1))
    n = n or int(np.clip(np.sqrt(max(len(finite), 1) / 16), 1, 512))
    if len(finite) == 0:
        return Grid(points, finite, np.zeros(n * n + 1, np.int64), n, np.zeros(2), np.ones(2))
    low, high = points[finite].min(axis=0), points[finite].max(axis=0)
    step = np.where(high > low, (high - low) / n, 1.0)
    cell = np.clip(((points[finite] - low) / step).astype(np.int64), 0, n - 1)
    flat = cell[:, 1] * n + cell[:, 0]
    order = np.argsort(flat, kind="stable")
    starts = np.searchsorted(flat[order], np.arange(n * n + 1))
    return Grid(points, finite[order], starts, n, low, step)


def in_box(grid: Grid, x0: float, x1: float, y0: float, y1: float) -> np.ndarray:
    """Numbers of the points inside a box, borders included; sorted [n_inside] int64."""
    x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    candidates = _candidates(grid, x0, x1, y0, y1)
    x, y = grid.points[candidates, 0], grid.points[candidates, 1]
    return np.sort(candidates[(x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)])


def in_polygon(grid: Grid, xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Numbers of the points inside a polygon by the even-odd rule. xs, ys [n_corners] -> sorted [n_inside] int64."""
    xs, ys = np.asarray(xs, dtype=np.float64), np.asarray(ys, dtype=np.float64)
    keep = np.isfinite(xs) & np.isfinite(ys)
    xs, ys = xs[keep], ys[keep]
    if len(xs) < 3:
        return np.zeros(0, np.int64)
    candidates = _candidates(grid, xs.min(), xs.max(), ys.min(), ys.max())
    return np.sort(candidates[_inside(grid.points, candidates, xs, ys)])


def nearest_point(grid: Grid, x: float, y: float, reach_x: float, reach_y: float) -> int | None:
    """Number of the point nearest to a place within the reach (distances in units of the reach), or None."""
    candidates = _candidates(grid, x - reach_x, x + reach_x, y - reach_y, y + reach_y)
    if len(candidates) == 0:
        return None
    away = ((grid.points[candidates] - np.array([x, y])) / np.array([reach_x, reach_y])) ** 2
    total = away.sum(axis=1)
    best = int(np.argmin(total))
    return int(candidates[best]) if total[best] <= 1 else None


def _candidates(grid: Grid, x0: float, x1: float, y0: float, y1: float) -> np.ndarray:
    """Points of all cells a box touches [n_candidates]."""
    i0, i1 = np.clip(((np.array([x0, x1]) - grid.low[0]) // grid.step[0]).astype(int), 0, grid.n - 1)
    j0, j1 = np.clip(((np.array([y0, y1]) - grid.low[1]) // grid.step[1]).astype(int), 0, grid.n - 1)
    rows = [grid.order[grid.starts[j * grid.n + i0] : grid.starts[j * grid.n + i1 + 1]] for j in range(j0, j1 + 1)]
    return np.concatenate(rows) if rows else np.zeros(0, np.int64)


@numba.njit(cache=True, nogil=True)
def _inside(points, candidates, xs, ys):  # type: ignore[no-untyped-def]
    """Even-odd test. points [n_points, 2], candidates [m], corners xs, ys [n_corners] -> bool [m]."""
    inside = np.zeros(len(candidates), dtype=np.bool_)
    for i in range(len(candidates)):
        x, y = points[candidates[i], 0], points[candidates[i], 1]
        last = len(xs) - 1
        for this in range(len(xs)):
            if (ys[this] > y) != (ys[last] > y):
                cross = (xs[last] - xs[this]) * (y - ys[this]) / (ys[last] - ys[this]) + xs[this]
                if x < cross:
                    inside[i] = not inside[i]
            last = this
    return inside
