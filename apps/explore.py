"""Explore: a map fills the canvas; a point opens its evidence, a lasso becomes a cohort."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import panel as pn
import panel_material_ui as pmui

from workbench.errors import WorkbenchError
from workbench.views.frame.pages import Content, Frame, link, page
from workbench.views.map import MapView
from workbench.views.map_facts import counted, point_html, quality_badge, refused_html
from workbench.views.neighbours import NeighboursTable
from workbench.views.plate_heatmap import PlateHeatmap
from workbench.views.points import warm as compile_drawing

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.lab import Lab

TABLE_ROWS = 1000
SUGGESTIONS = 40
WARM_POINTS = 50_000
PLAIN = "one colour"
SHOWN = ("mechanism", "moa", "target", "gene")


@dataclass(frozen=True)
class ExploreState:
    """What the address keeps."""

    map: str = ""
    colour: str = ""
    entity: str = ""
    cohort: str = ""


@page("/explore", "Explore", icon="scatter_plot", order=1, state=ExploreState)
def explore(lab: Lab, state: ExploreState, frame: Frame) -> Content:
    """One map with its chooser; without any map, what to do to get one."""
    maps = lab.maps.list()
    if not maps:
        return _no_maps(lab, frame)
    known = {row["map_id"]: row for row in maps}
    if state.map and state.map not in known:
        frame.notify(f"There is no map {state.map!r}; here are those there are.", "warning")
    row = known.get(state.map) or next((row for row in maps if row["accepted"]), maps[0])
    if not row["accepted"]:
        return _refused(row, maps, frame)
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
        self.lab, self.frame, self.row, self.maps = lab, frame, row, maps
        self.map = lab.maps.get(row["map_id"])
        columns = list(self.map.columns) + list(self.map.evidence)
        colour = (
            state.colour
            if state.colour in columns
            else next((name for name in self._first() if name in columns and _useful(self.map, name)), "")
        )
        self.view = MapView(self.map, colour=colour, on_select=self._selected, on_tap=self._tapped)
        self.inspector = pn.Column(sizing_mode="stretch_width")
        self.count = pn.pane.HTML(_hint(len(self.map)), sizing_mode="stretch_width", margin=(14, 10))
        self.table_place = pn.Column(sizing_mode="stretch_width")
        self.cohort_name = pmui.TextInput(label="Name of the cohort", size="small", width=220, disabled=True)
        self.save = pmui.Button(label="Save as cohort", variant="contained", size="small", disabled=True)
        self.clear = pmui.Button(label="Clear", variant="text", size="small", disabled=True)
        self.save.on_click(frame.guard(self._save))
        self.clear.on_click(frame.guard(self._clear))
        self._open(state)

    def _first(self) -> list[str]:
        return [*self.map.recipe.get("colours", ()), "agreement"]

    def content(self) -> Content:
        """Chooser row, map, selection and table; the inspector beside them."""
        row = self.row
        bar = pmui.FlexBox(
            _chooser(self.maps, row["map_id"], self.frame), self._colour_chooser(), self._finder(),
            self._exports(), align_items="center", sizing_mode="stretch_width",
        )  # fmt: skip
        selection = pmui.Row(self.count, self.cohort_name, self.save, self.clear, sizing_mode="stretch_width")
        main = pn.Column(
            bar, pn.pane.HTML(quality_badge(row["quality"]), sizing_mode="stretch_width", margin=(0, 10, 6, 10)),
            self.view.panel(), selection, self.table_place, sizing_mode="stretch_width",
        )  # fmt: skip
        chips = (self.map.name, counted(row["n_entities"], row["entity_kind"]), f"snapshot {self.map.snapshot}")
        chips += (row["dataset"],) if row["dataset"] != row["map_id"] else ()
        chips += ("simulated",) if row["simulated"] else ()
        return Content(row["title"], main, chips, self.inspector, self.view.python())

    def _open(self, state: ExploreState) -> None:
        if state.cohort:
            cohort = self.lab.maps.get_cohort(state.cohort)
            rows = [self.lab.maps.row(self.map.map_id, name) for name in cohort.entities]
            self.view.select(np.array(sorted(rows), dtype=np.int64))
            self._selected(self.view.selected, name=cohort.name)
        if state.entity:
            try:
                self._show(self.lab.maps.row(self.map.map_id, state.entity))
                return
            except WorkbenchError as error:
                self.frame.notify(str(error), "warning")
        self._show(None)

    def _colour_chooser(self) -> Any:
        names = [name for name in [*self.map.columns, *self.map.evidence] if _useful(self.map, name)]
        options = {PLAIN: PLAIN} | {name.replace("_", " "): name for name in names}
        value = self.view.colour if self.view.colour in names else PLAIN
        chooser = pmui.Select(label="Colour by", options=options, value=value, size="small", width=150)

        def change(event: Any) -> None:
            self.view.set_colour("" if event.new == PLAIN else event.new)
            self.frame.update_url(colour=self.view.colour)

        chooser.param.watch(self.frame.guard(change), "value")
        return chooser

    def _finder(self) -> Any:
        labels = self.map.labels
        field = pmui.AutocompleteInput(
            label="Find on this map", options=[], case_sensitive=False, min_characters=1, restrict=False,
            search_strategy="includes", size="small", width=170,
        )  # fmt: skip

        def suggest(event: Any) -> None:
            """Offer the first names that hold the typed letters: a browser chokes on a list of thousands."""
            typed = (event.new or "").strip().lower()
            found = dict.fromkeys(label for label in labels if typed in label.lower()) if typed else {}
            begins_so = sorted(found, key=lambda label: (not label.lower().startswith(typed), label))
            field.options = begins_so[:SUGGESTIONS]

        def find(event: Any) -> None:
            text = (event.new or "").strip().lower()
            if not text:
                return
            row = next((i for i, label in enumerate(labels) if label.lower() == text), None)
            row = row if row is not None else next((i for i, x in enumerate(labels) if text in x.lower()), None)
            if row is None:
                self.frame.notify(f"Nothing on this map is called {event.new!r}.", "warning")
                return
            self.view.choose(row)
            self._tapped(row)

        field.param.watch(self.frame.guard(suggest), "value_input")
        field.param.watch(self.frame.guard(find), "value")
        return field

    def _exports(self) -> Any:
        name = self.map.map_id

        def csv() -> io.BytesIO:
            rows = self.view.selected if len(self.view.selected) else None
            return io.BytesIO(self.view.data(rows).to_csv(index=False).encode())

        def svg() -> io.BytesIO:
            return io.BytesIO(self.view.svg().encode())

        buttons = [
            pmui.FileDownload(
                callback=csv, filename=f"{name}.csv", label="CSV", variant="text", size="small", width=62
            ),
            pmui.FileDownload(
                callback=svg, filename=f"{name}.svg", label="SVG", variant="text", size="small", width=62
            ),
        ]
        return pn.Row(*buttons, width=160)

    def _tapped(self, row: int | None) -> None:
        self.frame.update_url(entity="" if row is None else self.map.entities[row])
        self.frame.guard(self._show)(row)

    def _show(self, row: int | None) -> None:
        if row is None:
            self.inspector[:] = [pn.pane.HTML(_EMPTY, sizing_mode="stretch_width")]
            return
        self.view.choose(row)
        facts = pn.pane.HTML(point_html(self.map, row, _entity_link(self.map, row)), margin=0)
        self.inspector[:] = [facts, _quiet("Comparing with the whole map …")]
        _next(self.frame.guard(partial(self._evidence, row, facts)))

    def _evidence(self, row: int, facts: Any) -> None:
        entity = self.map.entities[row]
        parts: list[Any] = [facts, *self._queue(row), *self._structure(row)]
        if self.map.vectors.shape[1]:
            found = self.lab.maps.neighbours(self.map.map_id, entity, k=12)
            table = NeighboursTable(
                found, self.lab.maps.null(self.map.map_id),
                address=lambda name: link("/explore", map=self.map.map_id, colour=self.view.colour, entity=name),
            )  # fmt: skip
            parts += [_heading("Nearest neighbours"), table.panel()]
        parts += self._wells(entity)
        self.inspector[:] = parts

    def _queue(self, row: int) -> list[Any]:
        address = self._cell_address(row)
        if not address:
            return []
        button = pmui.Button(
            label="Queue as hypothesis", variant="contained", size="small", sizing_mode="stretch_width",
            description="Ask the virtual cell first, then queue what it predicts",
        )  # fmt: skip
        button.on_click(lambda _event: self.frame.go("/cell", **address))
        return [button]

    def _cell_address(self, row: int) -> dict[str, str]:
        """Task and perturbation with which the virtual cell can answer for this entity; empty when none can."""
        gene = self.map.columns.get("gene")
        symbol = str(gene[row]) if gene is not None else ""
        for task in self.lab.cells.tasks():
            ids = self.lab.cells.perturbations(task["task"])["perturbation_id"].tolist()
            exact = self.map.entities[row] if self.map.entities[row] in ids else ""
            same = next((name for name in ids if symbol and name.split(":")[-1].split("/")[0] == symbol), "")
            if exact or same:
                return {"task": task["task"], "perturbation": exact or same}
        return {}

    def _structure(self, row: int) -> list[Any]:
        compound = self.map.columns.get("compound")
        if compound is None or not str(compound[row]) or str(compound[row]).startswith("NAME:"):
            return []
        smiles = self.lab.entities.compound(str(compound[row])).smiles
        if not smiles:
            return []
        drawing = self.lab.molecules.depict(smiles, dark=pn.config.theme == "dark")
        fit = ["svg {width: 100%; height: auto; max-height: 220px}"]
        return [pn.pane.HTML(drawing, stylesheets=fit, sizing_mode="stretch_width")]

    def _wells(self, entity: str) -> list[Any]:
        """Replicate wells, the plate of the first one and its image where there is one."""
        wells = self.lab.maps.replicates(self.map.map_id, entity)
        if len(wells) == 0:
            return []
        plates = list(dict.fromkeys(wells["plate"]))
        chooser = pmui.Select(label="Plate", options=plates, value=plates[0], size="small", sizing_mode="stretch_width")
        place = pn.Column(sizing_mode="stretch_width")

        def draw(_event: Any = None) -> None:
            plate = chooser.value
            table = self.lab.maps.plate(self.map.map_id, plate)
            marked = wells.loc[wells["plate"] == plate, "well"].iloc[0]
            place[:] = [PlateHeatmap(table, "strength", title=f"plate {plate}", marked=marked).panel()]
            place.extend(self._image(plate, marked))

        chooser.param.watch(self.frame.guard(draw), "value")
        draw()
        return [_heading(f"{len(wells)} replicate wells on {len(plates)} plates"), chooser, place]

    def _image(self, plate: str, well: str) -> list[Any]:
        images = self.lab.data.images(dataset=self.map.dataset, plate=plate, well=well)
        if not images:
            return []
        from workbench.views.image import composite

        array, channels = self.lab.data.image(images[0]["image_id"])
        return [_heading("Image of this well"), pn.pane.HTML(composite(array, channels), sizing_mode="stretch_width")]

    def _selected(self, rows: np.ndarray, name: str = "") -> None:
        """The count at once; the table's first page with the next turn."""
        n = len(rows)
        shown = f" · cohort “{name}”" if name else ""
        self.count.object = _counted(n, len(self.map), shown) if n else _hint(len(self.map))
        _next(self._fill_table)

    def _fill_table(self) -> None:
        rows = self.view.selected
        for widget in (self.cohort_name, self.save, self.clear):
            widget.disabled = len(rows) == 0
        if len(rows) == 0:
            self.table_place[:] = []
            return
        table = self.view.data(rows[:TABLE_ROWS])
        keep = [c for c in ("label", *SHOWN, "n_replicates", "agreement", "p", "q", "cell_count") if c in table]
        note = (
            [] if len(rows) <= TABLE_ROWS else [_quiet(f"The first {TABLE_ROWS:,} rows; CSV gives all {len(rows):,}.")]
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

    def _clear(self, _event: Any) -> None:
        self.view.select(np.zeros(0, dtype=np.int64))
        self.frame.update_url(cohort="")
        self._selected(self.view.selected)


def _chooser(maps: list[dict[str, Any]], current: str, frame: Frame) -> Any:
    options = {f"{'✓' if row['accepted'] else '✕'} {row['title']}": row["map_id"] for row in maps}
    chooser = pmui.Select(label="Map", options=options, value=current, size="small", width=250)
    chooser.param.watch(frame.guard(lambda event: frame.go("/explore", map=event.new)), "value")
    return chooser


def _refused(row: dict[str, Any], maps: list[dict[str, Any]], frame: Frame) -> Content:
    body = pn.pane.HTML(refused_html(row["title"], row["quality"]), sizing_mode="stretch_width")
    main = pn.Column(_chooser(maps, row["map_id"], frame), body, sizing_mode="stretch_width")
    return Content(
        f"{row['title']}: no map is drawn", main, (row["dataset"], "refused"),
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


def _next(function: Callable[[], None]) -> None:
    """Run with the session's next turn, so that what is on screen so far goes out first; at once without a session."""
    document = pn.state.curdoc
    if document is not None and document.session_context is not None:
        document.add_next_tick_callback(partial(function))
    else:
        function()


def _useful(map_: Any, name: str) -> bool:
    column = np.asarray(map_.columns.get(name, map_.evidence.get(name)))
    if column.dtype.kind == "f":
        return bool(np.isfinite(column).any())
    return len(np.unique(column[:5000])) > 1


def _entity_link(map_: Any, row: int) -> str:
    for kind in ("gene", "compound"):
        column = map_.columns.get(kind)
        if column is not None and str(column[row]):
            return link("/entity", kind=kind, id=str(column[row]))
    return ""


def _heading(text: str) -> Any:
    return pn.pane.HTML(f'<div style="font-weight:600;font-size:14px">{text}</div>', margin=(14, 0, 4, 0))


def _quiet(text: str) -> Any:
    return pn.pane.HTML(f'<div style="font-size:13px;opacity:.7">{text}</div>', margin=(0, 10))


def _hint(n: int) -> str:
    text = f"Drag around some of the {n:,} points, or click one."
    return f'<span style="opacity:.7">{text}</span>'


def _counted(n: int, of: int, shown: str) -> str:
    return f'<span class="selected-count" style="font-size:15px"><b>{n:,}</b> of {of:,} selected{shown}</span>'


_EMPTY = """<div style="opacity:.75;font-size:14px;line-height:1.5">
<p><b>Click a point</b>, or find one by name, to see its nearest neighbours with their evidence, its replicate wells on
the plate, and what can be asked of the virtual cell.</p></div>"""
