"""A molecule: its 2D drawing and the facts that identify it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.kernels.molecules import depict
from workbench.nouns import Molecule
from workbench.views import view
from workbench.views.style.numbers import significant, text
from workbench.views.style.parts import html

if TYPE_CHECKING:
    import pandas as pd


@view(Molecule)
class MoleculeView:
    """Draws a Molecule; `address` is the page of its compound, when the catalog has one."""

    def __init__(self, molecule: Molecule, *, dark: bool = False, address: str = "") -> None:
        self.molecule = molecule
        self.dark = dark
        self.address = address

    def panel(self) -> Any:
        """Drawing above facts."""
        return html(f'<div class="card" style="max-width:420px">{self.drawing()}{self.facts_html()}</div>')

    def data(self) -> pd.DataFrame:
        """The facts drawn, one a row."""
        import pandas as pd

        return pd.DataFrame(self.facts(), columns=["fact", "value"])

    def python(self) -> str:
        """The line that draws this in a notebook."""
        return f"wb.draw(lab.molecules.parse({self.molecule.smiles!r}))"

    def facts(self) -> list[tuple[str, str]]:
        """Name and value of everything known from the structure alone."""
        molecule = self.molecule
        charge = f"{molecule.charge:+d}".replace("-", "−") if molecule.charge else "0"
        n_heavy = int((molecule.numbers > 1).sum())
        return [
            ("Formula", molecule.formula), ("Weight", f"{significant(molecule.weight, 4)} g/mol"),
            ("Charge", charge), ("Atoms", f"{molecule.n_atoms} ({n_heavy} heavy)"),
            ("InChIKey", molecule.inchikey), ("SMILES", molecule.smiles),
        ]  # fmt: skip

    def drawing(self) -> str:
        """The 2D structure as SVG that fills its place."""
        svg = depict(self.molecule.smiles, dark=self.dark, width=320, height=230)
        name = text(self.molecule.name or self.molecule.smiles)
        head = f'<svg role="img" aria-label="Structure of {name}" style="width:100%;height:auto;display:block" '
        return svg.replace("<svg ", head, 1)

    def facts_html(self) -> str:
        """The facts as a table; long ones are cut, with the full text on hover."""
        rows = "".join(
            f'<tr><td class="muted" style="width:76px">{text(name)}</td>'
            f'<td class="cut" style="max-width:0" title="{text(value)}">{text(value)}</td></tr>'
            for name, value in self.facts()
        )
        more = f'<p style="margin:10px 0 0"><a href="{text(self.address)}">Open the compound’s page →</a></p>'
        return f'<table class="plain">{rows}</table>{more if self.address else ""}'
