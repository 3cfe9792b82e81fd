"""A compound: name, structure, mechanisms and annotated targets."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from workbench.kernels.molecules import depict
from workbench.nouns import Compound
from workbench.views import view
from workbench.views.style.parts import chip, html, outside

if TYPE_CHECKING:
    import pandas as pd

MAX_TARGETS = 24


@view(Compound)
class CompoundView:
    """The header of a compound's page; `gene_link(symbol)` gives a target's address."""

    def __init__(
        self, compound: Compound, *, gene_link: Callable[[str], str] | None = None, dark: bool = False
    ) -> None:
        self.compound, self.gene_link, self.dark = compound, gene_link, dark

    def data(self) -> pd.DataFrame:
        """One row: key, name, SMILES, targets, mechanisms."""
        import pandas as pd

        known = self.compound
        row = {"inchikey": known.inchikey, "name": known.name, "smiles": known.smiles, "pubchem_cid": known.pubchem_cid}
        return pd.DataFrame([row | {"targets": ", ".join(known.targets), "mechanisms": ", ".join(known.mechanisms)}])

    def python(self) -> str:
        """The line that draws this in a notebook."""
        return f"wb.draw(lab.entities.compound({self.compound.inchikey!r}))"

    def panel(self) -> Any:
        """Drawing beside the facts."""
        known = self.compound
        drawing = depict(known.smiles, dark=self.dark) if known.smiles else ""
        picture = (
            f'<div style="flex:0 0 300px;max-width:320px">{drawing[drawing.find("<svg") :]}</div>' if drawing else ""
        )
        marks = "".join(chip(name, title="mechanism") for name in known.mechanisms)
        ids = [known.inchikey.removeprefix("NAME:")] if not known.inchikey.startswith("NAME:") else []
        ids += list(known.aliases)
        shown = escape(" · ".join(ids)) + (" · " if ids and known.pubchem_cid else "")
        if known.pubchem_cid:
            address = f"https://pubchem.ncbi.nlm.nih.gov/compound/{known.pubchem_cid}"
            shown += outside(address, f"PubChem {known.pubchem_cid}")
        structure = "" if known.smiles else '<p class="muted small">The structure is not in the catalog.</p>'
        return html(
            f'<div class="card" style="display:flex;gap:20px;flex-wrap:wrap;align-items:flex-start">{picture}'
            f'<div style="flex:1 1 320px;min-width:0;overflow-wrap:anywhere"><h2>{escape(known.name or known.inchikey)}</h2>'
            f"<div>{marks}</div>"
            f'<p class="muted small" style="overflow-wrap:anywhere">{shown}</p>{structure}'
            f"<p>{self._targets()}</p></div></div>"
        )

    def _targets(self) -> str:
        names = self.compound.targets
        if not names:
            return '<span class="muted small">no annotated target</span>'
        shown = [
            f'<a href="{escape(self.gene_link(name))}">{escape(name)}</a>' if self.gene_link else escape(name)
            for name in names[:MAX_TARGETS]
        ]
        more = f" and {len(names) - MAX_TARGETS} more" if len(names) > MAX_TARGETS else ""
        return f"Annotated targets: {', '.join(shown)}{more}"
