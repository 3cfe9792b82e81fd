"""Explore: a map fills the canvas; a point opens its evidence, a lasso its statistics, a second view compares."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import panel as pn
import panel_material_ui as pmui

from apps.explorer.answerable import Answerable
from apps.explorer.benchmarks import BenchmarksPanel
from apps.explorer.exports import exports
from apps.explorer.finder import finder
from apps.explorer.opening import ExploreState, chips, first_colour, has_q, opened, preview, useful
from apps.explorer.parts import next_turn, quiet
from apps.explorer.point import PointPanel
from apps.explorer.selection import SelectionPanel
from workbench.errors import WorkbenchError
from workbench.views.frame.pages import Content, Frame, link, page
from workbench.views.map import MapView
from workbench.views.map_facts import quality_badge, refused_html, summary_html
from workbench.views.map_layers import Group
from workbench.views.points import warm as compile_drawing

if TYPE_CHECKING:
    from workbench.lab import Lab

TABLE_ROWS = 1000
WARM_POINTS = 50_000
PLAIN, ALONE, AGAIN = "one colour", "nothing", "this map again"
SHOWN = ("mechanism", "moa", "target", "gene")
NAMES, CONTOURS, ACTIVE = "names", "contours", "q < 0.05"


@page("/explore", "Explore", icon="scatter_plot", order=1, state=ExploreState, preview=preview)
def explore(lab: Lab, state: ExploreState, frame: Frame) -> Content:
    """One map with its chooser; without any map, what to do to get one."""
    maps = lab.maps.list()
    if not maps:
        return _no_maps(lab, frame)
    row = opened(maps, state)
    if state.map not in ("", row["map_id"]):
        frame.notify(f"There is no map {state.map!r}; here are those there are.", "warning")
    if not row["accepted"]:
        return _refused(lab, row, maps, frame)
    return Explorer(lab, state, frame, row, maps).content()


def warm(lab: Lab) -> None:
    """Compile the drawing kernels and load the accepted maps once for the process."""
    compile_drawing()
    lab.maps.warm()
    for row in lab.maps.list():
        if row["accepted"] and row["n_entities"] <= WARM_POINTS:
            MapView(lab.maps.get(row["map_id"]))


class Explorer:
    """The page of one accepted map in one browser session."""

    def __init__(
        self, lab: Lab, state: ExploreState, frame: Frame, row: dict[str, Any], maps: list[dict[str, Any]]
    ) -> None:
        self.lab, self.frame, self.row, self.maps, self.state = lab, frame, row, maps, state
        self.map = lab.maps.get(row["map_id"])
        second, second_colour = self._second(state)
        self.view = MapView(
            self.map, colour=first_colour(self.map, state), on_select=self._selected, on_tap=self._tapped, second=second,
            second_colour=second_colour, contours=state.contours, active=state.active and has_q(self.map),
        )  # fmt: skip
        if not state.names:
            self.view.show_names(False)
        self.inspector = pn.Column(sizing_mode="stretch_width")
        self.count = pn.pane.HTML(_hint(len(self.map)), sizing_mode="stretch_width", margin=(12, 10))
        self.table_place = pn.Column(sizing_mode="stretch_width")
        self.cohort_name = pmui.TextInput(label="Name of the cohort", size="small", width=190, visible=False)
        self.save = pmui.Button(label="Save as cohort", variant="contained", size="small", visible=False)
        self.alone = pmui.Button(
            label="Lay out alone", variant="outlined", size="small", visible=False,
            description="A new map of only these, drawn as a job",
        )  # fmt: skip
        self.clear = pmui.Button(label="Clear", variant="text", size="small", visible=False)
        for button, action in ((self.save, self._save), (self.alone, self._lay_out), (self.clear, self._clear)):
            button.on_click(frame.guard(action))
        self.point = PointPanel(lab, self.map, frame, lambda: self.answerable, self._address)
        self.selection = SelectionPanel(lab, self.map, frame, lambda: self.answerable)
        self._open(state)

    @cached_property
    def answerable(self) -> Answerable:
        """What the virtual cell can be asked about."""
        return Answerable(self.lab, self.map)

    def content(self) -> Content:
        """Chooser row, map, selection and table; the inspector beside them."""
        row = self.row
        bar = pn.FlexBox(
            _chooser(self.maps, row["map_id"], self.frame), self._colour_chooser(), *self._beside_choosers(),
            finder(self.map, self.frame, self._found), exports(self.lab, self.view), margin=0,
            sizing_mode="stretch_width", align_items="center",
        )  # fmt: skip
        badge = pn.pane.HTML(quality_badge(row["quality"]), sizing_mode="stretch_width", margin=(7, 10, 0, 10))
        facts = pn.Row(badge, self._layers(), sizing_mode="stretch_width", margin=0)
        selection = pn.Row(
            self.count, self.cohort_name, self.save, self.alone, self.clear, sizing_mode="stretch_width", height=56
        )
        main = pn.Column(
            bar, facts, self.view.panel(), selection, self.table_place, sizing_mode="stretch_width", margin=0
        )
        return Content(row["title"], main, chips(row), self.inspector, self.view.python())

    def _second(self, state: ExploreState) -> tuple[Any, str]:
        """The map to draw beside this one, and its colour; none when the address names none that can be drawn."""
        known = {row["map_id"] for row in self.maps if row["accepted"]}
        if not state.second or state.second not in known:
            return None, ""
        second = self.lab.maps.get(state.second)
        columns = {**second.columns, **second.evidence}
        wanted = [state.second_colour, *second.recipe.get("colours", ()), "agreement"]
        if second is self.map:
            wanted = [state.second_colour, "agreement", "activity", *second.recipe.get("colours", ())]
        return second, next((name for name in wanted if name in columns and useful(second, name)), "")

    def _open(self, state: ExploreState) -> None:
        if state.names and len(self.map) <= WARM_POINTS:
            next_turn(self.frame.guard(self._name_clusters))
        if state.cohort:
            cohort = self.lab.maps.get_cohort(state.cohort)
            self.view.select(self.lab.maps.rows(self.map.map_id, cohort))
            self._selected(self.view.selected, name=cohort.name)
        if state.entity:
            try:
                self._show(self.lab.maps.row(self.map.map_id, state.entity))
                return
            except WorkbenchError as error:
                self.frame.notify(str(error), "warning")
        if not state.cohort:
            self._show(None)

    def _colour_chooser(self) -> Any:
        def change(name: str) -> None:
            self.view.set_colour(name)
            self.frame.update_url(colour=name)

        return _colours("Colour by", self.map, self.view.colour, self.frame.guard(change))

    def _beside_choosers(self) -> list[Any]:
        """What is drawn beside this map, and by which colour."""
        others = {row["title"]: row["map_id"] for row in self.maps if row["accepted"]}
        others = {AGAIN if map_id == self.map.map_id else title: map_id for title, map_id in others.items()}
        options = {ALONE: "", AGAIN: self.map.map_id} | others
        pair = self.view.pair
        value = pair.second.map.map_id if pair else ""
        chooser = pmui.Select(label="Beside it", options=options, value=value, size="small", width=104, margin=(10, 5))
        kept = {"map": self.map.map_id, "colour": self.view.colour, "active": self.view.active}
        chooser.param.watch(
            self.frame.guard(lambda event: self.frame.go("/explore", **kept, second=event.new)), "value"
        )
        if pair is None:
            return [chooser]

        def change(name: str) -> None:
            pair.second.set_colour(name)
            self.frame.update_url(second_colour=name)

        return [chooser, _colours("Its colour", pair.second.map, pair.second.colour, self.frame.guard(change))]

    def _layers(self) -> Any:
        """Switches of what lies over the points."""
        options = [NAMES, CONTOURS] + ([ACTIVE] if has_q(self.map) else [])
        on = {NAMES: self.state.names, CONTOURS: self.view.has_contours, ACTIVE: self.view.active}
        switches = pmui.CheckButtonGroup(
            options=options, value=[name for name in options if on[name]], size="small", width=268,
            margin=(4, 10, 4, 10), sx={"& .MuiToggleButton-root": {"whiteSpace": "nowrap", "py": "3px", "px": "12px"}},
        )  # fmt: skip

        def change(event: Any) -> None:
            before, now = set(event.old), set(event.new)
            if NAMES in before ^ now:
                self._show_names(NAMES in now)
            if CONTOURS in before ^ now:
                self.view.show_contours(CONTOURS in now)
            if ACTIVE in before ^ now:
                self.view.show_active(ACTIVE in now)
            self.frame.update_url(names=NAMES in now, contours=CONTOURS in now, active=ACTIVE in now)

        switches.param.watch(self.frame.guard(change), "value")
        return switches

    def _show_names(self, shown: bool) -> None:
        if shown:
            self._name_clusters()
        else:
            self.view.show_names(False)

    def _name_clusters(self) -> None:
        clusters = self.lab.maps.clusters(self.map.map_id)
        named = [
            Group(found["name"], found["rows"]) for found in clusters if found["source"]
        ]  # a mere size says nothing
        self.view.show_names(True, named)

    def _address(self, entity: str) -> str:
        return link("/explore", map=self.map.map_id, colour=self.view.colour, entity=entity)

    def _found(self, row: int) -> None:
        self.view.fly_to(row)
        self.view.choose(row)
        self._tapped(row)

    def _tapped(self, row: int | None) -> None:
        self.frame.update_url(entity="" if row is None else self.map.entities[row])
        self.frame.guard(self._show)(row)

    def _show(self, row: int | None) -> None:
        if row is None:
            self._show_selection(self.view.selected)
            return
        self.view.choose(row)
        facts = self.point.facts(row)
        self.inspector[:] = [facts, quiet("Comparing with the whole map …")]
        next_turn(self.frame.guard(lambda: self.inspector.__setitem__(slice(None), [facts, *self.point.parts(row)])))

    def _show_selection(self, rows: np.ndarray) -> None:
        if len(rows) == 0:
            text = summary_html(self.map, self.row["quality"])
            summary = pn.pane.HTML(text, sizing_mode="stretch_width", margin=0)
            self.inspector[:] = [summary, *self._benchmarks()]
            return
        head = self.selection.head(rows)
        self.inspector[:] = [head, quiet("Looking for what they share …")]
        next_turn(self.frame.guard(partial(self._fill_inspector, head, rows)))

    def _benchmarks(self) -> list[Any]:
        """The block of the whole map; a subset has none of its own."""
        if "subset" in self.map.recipe:
            return []
        return [BenchmarksPanel(self.lab, self.map.dataset, self.map.map_id, self.frame).panel()]

    def _fill_inspector(self, head: Any, rows: np.ndarray) -> None:
        if rows is self.view.selected:  # a later selection makes this one worthless
            self.inspector[:] = [head, *self.selection.parts(rows)]

    def _selected(self, rows: np.ndarray, name: str = "") -> None:
        """The count at once; the table's first page and the inspector with the next turn."""
        n = len(rows)
        shown = f" · cohort “{name}”" if name else ""
        self.count.object = _counted(n, len(self.map), shown) if n else _hint(len(self.map))
        next_turn(self.frame.guard(partial(self._show_selection, rows)))
        next_turn(self._fill_table)

    def _fill_table(self) -> None:
        rows = self.view.selected
        for widget in (self.cohort_name, self.save, self.alone, self.clear):
            widget.visible = len(rows) > 0
        if len(rows) == 0:
            self.table_place[:] = []
            return
        table = self.view.data(rows[:TABLE_ROWS])
        keep = [c for c in ("label", *SHOWN, "n_replicates", "agreement", "p", "q", "cell_count") if c in table]
        note = (
            [] if len(rows) <= TABLE_ROWS else [quiet(f"The first {TABLE_ROWS:,} rows; CSV gives all {len(rows):,}.")]
        )
        numbers = {name: {"type": "money", "precision": 3, "thousand": ""} for name in ("agreement", "p", "q")}
        grid = pn.widgets.Tabulator(
            table[keep], pagination="remote", page_size=10, show_index=False, disabled=True, layout="fit_columns",
            sizing_mode="stretch_width", height=410, formatters={c: numbers[c] for c in keep if c in numbers},
            titles={c: c.replace("_", " ") for c in keep},
            text_align={c: "right" for c in ("n_replicates", *numbers, "cell_count") if c in keep},
        )  # fmt: skip
        self.table_place[:] = [*note, grid]

    def _save(self, _event: Any) -> None:
        rows = self.view.selected
        cohort = self.lab.maps.cohort(
            self.map.map_id, [self.map.entities[i] for i in rows], self.cohort_name.value or "", self.frame.person
        )
        self.frame.update_url(cohort=cohort.cohort_id)
        self.frame.notify(f"Saved {len(rows):,} entities as “{cohort.name}”.", "success")

    def _lay_out(self, _event: Any) -> None:
        rows, name = self.view.selected, (self.cohort_name.value or "").strip()
        name = name or f"{len(rows):,} of {self.map.map_id} at {datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
        self.lab.maps.relayout(self.map.map_id, rows, name, person=self.frame.person)
        self.frame.notify(f"Laying out {len(rows):,} entities as “{name}”; the map appears in the chooser.", "success")

    def _clear(self, _event: Any) -> None:
        self.view.select(np.zeros(0, dtype=np.int64))
        self.frame.update_url(cohort="")
        self._selected(self.view.selected)


def _chooser(maps: list[dict[str, Any]], current: str, frame: Frame) -> Any:
    options = {f"{'✓' if row['accepted'] else '✕'} {row['title']}": row["map_id"] for row in maps}
    chooser = pmui.Select(label="Map", options=options, value=current, size="small", width=170, margin=(10, 5, 10, 10))
    chooser.param.watch(frame.guard(lambda event: frame.go("/explore", map=event.new)), "value")
    return chooser


def _refused(lab: Lab, row: dict[str, Any], maps: list[dict[str, Any]], frame: Frame) -> Content:
    body = pn.pane.HTML(refused_html(row["title"], row["quality"]), sizing_mode="stretch_width")
    main = pn.Column(_chooser(maps, row["map_id"], frame), body, sizing_mode="stretch_width")
    benchmarks = BenchmarksPanel(lab, row["dataset"], row["map_id"], frame).panel()
    return Content(
        f"{row['title']}: no map is drawn", main, (row["dataset"], "refused"), benchmarks,
        python=f"lab.maps.get({row['map_id']!r}).quality",
    )  # fmt: skip


def _no_maps(lab: Lab, frame: Frame) -> Content:
    datasets = [dataset.dataset for dataset in lab.data.list() if dataset.n_features and dataset.n_rows]
    text = pn.pane.HTML(
        "<p style='font-size:16px'>No map has been built yet. A map needs profiles with replicates and controls.</p>"
    )

    def build(_event: Any) -> None:
        for name in datasets:
            lab.maps.build(name)
        frame.notify(f"Building {len(datasets)} maps; they appear here when they are done.", "success")

    button = pmui.Button(label=f"Build maps of {len(datasets)} data sets", variant="contained", disabled=not datasets)
    button.on_click(frame.guard(build))
    return Content(
        "No map yet", pn.Column(text, button, pmui.Button(label="Import data", href="/data", variant="text"))
    )


def _colours(label: str, map_: Any, current: str, change: Any) -> Any:
    """A chooser of the columns of a map that tell its points apart; `change(name)` gets "" for one colour."""
    names = [name for name in [*map_.columns, *map_.evidence] if useful(map_, name)]
    options = {PLAIN: PLAIN} | {name.replace("_", " "): name for name in names}
    chooser = pmui.Select(
        label=label, options=options, value=current if current in names else PLAIN, size="small", width=116,
        margin=(10, 5),
    )  # fmt: skip
    chooser.param.watch(lambda event: change("" if event.new == PLAIN else event.new), "value")
    return chooser


def _hint(n: int) -> str:
    text = f"Drag around some of the {n:,} points, or click one."
    return f'<span style="opacity:.7;white-space:nowrap;font-size:14px">{text}</span>'


def _counted(n: int, of: int, shown: str) -> str:
    return f'<span class="selected-count" style="font-size:15px"><b>{n:,}</b> of {of:,} selected{shown}</span>'
