"""What lies over the points of a map: density contours, and names of groups beside their points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import ColumnDataSource

if TYPE_CHECKING:
    from bokeh.plotting import figure

    from workbench.views.points import PointFrame

SHARES = (0.9, 0.7, 0.5, 0.3, 0.1)  # of all points inside each contour
CHARACTER_PX, LINE_PX, GAP_PX = 6.4, 17, 5
MOST_POINTS, MOST_MEMBERS = 5_000, 1_000  # looked at for a place of a name: of all points, of its group
LONGEST_NAME = 34


@dataclass(frozen=True, eq=False)
class Group:
    """A group of points with its name; `sure` says that the name stands for an annotation, not for a number."""

    name: str
    rows: np.ndarray
    sure: bool = True


class MapLayers:
    """Contours and names of one figure; both start empty."""

    def __init__(self, plot: figure, frame: PointFrame) -> None:
        self.frame = frame
        self.lines = ColumnDataSource({"xs": [], "ys": []}, name="map_contours")
        self.names = ColumnDataSource({"x": [], "y": [], "label": [], "alpha": []}, name="map_groups")
        plot.multi_line("xs", "ys", source=self.lines, line_color="#6B757F", line_alpha=0.55, line_width=1)
        plot.text(
            "x", "y", "label", source=self.names, text_font_size="12px", text_align="center", text_baseline="middle",
            text_color="#222222", text_alpha="alpha", background_fill_color="white", background_fill_alpha=0.7,
            padding=2, border_radius=3,
        )  # fmt: skip

    def contours(self, shown: bool) -> None:
        """Draw or take away the lines that hold 90, 70, 50, 30 and 10 % of the points."""
        xs, ys = contour_lines(self.frame.points, self.frame.bounds) if shown else ([], [])
        self.lines.data = {"xs": xs, "ys": ys}

    def label(self, groups: Sequence[Group], size: tuple[int, int]) -> None:
        """Put each name where it covers the fewest points. size: width and height of the picture in pixels."""
        places = beside(self.frame.points, groups, self.frame.bounds, size)
        self.names.data = {
            "x": [float(x) for x, _ in places], "y": [float(y) for _, y in places],
            "label": [_cut(group.name) for group in groups], "alpha": [1.0 if group.sure else 0.6 for group in groups],
        }  # fmt: skip


def contour_lines(points: np.ndarray, bounds: tuple[float, float, float, float]) -> tuple[list[Any], list[Any]]:
    """Lines that enclose given shares of the points where they lie densest. points [n_points, 2] -> xs, ys."""
    from contourpy import contour_generator

    from workbench.kernels.density import density

    height = density(points, bounds)
    total = height.sum()
    if total < 3:
        return [], []
    falling = np.sort(height.ravel())[::-1]
    inside = np.cumsum(falling)
    levels = [falling[min(int(np.searchsorted(inside, share * total)), len(falling) - 1)] for share in SHARES]
    x0, x1, y0, y1 = bounds
    n = len(height)
    middle = (np.arange(n) + 0.5) / n
    generator = contour_generator(x0 + middle * (x1 - x0), y0 + middle * (y1 - y0), height)
    lines = [line for level in dict.fromkeys(levels) if level > 0 for line in generator.lines(level)]
    return [line[:, 0].tolist() for line in lines], [line[:, 1].tolist() for line in lines]


def beside(
    points: np.ndarray, groups: Sequence[Group], bounds: tuple[float, float, float, float], size: tuple[int, int]
) -> list[tuple[float, float]]:
    """A place for each name: above, below, right or left of its group, where it covers least.

    points [n_points, 2]; bounds x0, x1, y0, y1 of the picture; size in pixels -> centre of each name in the units of
    the points. The largest group chooses first; the same input gives the same places.
    """
    x0, x1, y0, y1 = bounds
    scale = np.array([size[0] / ((x1 - x0) or 1), size[1] / ((y1 - y0) or 1)])
    origin = np.array([x0, y0])
    pixels = (points[:: max(1, len(points) // MOST_POINTS)] - origin) * scale
    places: list[tuple[float, float]] = [(0.0, 0.0)] * len(groups)
    taken: list[tuple[np.ndarray, np.ndarray]] = []
    for i in sorted(range(len(groups)), key=lambda i: -len(groups[i].rows)):
        half = np.array([len(_cut(groups[i].name)) * CHARACTER_PX / 2 + 4, LINE_PX / 2])
        rows = groups[i].rows
        members = (points[rows[:: max(1, len(rows) // MOST_MEMBERS)]] - origin) * scale
        away = np.linalg.norm(members - np.nanmedian(members, axis=0), axis=1)
        core = members[away <= np.nanquantile(away, 0.7)]  # a group in two places is named at the larger one
        low, high = np.nanmin(core, axis=0), np.nanmax(core, axis=0)
        around = _around(low, high, half)
        best = around[int(np.argmin(_covered(around, half, pixels, taken, size)))]
        taken.append((best - half, best + half))
        places[i] = tuple(best / scale + origin)
    return places


def _around(low: np.ndarray, high: np.ndarray, half: np.ndarray) -> np.ndarray:
    """Candidate centres [n, 2] around a box, nearest first."""
    middle = (low + high) / 2
    found = []
    for away in (GAP_PX, 3 * GAP_PX, 6 * GAP_PX):
        for share in (0.0, -0.5, 0.5):
            shift = share * (high - low + half)
            found += [np.array([middle[0] + shift[0], high[1] + half[1] + away]),
                      np.array([middle[0] + shift[0], low[1] - half[1] - away]),
                      np.array([high[0] + half[0] + away, middle[1] + shift[1]]),
                      np.array([low[0] - half[0] - away, middle[1] + shift[1]])]  # fmt: skip
    return np.array(found)


def _covered(
    places: np.ndarray, half: np.ndarray, pixels: np.ndarray, taken: list[tuple[np.ndarray, np.ndarray]],
    size: tuple[int, int],
) -> np.ndarray:  # fmt: skip
    """What a name at each place [n, 2] would hide: points under it, names it would cross, whether it leaves the picture."""
    low, high = places - half, places + half
    across, along = (
        (pixels[:, axis] >= low[:, axis, None] - 4) & (pixels[:, axis] <= high[:, axis, None] + 4) for axis in (0, 1)
    )
    points = (across & along).sum(axis=1)
    names = sum(((low < other_high) & (high > other_low)).all(axis=1) for other_low, other_high in taken)
    outside = ((low < 0) | (high > np.array(size))).any(axis=1)
    return points + 1000.0 * names + 100.0 * outside


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 2]}…"
