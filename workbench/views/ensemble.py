"""A conformer ensemble: 3D viewer, table, energies and RMSD map; choosing a conformer in one marks it in all."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.kernels.ensemble_sdf import ensemble_sdf
from workbench.kernels.molecules import depict
from workbench.nouns import ConformerEnsemble
from workbench.views import view
from workbench.views.components.viewer3d import Viewer3D
from workbench.views.ensemble_plots import EnergyStrip, RmsdMap, energy_colours
from workbench.views.style.numbers import count, text
from workbench.views.style.parts import html

if TYPE_CHECKING:
    import pandas as pd

OVERLAY = {"Selected": 0, "10 lowest": 10, "All": 50}
_TITLES = {
    "conformer": "No.", "energy": "ΔE, kcal/mol", "weight": "Weight, %", "rmsd": "RMSD to 1, Å",
    "converged": "Converged", "stereo": "Stereo",
}  # fmt: skip

_HEADER_STYLE = ".tabulator-col-title { white-space: normal !important; } .tabulator-row { cursor: pointer; }"


@view(ConformerEnsemble)
class EnsembleView:
    """Draws a ConformerEnsemble; `on_select(i)` hears which conformer was chosen, counted from 0."""

    def __init__(
        self, ensemble: ConformerEnsemble, *, dark: bool = False, height: int = 440,
        on_select: Callable[[int], None] | None = None,
    ) -> None:  # fmt: skip
        self.ensemble = ensemble
        self.on_select = on_select
        self.selected = [0]
        self._busy = False
        colours = energy_colours(ensemble)
        self.viewer = Viewer3D(
            sdf=ensemble_sdf(ensemble), shown=[0], selected=0, colours=colours, notes=self._notes(), height_px=height,
            title=f"{len(ensemble)} conformers of {ensemble.molecule.name or ensemble.molecule.smiles} in 3D",
            fallback=depict(ensemble.molecule.smiles, dark=dark), file_name=self.file_name(),
            sizing_mode="stretch_width", margin=0, height=height,
        )  # fmt: skip
        self.strip = EnergyStrip(ensemble, colours, self.choose, dark=dark) if ensemble.energies is not None else None
        self.map = (
            RmsdMap(ensemble, self.choose, dark=dark) if ensemble.rmsd is not None and len(ensemble) > 1 else None
        )
        self.overlay = "Selected"
        self.table = self._table()
        self.viewer.param.watch(lambda event: self.choose(event.new), "selected")

    def panel(self) -> Any:
        """Controls, viewer, sentence, table and plots, one below the other."""
        return self._stack(self.controls(), self.viewer, self.details())

    def details(self) -> Any:
        """What stands below the picture: sentence, warnings, table, plots and downloads."""
        import panel as pn

        plots = [part.panel() for part in (self.strip, self.map) if part is not None]
        side = [pn.FlexBox(*plots, gap="18px", sizing_mode="stretch_width", margin=0)] if plots else []
        return self._stack(html(self.sentence()), *self.warnings(), self.table, *side, self.downloads())

    def data(self) -> pd.DataFrame:
        """One row a conformer: number, relative energy, weight in %, RMSD to the lowest, converged, stereo."""
        import pandas as pd

        ensemble, n = self.ensemble, len(self.ensemble)
        table = {"conformer": np.arange(1, n + 1)}
        if ensemble.energies is not None:
            table["energy"] = ensemble.energies
        if ensemble.weights is not None:
            table["weight"] = 100 * ensemble.weights
        if ensemble.rmsd is not None:
            table["rmsd"] = ensemble.rmsd[:, 0].astype(float)
        if ensemble.converged is not None:
            table["converged"] = np.where(ensemble.converged, "yes", "no")
        if ensemble.stereo_ok is not None:
            asked = bool(ensemble.report.get("stereo_asked"))
            table["stereo"] = np.where(ensemble.stereo_ok, "as asked" if asked else "–", "wrong")
        return pd.DataFrame(table)

    def python(self) -> str:
        """The line that draws this in a notebook."""
        return f"wb.draw(lab.molecules.ensemble({self.ensemble.ensemble_id!r}))"

    def sentence(self) -> str:
        """What the ensemble says, with the energy model beside every weight."""
        ensemble = self.ensemble
        report = ensemble.report
        n = len(ensemble)
        parts = [f"<b>{count(n, 'distinct conformer')}</b> from {report.get('n_tried', n)} attempts"]
        if ensemble.weights is not None:
            heavy = int(np.searchsorted(np.cumsum(np.sort(ensemble.weights)[::-1]), 0.9)) + 1
            spread = float(ensemble.energies.max())
            holds = "it holds" if n == 1 else "one of them holds" if heavy == 1 else f"{min(heavy, n)} of them hold"
            parts.append(
                f"{holds} 90 % of the Boltzmann weight at 298.15 K ({text(ensemble.energy_model)}, gas phase); all lie within "
                f"{spread:.1f} kcal/mol"
            )
        if report.get("n_duplicates"):
            parts.append(f"{count(report['n_duplicates'], 'duplicate')} merged")
        if report.get("n_wrong_stereo"):
            parts.append(f"{report['n_wrong_stereo']} with wrong stereo set aside")
        return f"<div>{'; '.join(parts)}.</div>"

    def warnings(self) -> list[Any]:
        """What to know before trusting the numbers, in words."""
        report = self.ensemble.report
        notes = [*report.get("notes", []), *report.get("embedding_notes", [])]
        n_open = 0 if self.ensemble.converged is None else int((~self.ensemble.converged).sum())
        if n_open:
            notes.append(f"{count(n_open, 'conformer')} not fully relaxed: energy may fall further")
        if not notes:
            return []
        lines = "".join(f"<li>{text(note[0].upper() + note[1:])}.</li>" for note in notes)
        return [html(f'<ul class="muted small" style="margin:0;padding-left:18px">{lines}</ul>')]

    def choose(self, i: int) -> None:
        """Select one conformer everywhere."""
        self.select([i])

    def select(self, rows: list[int]) -> None:
        """Select conformers; the last one is drawn strongly."""
        rows = [int(i) for i in rows if 0 <= i < len(self.ensemble)]
        if self._busy or not rows:
            return
        self._busy = True
        try:
            self.selected = rows
            if self.table.selection != rows:
                self.table.selection = rows
            self.viewer.param.update(selected=rows[-1], shown=self._shown())
            for part in (self.strip, self.map):
                if part is not None:
                    part.mark(rows[-1])
        finally:
            self._busy = False
        if self.on_select is not None:
            self.on_select(rows[-1])

    def set_overlay(self, name: str) -> None:
        """Draw the selected conformers alone, or over the lowest ones: a key of OVERLAY."""
        self.overlay = name
        self.viewer.shown = self._shown()

    def controls(self) -> Any:
        """How the 3D picture is drawn."""
        import panel as pn
        import panel_material_ui as pmui

        overlay = pmui.RadioButtonGroup(
            options=list(OVERLAY),
            value=self.overlay,
            size="small",
            margin=(4, 0),
            width=280,
            disabled=len(self.ensemble) < 2,
            sx={"& .MuiToggleButton-root": {"whiteSpace": "nowrap"}},
        )
        overlay.param.watch(lambda event: self.set_overlay(event.new), "value")
        look = {"size": "small", "width": 104, "margin": (4, 0)}
        style = pmui.Select(label="Style", options={"Sticks": "stick", "Balls": "ball", "Lines": "line"}, **look)
        colour = pmui.Select(
            label="Colour", options={"Elements": "element", "Energy": "conformer"}, **(look | {"width": 128})
        )
        hydrogens = pmui.Select(label="Hydrogens", options={"Polar": "polar", "All": "all", "None": "none"}, **look)
        measure = pmui.Switch(label="Measure", value=False, size="small", margin=(8, 0))
        for widget, name in ((style, "style"), (colour, "colour"), (hydrogens, "hydrogens"), (measure, "measure")):
            widget.link(self.viewer, value=name)
        return pn.FlexBox(
            overlay, style, colour, hydrogens, measure, align_items="center", gap="12px", margin=0,
            sizing_mode="stretch_width",
        )  # fmt: skip

    def downloads(self) -> Any:
        """SDF of all or of the selected conformers, and the table as CSV."""
        import panel as pn
        import panel_material_ui as pmui

        def sdf() -> io.BytesIO:
            return io.BytesIO(ensemble_sdf(self.ensemble).encode())

        def chosen() -> io.BytesIO:
            return io.BytesIO(ensemble_sdf(self.ensemble, np.array(sorted(self.selected))).encode())

        def csv() -> io.BytesIO:
            return io.BytesIO(self.data().to_csv(index=False).encode())

        name = self.file_name()
        made = [
            pmui.FileDownload(callback=f, filename=file, label=label, variant="outlined", size="small", margin=0)
            for f, file, label in (
                (sdf, f"{name}.sdf", "SDF, all"), (chosen, f"{name}-selected.sdf", "SDF, selected"),
                (csv, f"{name}.csv", "CSV"),
            )
        ]  # fmt: skip
        return pn.FlexBox(*made, gap="10px", margin=0, sizing_mode="stretch_width")

    def file_name(self) -> str:
        """A safe name for downloads."""
        name = self.ensemble.molecule.name or self.ensemble.molecule.inchikey
        return "".join(c if c.isalnum() else "-" for c in name).strip("-").lower()[:60] or "conformers"

    def _stack(self, *parts: Any) -> Any:
        import panel as pn

        return pn.Column(*parts, sizing_mode="stretch_width", margin=0, styles={"gap": "12px"})

    def _shown(self) -> list[int]:
        lowest = range(min(OVERLAY[self.overlay], len(self.ensemble)))
        return sorted({*lowest, *self.selected})

    def _table(self) -> Any:
        import panel as pn

        table = self.data()
        right = [name for name in ("conformer", "energy", "weight", "rmsd") if name in table]
        places = {"energy": "0.00", "weight": "0.00", "rmsd": "0.00"}
        from bokeh.models import NumberFormatter

        grid = pn.widgets.Tabulator(
            table, show_index=False, disabled=True, selectable=True, selection=[0], pagination="local", page_size=10,
            layout="fit_columns", sizing_mode="stretch_width", widths={"conformer": 64},
            stylesheets=[_HEADER_STYLE], titles={k: v for k, v in _TITLES.items() if k in table},
            text_align=dict.fromkeys(right, "right"), header_align=dict.fromkeys(right, "right"), margin=0,
            formatters={name: NumberFormatter(format=form) for name, form in places.items()
                        if name in table},
        )  # fmt: skip
        grid.param.watch(lambda event: self.select(list(event.new)), "selection")
        return grid

    def _notes(self) -> list[str]:
        ensemble = self.ensemble
        notes = []
        for i in range(len(ensemble)):
            note = f"Conformer {i + 1} of {len(ensemble)}"
            if ensemble.energies is not None:
                note += f", ΔE {ensemble.energies[i]:.2f} kcal/mol ({ensemble.energy_model})"
            notes.append(note)
        return notes
