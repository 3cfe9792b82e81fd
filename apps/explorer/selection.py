"""The inspector on a selection: what it holds more of than its map, how alike it is, where it lies on the plates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import panel as pn
import panel_material_ui as pmui

from apps.explorer.parts import heading, quiet
from workbench.views.enrichment import EnrichmentTable
from workbench.views.frame.pages import Frame
from workbench.views.plate_heatmap import PlateHeatmap, is_plate_well
from workbench.views.relation_heatmap import RelationHeatmap

if TYPE_CHECKING:
    from apps.explorer.answerable import Answerable
    from workbench.lab import Lab
    from workbench.nouns import Map

AT_ONCE = 100_000  # entities of a map up to which over-representation is tested without being asked
MOST_WELLS_OF = 3_000
MOST_IMAGES = 6


class SelectionPanel:
    """What is special about some rows of a map."""

    def __init__(self, lab: Lab, map_: Map, frame: Frame, answerable: Callable[[], Answerable]) -> None:
        self.lab, self.map, self.frame, self.answerable = lab, map_, frame, answerable

    def head(self, rows: np.ndarray) -> Any:
        """How many, and of what: what can be shown at once."""
        kind = self.map.entity_kind
        q = np.asarray(self.map.evidence.get("q", np.full(len(self.map), np.nan)), dtype=float)[rows]
        active = f"{int((q < 0.05).sum()):,} with q < 0.05" if np.isfinite(q).any() else "no replicate test"
        return pn.pane.HTML(
            f'<div style="font-size:20px;font-weight:600">{len(rows):,} selected</div>'
            f'<div style="font-size:13px;opacity:.75">of {len(self.map):,} ({kind}) · {active}</div>', margin=0,
        )  # fmt: skip

    def parts(self, rows: np.ndarray) -> list[Any]:
        """Everything that has to be looked up or computed."""
        return [*self._queue(rows), *self._enrichment(rows), *self._relations(rows), *self._plates(rows)]

    def _queue(self, rows: np.ndarray) -> list[Any]:
        found = {}
        answerable = self.answerable()
        for row in rows[:MOST_WELLS_OF]:
            address = answerable.address(int(row))
            if address:
                found.setdefault(self.map.labels[row], address)
        if not found:
            return [quiet("No task of the virtual cell covers these, so they cannot be queued from here.")]
        names = sorted(found)
        chooser = pmui.Select(
            label=f"{len(names):,} can be queued", options=names, value=names[0], size="small", width=150,
            margin=(6, 6, 6, 0),
        )  # fmt: skip
        button = pmui.Button(
            label="Queue as hypothesis", variant="contained", size="small", sizing_mode="stretch_width",
            margin=(12, 0, 6, 0), description="Ask the virtual cell first, then queue what it predicts",
        )  # fmt: skip
        button.on_click(lambda _event: self.frame.go("/cell", **found[chooser.value]))
        return [pn.Row(chooser, button, sizing_mode="stretch_width")]

    def _enrichment(self, rows: np.ndarray) -> list[Any]:
        title = heading("Over-represented")
        if len(self.map) <= AT_ONCE:
            return [title, EnrichmentTable(self.lab.maps.enrich(self.map.map_id, rows)).panel()]
        place = pn.Column(sizing_mode="stretch_width")
        button = pmui.Button(label="Test gene sets and annotations", variant="outlined", size="small")

        def test(_event: Any) -> None:
            place[:] = [EnrichmentTable(self.lab.maps.enrich(self.map.map_id, rows)).panel()]

        button.on_click(self.frame.guard(test))
        place[:] = [button]
        return [title, place]

    def _relations(self, rows: np.ndarray) -> list[Any]:
        if len(rows) < 2 or self.map.vectors.shape[1] == 0:
            return []
        table = self.lab.maps.relations(self.map.map_id, rows)
        return [heading("How alike they are"), RelationHeatmap(table).panel()]

    def _plates(self, rows: np.ndarray) -> list[Any]:
        """The plate with most wells of the selection; another by the chooser; images where there are any."""
        if len(rows) > MOST_WELLS_OF:
            return [heading("Wells"), quiet(f"Plates are drawn for selections of up to {MOST_WELLS_OF:,}.")]
        wells = self.lab.maps.wells(self.map.map_id, rows)
        wells = wells[wells["well"].map(is_plate_well).astype(bool)]
        if len(wells) == 0:
            return []
        counts = wells["plate"].value_counts()
        options = {f"{plate} · {n:,} of these wells": plate for plate, n in counts.items()}
        chooser = pmui.Select(
            label="Plate", options=options, value=counts.index[0], size="small", sizing_mode="stretch_width"
        )
        place = pn.Column(sizing_mode="stretch_width")

        def draw(_event: Any = None) -> None:
            table = self.lab.maps.plate(self.map.map_id, chooser.value)
            marked = wells.loc[wells["plate"] == chooser.value, "well"].tolist()
            place[:] = [PlateHeatmap(table, "strength", title=f"plate {chooser.value}", marked=marked).panel()]
            place.extend(self._images(chooser.value, marked))

        chooser.param.watch(self.frame.guard(draw), "value")
        draw()
        return [heading(f"{len(wells):,} wells on {len(counts):,} plates"), chooser, place]

    def _images(self, plate: str, wells: list[str]) -> list[Any]:
        known = self.lab.data.images(dataset=self.map.dataset, plate=plate)
        images = [image for image in known if image["Metadata_Well"] in set(wells)][:MOST_IMAGES]
        if not images:
            return []
        from workbench.views.image import composite

        drawn = [composite(*self.lab.data.image(image["image_id"])) for image in images]
        return [heading("Images of these wells"), *[pn.pane.HTML(text, sizing_mode="stretch_width") for text in drawn]]
