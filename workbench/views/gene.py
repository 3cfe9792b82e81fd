"""A gene: symbol, name, identifiers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from workbench.nouns import Gene
from workbench.views import view
from workbench.views.style.parts import chip, html, outside

if TYPE_CHECKING:
    import pandas as pd

SIMULATED = "simulated gene"
SOURCES = {
    "HGNC": "https://www.genenames.org/tools/search/#!/?query={}",
    "UniProt": "https://www.uniprot.org/uniprotkb?query=gene_exact:{}+AND+organism_id:9606",
    "Ensembl": "https://www.ensembl.org/Homo_sapiens/Gene/Summary?g={}",
}


@view(Gene)
class GeneView:
    """The header of a gene's page; `facts` are short phrases on what the catalog holds about it."""

    def __init__(self, gene: Gene, *, facts: Sequence[str] = ()) -> None:
        self.gene, self.facts = gene, tuple(facts)

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
        """Name, aliases, facts about it, and where to read more."""
        gene = self.gene
        simulated = gene.title == SIMULATED
        name = escape(gene.title) or "HGNC lists no protein-coding gene of this symbol: it may be an older name."
        also = f'<p class="muted">Also {escape(", ".join(gene.aliases))}</p>' if gene.aliases else ""
        mark = chip("simulated", "simulated") if simulated else ""
        facts = f"<p>{escape(' · '.join(self.facts))}</p>" if self.facts else ""
        return html(
            f'<div class="card"><h2>{escape(gene.symbol)} {mark}</h2><p>{name}</p>{also}{facts}'
            f"{'' if simulated else self._sources()}</div>"
        )

    def _sources(self) -> str:
        """Links to public pages of the gene; nothing is fetched before somebody clicks."""
        gene = self.gene
        pages = {name: address.format(quote(gene.symbol)) for name, address in SOURCES.items()}
        if gene.ncbi_gene_id:
            pages = {f"NCBI Gene {gene.ncbi_gene_id}": f"https://www.ncbi.nlm.nih.gov/gene/{gene.ncbi_gene_id}"} | pages
        links = " · ".join(outside(address, name) for name, address in pages.items())
        return f'<p class="small muted" style="margin:0">Read more: {links}</p>'
