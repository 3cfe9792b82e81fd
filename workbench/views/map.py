"""The map: a scatter that stays quick at a million points, with box, lasso, hover and a ring on the chosen entity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.events import MouseLeave, RangesUpdate, Reset, SelectionGeometry, Tap
from bokeh.models import (
    BoxSelectTool,
    ColumnDataSource,
    CustomJS,
    HoverTool,
    LassoSelectTool,
    PanTool,
    Range1d,
    ResetTool,
    SaveTool,
    WheelZoomTool,
)
from bokeh.plotting import figure

from workbench.nouns import Map
from workbench.views import view
from workbench.views.colouring import ACCENT, OTHER, legend_html
from workbench.views.map_facts import counted
from workbench.views.map_layers import Group, MapLayers
from workbench.views.map_pair import MapPair, pair_panel
from workbench.views.map_png import map_png
from workbench.views.map_svg import map_svg
from workbench.views.points import FEW_COLUMNS, PointFrame, frame_of, glyph_size

if TYPE_CHECKING:
    import pandas as pd

LARGEST_GLYPHS = 5_000
START_SIZE = (1000, 600)
REACH_PX = 14
FLIGHT = 1 / 6  # of the whole map, across, after a flight to one entity
_CANVAS = {
    "background": "var(--wb-surface, #fff)",
    "border": "1px solid var(--wb-line, #DFE3E8)",
    "border-radius": "10px",
}
_HOVER_JS = """
if (window.performance.now() - (source.__last || 0) < 80) { return }
source.__last = window.performance.now();
source.data = {x: [cb_obj.x], y: [cb_obj.y]};
"""


@view(Map)
class MapView:
    """Draws a Map; `colour` is a column. Callbacks get row numbers: `on_select(rows)`, `on_tap(row or None)`.

    `second` is a map to draw beside it with a shared selection (or this map again, by `second_colour`); `contours`
    draws lines of equal density; `active` pales entities with q >= 0.05 and leaves them out of selections; `groups`
    are named groups of points, by default the categories of the colouring when they are few.
    """

    def __init__(
        self, map_: Map, *, colour: str = "", on_select: Callable[[np.ndarray], None] | None = None,
        on_tap: Callable[[int | None], None] | None = None, height: int = 500, second: Map | None = None,
        second_colour: str = "", contours: bool = False, active: bool = False, groups: Sequence[Group] = (),
    ) -> None:  # fmt: skip
        self.map = map_
        self.frame: PointFrame = frame_of(map_)
        self.colour = colour
        self.on_select = on_select
        self.on_tap = on_tap
        self.selected = np.zeros(0, dtype=np.int64)
        self.chosen: int | None = None
        self.active, self.has_contours = active, contours
        self.shows_names, self.groups = True, tuple(groups)
        self.is_raster = len(map_) > LARGEST_GLYPHS
        self.figure = self._figure(height)
        self._draw_points()
        self._draw_marks()
        self._listen()
        self.pair: MapPair | None = None
        if second is not None or second_colour:
            beside = map_ if second is None else second
            self.pair = MapPair(self, MapView(beside, colour=second_colour, height=height, active=active))

    def panel(self) -> Any:
        """The figure with its legend, and the second view beside it, for a page or a notebook."""
        return self.alone() if self.pair is None else pair_panel(self.pair)

    def alone(self) -> Any:
        """The figure with its legend."""
        import panel as pn

        n = len(self.map)
        text = counted(n, self.map.entity_kind) + (" · simulated data" if self.map.simulated else "")
        self._legend = pn.pane.HTML(
            legend_html(self.frame.colouring(self.colour), n), sizing_mode="stretch_width", margin=(6, 10, 0, 10)
        )
        caption = pn.pane.HTML(
            f'<div style="font-size:12px;opacity:.65">{text} · neighbours on the picture are a hint; similarity is '
            "read from the vectors</div>", margin=(0, 10), sizing_mode="stretch_width",
        )  # fmt: skip
        plot = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0), styles=_CANVAS, margin=0,
            sizing_mode="stretch_width",
        )  # fmt: skip
        return pn.Column(plot, self._legend, caption, sizing_mode="stretch_width", margin=0)

    def data(self, rows: np.ndarray | None = None) -> pd.DataFrame:
        """The points drawn, or some rows of them, with evidence and columns."""
        import pandas as pd

        rows = np.arange(len(self.map)) if rows is None else rows
        table = pd.DataFrame(
            {
                "perturbation_id": [self.map.entities[i] for i in rows],
                "label": [self.map.labels[i] for i in rows],
                "x": self.map.layout[rows, 0],
                "y": self.map.layout[rows, 1],
            }
        )
        for name, column in {**self.map.evidence, **self.map.columns}.items():
            table[name] = np.asarray(column)[rows]
        return table

    def python(self) -> str:
        """The line that draws this in a notebook."""
        options = f", colour={self.colour!r}" if self.colour else ""
        if self.pair is not None:
            second = self.pair.second
            options += "" if second.map is self.map else f", second=lab.maps.get({second.map.map_id!r})"
            options += f", second_colour={second.colour!r}" if second.colour else ""
        options += ", contours=True" if self.has_contours else ""
        options += ", active=True" if self.active else ""
        return f"wb.draw(lab.maps.get({self.map.map_id!r}){options})"

    def svg(self) -> str:
        """The picture as SVG: circles for a small map, a raster for a large one, with title and legend."""
        return map_svg(self.map, self.frame, self.colour, self.selected)

    def png(self) -> bytes:
        """The picture as PNG, with title and legend."""
        return map_png(self.map, self.frame, self.colour, self.selected, active=self.active)

    def set_colour(self, name: str) -> None:
        """Colour the points by another column."""
        self.colour = name
        if hasattr(self, "_legend"):
            self._legend.object = legend_html(self.frame.colouring(name), len(self.map))
        self._soon(self._recolour)

    def choose(self, row: int | None) -> None:
        """Put the ring on one entity, or take it away."""
        self.chosen = row
        self._soon(partial(self._mark, self.ring, row))
        if self.pair is not None:
            self.pair.choose(row)

    def fly_to(self, row: int) -> None:
        """Show the neighbourhood of one entity, a sixth of the map across; Reset shows all again."""
        self._soon(partial(self._fly, row))

    def show_contours(self, shown: bool) -> None:
        """Draw lines of equal density, or take them away."""
        self.has_contours = shown
        self._soon(partial(self.layers.contours, shown))

    def show_active(self, active: bool) -> None:
        """Pale every entity whose replicates do not pass q < 0.05, or show all alike."""
        self.active = active
        self._soon(self._recolour)
        if self.pair is not None:
            self.pair.second.show_active(active)

    def show_names(self, shown: bool, groups: Sequence[Group] = ()) -> None:
        """Name groups of points, or nothing."""
        self.shows_names, self.groups = shown, tuple(groups)
        self._soon(self._label_groups)

    def select(self, rows: np.ndarray) -> None:
        """Draw a selection. rows [n_selected]; empty: everything as before."""
        self.selected = rows
        self._soon(self._repaint_selection)
        if self.pair is not None:
            self.pair.select(rows)

    def rows_in(self, geometry: dict[str, Any]) -> np.ndarray:
        """Rows inside a box or lasso as Bokeh describes it: [n_inside]."""
        from workbench.kernels.grid import in_box, in_polygon  # numba comes late

        if geometry["type"] == "rect":
            return in_box(self.frame.grid, geometry["x0"], geometry["x1"], geometry["y0"], geometry["y1"])
        xs, ys = _numbers(geometry["x"]), _numbers(geometry["y"])
        return in_polygon(self.frame.grid, xs, ys)

    def row_at(self, x: float, y: float) -> int | None:
        """The row within a few pixels of a place, or None."""
        from workbench.kernels.grid import nearest_point

        x0, x1, y0, y1 = self._window()
        width, height = self._size()
        return nearest_point(self.frame.grid, x, y, REACH_PX * (x1 - x0) / width, REACH_PX * (y1 - y0) / height)

    def _figure(self, height: int) -> figure:
        x0, x1, y0, y1 = self.frame.bounds
        plot = figure(
            x_range=Range1d(x0, x1), y_range=Range1d(y0, y1), height=height, min_height=320, tools=[],
            toolbar_location="above", sizing_mode="stretch_width", background_fill_alpha=0,
            border_fill_alpha=0,
            outline_line_color=None, name="map", output_backend="canvas",
        )  # fmt: skip
        plot.axis.visible = False
        plot.grid.visible = False
        plot.min_border = 0
        self.box, self.lasso = BoxSelectTool(continuous=False), LassoSelectTool(continuous=False)
        wheel = WheelZoomTool(zoom_on_axis=False)
        plot.add_tools(PanTool(), self.box, self.lasso, wheel, ResetTool(), SaveTool())
        plot.toolbar.active_drag, plot.toolbar.active_scroll = self.lasso, wheel
        plot.toolbar.logo = None
        return plot

    def _draw_points(self) -> None:
        if self.is_raster:
            width, height = START_SIZE
            x0, x1, y0, y1 = self.frame.bounds
            image = self.frame.raster(self.colour, self.frame.bounds, width, height, self.active)
            place = {"x": [x0], "y": [y0], "dw": [x1 - x0], "dh": [y1 - y0]}
            self.image = ColumnDataSource({"image": [image], **place}, name="map_image")
            self.overlay = ColumnDataSource({"image": [], "x": [], "y": [], "dw": [], "dh": []}, name="map_selection")
            self.base = self.figure.image_rgba("image", "x", "y", "dw", "dh", source=self.image)
            self.figure.image_rgba("image", "x", "y", "dw", "dh", source=self.overlay)
            return
        map_, colouring = self.map, self.frame.colouring(self.colour, self.active)
        shown = {name: np.asarray(map_.evidence[name], dtype=float) for name in FEW_COLUMNS if name in map_.evidence}
        points = {"x": self.frame.points[:, 0], "y": self.frame.points[:, 1], "label": list(map_.labels)}
        drawn = {"colour": colouring.colours(), "alpha": self._alpha()}
        self.source = ColumnDataSource({**points, **drawn, **shown}, name="map_points")
        size = glyph_size(len(map_))
        glyph = self.figure.scatter(
            "x", "y", source=self.source, size=size, fill_color="colour", line_color="white", line_width=0.6,
            fill_alpha="alpha", line_alpha=0.5, selection_fill_alpha=1, selection_line_color="black",
            selection_line_alpha=0.9, nonselection_fill_alpha=0.16, nonselection_line_alpha=0.05,
            hover_line_color=ACCENT, hover_fill_color="colour",
        )  # fmt: skip
        tips = [("", "@label")]
        tips += [("replicates", "@n_replicates")] if "n_replicates" in shown else []
        tips += (
            [("replicate agreement", "@agreement{0.00}")] if np.isfinite(shown.get("agreement", np.nan)).any() else []
        )
        tips += [("q", "@q{0.0000}")] if "q" in shown else []
        self.figure.add_tools(HoverTool(renderers=[glyph], tooltips=tips, point_policy="follow_mouse"))

    def _alpha(self) -> np.ndarray:
        return np.where(self.frame.is_active, 0.85, 0.1) if self.active else np.full(len(self.map), 0.85)

    def _label_groups(self) -> None:
        """Names of the categories where a person can read them all, else those of the groups that were given."""
        groups = self._categories() or list(self.groups)
        self.layers.label(groups if self.shows_names else [], self._size())

    def _categories(self) -> list[Group]:
        colouring = self.frame.colouring(self.colour)
        few = 1 < len(colouring.names) <= 12 and len(self.map) <= LARGEST_GLYPHS
        few = few and 2 * sum(colouring.counts) >= len(self.map)  # names of a few points would only hide the others
        return [Group(name, np.flatnonzero(colouring.codes == i)) for i, name in enumerate(colouring.names) if few]

    def _draw_marks(self) -> None:
        self.layers = MapLayers(self.figure, self.frame)
        self.layers.contours(self.has_contours)
        self._label_groups()
        self.ring = ColumnDataSource({"x": [], "y": [], "label": []}, name="map_ring")
        self.near = ColumnDataSource({"x": [], "y": [], "label": []}, name="map_hover")
        self.figure.scatter("x", "y", source=self.ring, size=20, fill_alpha=0, line_color=ACCENT, line_width=3)
        text = {"text_font_size": "13px", "x_offset": 14, "y_offset": -6, "text_color": "black", "padding": 4,
                "background_fill_color": "white", "background_fill_alpha": 0.88, "border_radius": 3}  # fmt: skip
        self.figure.text("x", "y", "label", source=self.ring, **text)
        self.figure.scatter("x", "y", source=self.near, size=12, fill_alpha=0, line_color=OTHER, line_width=2)
        self.figure.text("x", "y", "label", source=self.near, **text)

    def _listen(self) -> None:
        self.figure.on_event(SelectionGeometry, self._selected)
        self.figure.on_event(Tap, self._tapped)
        # names keep inside the picture once the browser says how wide it is; its height is as asked for
        self.figure.on_change("inner_width", lambda attr, old, new: self._label_groups())
        if self.is_raster:
            self.pointer = ColumnDataSource({"x": [], "y": []}, name="map_pointer")
            self.figure.js_on_event("mousemove", CustomJS(args={"source": self.pointer}, code=_HOVER_JS))
            self.pointer.on_change("data", self._hovered)
            self.figure.on_event(MouseLeave, lambda _event: self._hover(None))
            self.figure.on_event(RangesUpdate, lambda _event: self._repaint())
            self.figure.on_event(Reset, lambda _event: self._repaint())

    def _selected(self, event: SelectionGeometry) -> None:
        if not event.final:
            return
        rows = self.rows_in(event.geometry)
        self.selected = rows[self.frame.is_active[rows]] if self.active else rows
        if self.on_select is not None:
            self.on_select(self.selected)  # the count first: it is what the person waits for
        if self.is_raster or self.active:
            self._soon(self._repaint_selection)
        if self.pair is not None:
            self.pair.select(self.selected)

    def _tapped(self, event: Tap) -> None:
        row = self.row_at(event.x, event.y)
        self.choose(row)
        if self.on_tap is not None:
            self.on_tap(row)

    def _hovered(self, _name: str, _old: Any, data: dict[str, Any]) -> None:
        if len(data.get("x", [])):
            self._hover(self.row_at(data["x"][0], data["y"][0]))

    def _hover(self, row: int | None) -> None:
        if row is not None or len(self.near.data["x"]):
            self._mark(self.near, row)

    def _mark(self, source: ColumnDataSource, row: int | None) -> None:
        """Put one entity's place and label into a source of one point, or empty it."""
        rows = [] if row is None else [row]
        source.data = {
            "x": [float(self.map.layout[i, 0]) for i in rows], "y": [float(self.map.layout[i, 1]) for i in rows],
            "label": [self.map.labels[i] for i in rows],
        }  # fmt: skip

    def _soon(self, change: Callable[[], None]) -> None:
        """Change the figure under its document's lock: callers may run in a thread of the page."""
        document = self.figure.document
        if document is None or document.session_context is None:
            change()
        else:
            document.add_next_tick_callback(partial(change))

    def _recolour(self) -> None:
        if self.is_raster:
            self._repaint()
        else:
            drawn = {"colour": self.frame.colouring(self.colour, self.active).colours(), "alpha": self._alpha()}
            self.source.data = {**self.source.data, **drawn}
        self._label_groups()

    def _fly(self, row: int) -> None:
        x0, x1, y0, y1 = self.frame.bounds
        for axis, (low, high), place in (
            (self.figure.x_range, (x0, x1), self.map.layout[row, 0]),
            (self.figure.y_range, (y0, y1), self.map.layout[row, 1]),
        ):
            half = (high - low) * FLIGHT / 2
            axis.update(start=float(place) - half, end=float(place) + half)
        if self.is_raster:
            self._repaint()

    def _window(self) -> tuple[float, float, float, float]:
        across, along = self.figure.x_range, self.figure.y_range
        return float(across.start), float(across.end), float(along.start), float(along.end)

    def _size(self) -> tuple[int, int]:
        try:
            width, height = self.figure.inner_width, self.figure.inner_height
        except ValueError:  # Bokeh: not known before the browser has drawn it
            return START_SIZE
        return max(200, min(2000, int(width or START_SIZE[0]))), max(150, min(1400, int(height or START_SIZE[1])))

    def _repaint(self) -> None:
        """Draw the window anew at its own resolution."""
        window, (width, height) = self._window(), self._size()
        image = self.frame.raster(self.colour, window, width, height, self.active)
        self.image.data = {"image": [image], **_placed(window)}
        if len(self.selected):
            self._repaint_selection()

    def _repaint_selection(self) -> None:
        if not self.is_raster:
            self.source.selected.indices = self.selected.tolist()
            return
        if not len(self.selected):
            self.base.glyph.global_alpha = 1.0
            self.overlay.data = {"image": [], "x": [], "y": [], "dw": [], "dh": []}
            return
        window, (width, height) = self._window(), self._size()
        image = self.frame.raster_of(self.selected, ACCENT, window, width, height)
        self.base.glyph.global_alpha = 0.35
        self.overlay.data = {"image": [image], **_placed(window)}


def _placed(window: tuple[float, float, float, float]) -> dict[str, list[float]]:
    x0, x1, y0, y1 = window
    return {"x": [x0], "y": [y0], "dw": [x1 - x0], "dh": [y1 - y0]}


def _numbers(values: Any) -> np.ndarray:
    """Coordinates of a lasso: a list, or a mapping of index to number as some Bokeh versions send it."""
    listed = [values[key] for key in sorted(values, key=int)] if isinstance(values, dict) else values
    return np.asarray(listed, dtype=np.float64)
