"""Points of a map ready to draw: one object a map for the whole process, with grid, raster and hover."""

from __future__ import annotations

import threading
import weakref
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.nouns import Map
from workbench.views.colouring import OTHER, Colouring, colour_by, hex_stops

if TYPE_CHECKING:
    from workbench.kernels.grid import Grid

ACTIVE_Q = 0.05
FEW_COLUMNS = ("n_replicates", "agreement", "p", "q")
_frames: weakref.WeakKeyDictionary[Map, PointFrame] = weakref.WeakKeyDictionary()
_lock = threading.RLock()


class PointFrame:
    """Coordinates [n_points, 2] float32 in memory order, their grid, and rasters of them."""

    def __init__(self, map_: Map) -> None:
        import pandas as pd

        from workbench.kernels.grid import build_grid  # numba comes late

        self.points = np.ascontiguousarray(map_.layout, dtype=np.float32)
        self.grid: Grid = build_grid(self.points)
        self.table = pd.DataFrame({"x": self.points[:, 0], "y": self.points[:, 1]})
        self._columns = dict(map_.columns) | {name: np.asarray(map_.evidence[name]) for name in map_.evidence}
        self.is_active = np.asarray(map_.evidence.get("q", np.full(len(map_), np.nan)), dtype=float) < ACTIVE_Q
        self._colourings: dict[tuple[str, bool], Colouring] = {}
        self._tables: dict[tuple[str, bool], Any] = {}
        self._rasters: dict[tuple[Any, ...], np.ndarray] = {}

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """x0, x1, y0, y1 of all points with a margin of 4 %."""
        from workbench.kernels.density import bounds_of

        return bounds_of(self.points)

    def colouring(self, name: str, active: bool = False) -> Colouring:
        """How the points are coloured by one column; an unknown or empty name gives one plain colour.

        With `active` only entities with q < 0.05 keep their colour.
        """
        with _lock:
            if (name, active) not in self._colourings:
                if active:
                    self._colourings[name, True] = self.colouring(name).only(self.is_active)
                else:
                    column = self._columns.get(name)
                    column = np.asarray(column) if column is not None else None
                    self._colourings[name, False] = colour_by(name, column, len(self.points))
            return self._colourings[name, active]

    def raster(
        self, name: str, bounds: tuple[float, float, float, float], width: int, height: int, active: bool = False
    ) -> np.ndarray:
        """RGBA image [height, width] uint32 of all points in a window, coloured by a column; the full view is kept."""
        key = (name, active, *bounds, width, height)
        full = bounds == self.bounds
        if full and key in self._rasters:
            return self._rasters[key]
        image = self._shade(self.colouring(name, active), bounds, width, height)
        if full:
            if len(self._rasters) > 24:
                self._rasters.clear()
            self._rasters[key] = image
        return image

    def raster_of(
        self, rows: np.ndarray, colour: str, bounds: tuple[float, float, float, float], width: int, height: int
    ) -> np.ndarray:
        """RGBA image [height, width] uint32 of some points in one colour. rows [n_rows]."""
        import datashader as ds
        from datashader import transfer_functions as tf

        counts = _canvas(bounds, width, height).points(self.table.take(rows), "x", "y", agg=ds.count())
        return _rgba(
            tf.dynspread(tf.shade(counts, cmap=[colour], how="eq_hist", min_alpha=90), threshold=0.5, max_px=3)
        )

    def _shade(
        self, colouring: Colouring, bounds: tuple[float, float, float, float], width: int, height: int
    ) -> np.ndarray:
        import datashader as ds
        from datashader import transfer_functions as tf

        canvas, table = _canvas(bounds, width, height), self._table(colouring)
        if colouring.is_numeric:
            means = canvas.points(table, "x", "y", agg=ds.mean("value"))
            image = tf.shade(means, cmap=hex_stops(), how="linear", span=[colouring.low, colouring.high])
        elif not colouring.name and not colouring.is_filtered:
            image = tf.shade(canvas.points(table, "x", "y", agg=ds.count()), cmap=["#A9C3DE", "#1F4E79"], how="eq_hist")
        else:
            counts = canvas.points(table, "x", "y", agg=ds.by("code", ds.count()))
            image = tf.shade(counts, color_key=[*colouring.palette, OTHER], how="log", min_alpha=90)
        return _rgba(tf.dynspread(image, threshold=0.5, max_px=4))

    def _table(self, colouring: Colouring) -> Any:
        """Coordinates with the one column that colours them; the last few are kept, for zooming repeats them."""
        if not colouring.name and not colouring.is_filtered:
            return self.table
        key = (colouring.name, colouring.is_filtered)
        with _lock:
            if key not in self._tables:
                while len(self._tables) >= 4:
                    self._tables.pop(next(iter(self._tables)))
                column = {"value": colouring.values} if colouring.is_numeric else {"code": self._codes(colouring)}
                self._tables[key] = self.table.assign(**column)
            return self._tables[key]

    def _codes(self, colouring: Colouring) -> Any:
        import pandas as pd

        n = len(colouring.palette)
        codes = np.where(colouring.codes < 0, n, colouring.codes)
        return pd.Categorical.from_codes(codes, categories=[str(i) for i in range(n + 1)])


def frame_of(map_: Map) -> PointFrame:
    """The process-wide points of a map; made once, gone when the map is."""
    with _lock:
        if map_ not in _frames:
            _frames[map_] = PointFrame(map_)
        return _frames[map_]


def is_framed(map_: Map) -> bool:
    """Whether the points of a map stand ready, so that drawing them takes no second."""
    with _lock:
        return map_ in _frames


def glyph_size(n: int) -> float:
    """Diameter in pixels of each of n points that are drawn one by one."""
    return float(np.clip(260 / np.sqrt(max(n, 1)), 4, 11))


def warm() -> None:
    """Compile what the first visitor would wait for: grid tests, datashader's kernels for each kind of colouring."""
    from workbench.kernels.grid import in_box, in_polygon

    rng = np.random.default_rng(0)
    n = 64
    columns = {"kind": np.array(["a", "b"] * (n // 2)), "number": rng.normal(size=n)}
    map_ = Map("warm", "warm", "warm", "entity", tuple(map(str, range(n))), ("",) * n, np.zeros((n, 0)),
               rng.normal(size=(n, 2)), {}, columns)  # fmt: skip
    points = frame_of(map_)
    in_box(points.grid, -1, 1, -1, 1)
    in_polygon(points.grid, np.array([-1.0, 1.0, 0.0]), np.array([-1.0, -1.0, 1.0]))
    for name in ("", *columns):
        points.raster(name, points.bounds, 60, 40)
    points.raster_of(np.arange(8), "#ff0000", points.bounds, 60, 40)


def _canvas(bounds: tuple[float, float, float, float], width: int, height: int) -> Any:
    import datashader as ds

    x0, x1, y0, y1 = bounds
    return ds.Canvas(plot_width=width, plot_height=height, x_range=(x0, x1), y_range=(y0, y1))


def _rgba(image: Any) -> np.ndarray:
    return np.asarray(image.to_numpy(), dtype=np.uint32)
