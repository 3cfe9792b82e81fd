"""A data set: what it is, where it came from, how much was refused."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from workbench.nouns import Dataset
from workbench.views import view
from workbench.views.style.parts import chip, html

if TYPE_CHECKING:
    import pandas as pd


@view(Dataset)
class DatasetView:
    """The card of one data set."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset

    def data(self) -> pd.DataFrame:
        """One row a fact."""
        import pandas as pd

        return pd.DataFrame(self._facts(), columns=["fact", "value"])

    def python(self) -> str:
        """The line that draws this in a notebook."""
        return f"wb.draw(lab.data.get({self.dataset.dataset!r}))"

    def panel(self) -> Any:
        """Title, marks and facts."""
        found = self.dataset
        state = ("imported", "good") if found.imported_at else ("not imported", "warn")
        marks = chip(found.modality) + chip(*state)
        marks += chip("simulated", "simulated") if found.simulated else ""
        rows = "".join(
            f'<tr><td class="muted" style="width:110px">{escape(name)}</td>'
            f'<td style="overflow-wrap:anywhere">{escape(value)}</td></tr>'
            for name, value in self._facts()
            if value
        )
        return html(
            f'<div class="card"><h3>{escape(found.title)}</h3><div>{marks}</div><table class="plain">{rows}</table></div>'
        )

    def _facts(self) -> list[tuple[str, str]]:
        found = self.dataset
        tables = ", ".join(f"{n:,} {name}" for name, n in found.quality.get("counts", {}).items())
        when = f"{found.imported_at:%Y-%m-%d %H:%M} UTC" if found.imported_at else ""
        rejected = found.quality.get("rejected", 0)
        return [
            ("Readout", found.readout), ("Units", found.units), ("Controls", found.controls), ("Rows", tables),
            ("Refused", f"{rejected:,} rows, kept with reasons" if rejected else ""), ("Licence", found.licence),
            ("Source", found.source), ("Cite", found.citation), ("Imported", when), ("Checksum", found.sha256[:16]),
        ]  # fmt: skip
