"""The inspector on one entity: facts, neighbours with their evidence, structure, replicate wells and image."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from apps.explorer.parts import heading, quiet
from workbench.views.frame.pages import Frame, link
from workbench.views.map_facts import point_html
from workbench.views.neighbours import NeighboursTable
from workbench.views.plate_heatmap import PlateHeatmap, is_plate_well

if TYPE_CHECKING:
    from apps.explorer.answerable import Answerable
    from workbench.lab import Lab
    from workbench.nouns import Map


class PointPanel:
    """What is known of one row of a map. `address(perturbation_id)` gives the link of a neighbour."""

    def __init__(
        self, lab: Lab, map_: Map, frame: Frame, answerable: Callable[[], Answerable], address: Callable[[str], str]
    ) -> None:
        self.lab, self.map, self.frame, self.answerable, self.address = lab, map_, frame, answerable, address

    def facts(self, row: int) -> Any:
        """Name, evidence and columns: what can be shown at once."""
        return pn.pane.HTML(point_html(self.map, row, _entity_link(self.map, row)), margin=0)

    def parts(self, row: int) -> list[Any]:
        """Everything that has to be looked up or computed."""
        entity = self.map.entities[row]
        parts: list[Any] = [*self._queue(row), *self._structure(row)]
        if self.map.vectors.shape[1]:
            found = self.lab.maps.neighbours(self.map.map_id, entity, k=12)
            table = NeighboursTable(found, self.lab.maps.null(self.map.map_id), address=self.address)
            parts += [heading("Nearest neighbours"), table.panel()]
            if str(self.map.columns.get("kind", [""] * (row + 1))[row]).startswith("knock") and (
                "chromosome_arm" not in self.map.columns
            ):
                parts.append(quiet("This map has no chromosome arms: neighbours on the same arm are not flagged."))
        return parts + self._wells(entity)

    def _queue(self, row: int) -> list[Any]:
        address = self.answerable().address(row)
        if not address:
            return [quiet("No task of the virtual cell covers it yet, so it cannot be queued from here.")]
        button = pmui.Button(
            label="Queue as hypothesis", variant="contained", size="small", sizing_mode="stretch_width",
            description="Ask the virtual cell first, then queue what it predicts",
        )  # fmt: skip
        button.on_click(lambda _event: self.frame.go("/cell", **address))
        return [button]

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
        wells = wells[wells["well"].map(is_plate_well).astype(bool)]
        if len(wells) == 0:
            return []
        plates = list(dict.fromkeys(wells["plate"]))
        chooser = pmui.Select(label="Plate", options=plates, value=plates[0], size="small", sizing_mode="stretch_width")
        place = pn.Column(sizing_mode="stretch_width")

        def draw(_event: Any = None) -> None:
            plate = chooser.value
            table = self.lab.maps.plate(self.map.map_id, plate)
            marked = wells.loc[wells["plate"] == plate, "well"].tolist()
            place[:] = [PlateHeatmap(table, "strength", title=f"plate {plate}", marked=marked).panel()]
            place.extend(self._image(plate, marked[0]))

        chooser.param.watch(self.frame.guard(draw), "value")
        draw()
        return [heading(f"{len(wells)} replicate wells on {len(plates)} plates"), chooser, place]

    def _image(self, plate: str, well: str) -> list[Any]:
        images = self.lab.data.images(dataset=self.map.dataset, plate=plate, well=well)
        if not images:
            return []
        from workbench.views.image import composite

        array, channels = self.lab.data.image(images[0]["image_id"])
        return [heading("Image of this well"), pn.pane.HTML(composite(array, channels), sizing_mode="stretch_width")]


def _entity_link(map_: Map, row: int) -> str:
    for kind in ("gene", "compound"):
        column = map_.columns.get(kind)
        if column is not None and str(column[row]):
            return link("/entity", kind=kind, id=str(column[row]))
    return ""
