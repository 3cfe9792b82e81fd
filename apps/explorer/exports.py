"""Files of what is shown or selected: one chooser, one button."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

if TYPE_CHECKING:
    from workbench.lab import Lab
    from workbench.views.map import MapView

FORMATS = {"CSV": "csv", "Parquet": "parquet", "AnnData": "h5ad", "PNG": "png", "SVG": "svg"}


def exports(lab: Lab, view: MapView) -> Any:
    """The chooser of formats with its button; tables hold the selection when there is one, else the whole map."""
    name = view.map.map_id
    chooser = pmui.Select(
        label="Export as", options=FORMATS, value="csv", size="small", width=104, margin=(10, 0, 10, 5)
    )

    def content() -> io.BytesIO:
        return io.BytesIO(exported(lab, view, chooser.value))

    button = pmui.FileDownload(
        callback=content, filename=f"{name}.csv", label="Save", variant="text", size="small", width=70,
        margin=(12, 0, 0, 0),
    )  # fmt: skip
    chooser.param.watch(lambda event: button.param.update(filename=f"{name}.{event.new}"), "value")
    return pn.Row(chooser, button, width=172, margin=0)


def exported(lab: Lab, view: MapView, kind: str) -> bytes:
    """The bytes of one file."""
    if kind == "svg":
        return view.svg().encode()
    if kind == "png":
        return view.png()
    return lab.maps.export(view.map.map_id, kind, view.selected if len(view.selected) else None)
