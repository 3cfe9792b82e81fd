"""A gene: symbol, name, identifiers."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from workbench.nouns import Gene
from workbench.views import view
from workbench.views.style.parts import chip, html

if TYPE_CHECKING:
    import pandas as pd


@view(Gene)
class GeneView:
    """The header of a gene's page."""

    def __init__(self, gene: Gene) -> None:
        self.gene = gene

    def data(self) -> pd.DataFrame:
        """One row: symbol, name, NCBI id, aliases."""
        import pandas as pd

        gene = self.gene
        row = {"symbol": gene.symbol, "name": gene.title, "ncbi_gene_id": gene.ncbi_gene_id}
        return pd.DataFrame([row | {"aliases": ", ".join(gene.aliases)}])

    def python(self) -> str:
        """The line that draws this in a notebook."""
        return f"wb.draw(lab.entities.gene({self.gene.symbol!r}))"

    def panel(self) -> Any:
        """Name, aliases and identifiers."""
        gene = self.gene
        marks = chip(f"NCBI gene {gene.ncbi_gene_id}") if gene.ncbi_gene_id else ""
        marks += "".join(chip(alias, title="alias") for alias in gene.aliases)
        marks += chip("simulated", "simulated") if gene.title == "simulated gene" else ""
        name = escape(gene.title) or "no name in the catalog"
        return html(
            f'<div class="card"><h3>{escape(gene.symbol)}</h3><p class="muted">{name}</p><div>{marks}</div></div>'
        )
