"""What a batch takes to the bench: plate maps, a page a plate to print, lists for liquid handlers, and the stock they need."""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.errors import WorkbenchError
from workbench.views.drop_zone import DropZone
from workbench.views.frame.pages import Frame
from workbench.views.style.parts import html

if TYPE_CHECKING:
    from workbench.lab import Lab
    from workbench.nouns import Experiment

LISTS = ("echo", "opentrons", "hamilton")
SHOWN_PLATES = 6


class Exports:
    """One chooser of forms, one button; what cannot be made says why before anybody clicks."""

    def __init__(self, lab: Lab, item: Experiment, frame: Frame) -> None:
        self.lab, self.item, self.frame = lab, item, frame
        wide = {"size": "small", "sizing_mode": "stretch_width"}
        titles = {title: form for form, title in lab.experiments.export_forms().items()}
        self.form = pmui.Select(label="Take to the bench", options=titles, value="csv", **wide)
        self.volume = pmui.FloatInput(
            label="nL into every well (0: as usual)", value=0.0, start=0, visible=False, **wide,
            description="As usual: 25 nL by Echo, 5 µL by pipette. Wells with a dose get what their stock asks for.",
        )  # fmt: skip
        self.button = pmui.FileDownload(
            callback=self._content, filename=f"{item.handle}.csv", label="Save", variant="outlined", **wide
        )
        self.words = html("")
        self.stock = DropZone(
            frame.guard(self._stock_arrived), accept=".csv,.tsv,.txt,.gz,.parquet", sizing_mode="stretch_width",
            invitation="Drop the table of source plates here, or click to choose it",
        )  # fmt: skip
        self.place = pn.Column(sizing_mode="stretch_width", margin=0)
        self.form.param.watch(lambda _event: self.check(), "value")
        self.volume.param.watch(lambda _event: self.check(), "value")
        self.check()

    def panel(self) -> Any:
        """The chooser, its button, words, the place for stock, and the map of each plate by itself."""
        parts = [html("<h3 style='margin-top:16px'>Plate maps and worklists</h3>"), self.form, self.volume, self.button,
                 self.words, self.place, *self._each()]  # fmt: skip
        return pn.Column(*parts, sizing_mode="stretch_width")

    def check(self) -> None:
        """Make the file once, so that what is missing is said beside the button."""
        form = self.form.value
        self.volume.visible = form in LISTS
        if bool(len(self.place)) != self.volume.visible:
            self.place[:] = [self.stock] if self.volume.visible else []
        try:
            made = self.lab.experiments.export(self.item.handle, form, self.volume.value or None)
        except WorkbenchError as error:
            self.button.disabled = True
            said = escape(f"{error.message} {error.hint}".strip())
            self.words.object = f"<p class='small' style='color:var(--wb-bad)'>{said}</p>"
            return
        self.button.param.update(filename=made.file_name, disabled=False)
        self.words.object = "".join(f"<p class='muted small'>! {escape(note)}</p>" for note in made.notes)

    def _content(self) -> io.BytesIO:
        made = self.lab.experiments.export(self.item.handle, self.form.value, self.volume.value or None)
        return io.BytesIO(made.content)

    def _stock_arrived(self, name: str, content: bytes) -> None:
        folder = self.lab.settings.home / "uploads" / "stock"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(content)
        self.stock.said = ""
        n = self.lab.experiments.import_stock(path, self.frame.person)
        self.stock.said = f"{name}: {n:,} source wells."
        self.check()

    def _each(self) -> list[Any]:
        if len(self.item.plates) > SHOWN_PLATES:
            return []

        def one(barcode: str) -> io.BytesIO:
            return io.BytesIO(self.lab.experiments.plate_csv(barcode).encode())

        return [
            pmui.FileDownload(
                callback=lambda barcode=plate.plate_barcode: one(barcode), filename=f"{plate.plate_barcode}.csv",
                label=f"{plate.plate_barcode}.csv", variant="text", size="small", sizing_mode="stretch_width",
            )
            for plate in self.item.plates
        ]  # fmt: skip
