"""`lab.entities`: genes and compounds, and how they are related."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.catalog import identifiers, networks

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog
    from workbench.nouns import Compound, Gene, Perturbation


class Entities:
    """Everything with a page of its own."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def gene(self, name: str) -> Gene:
        """The gene of a symbol or alias."""
        return identifiers.find_gene(self.catalog, name)

    def compound(self, key: str) -> Compound:
        """The compound of an InChIKey or a name."""
        return identifiers.find_compound(self.catalog, key)

    def perturbations(self, gene: str | None = None, compound: str | None = None) -> list[Perturbation]:
        """Every perturbation that involves the gene or compound."""
        return identifiers.perturbations_with(self.catalog, gene=gene, compound=compound)

    def relations(self, symbol: str) -> pd.DataFrame:
        """Known relations of a gene with their source."""
        return networks.relations_of(self.catalog, symbol)

    def gene_sets(self, symbol: str) -> pd.DataFrame:
        """Gene sets and pathways that hold a gene."""
        return networks.gene_sets_of(self.catalog, symbol)

    def targets(self, inchikey: str) -> list[str]:
        """Annotated targets of a compound."""
        return list(self.compound(inchikey).targets)

    def compounds_of_target(self, symbol: str) -> pd.DataFrame:
        """Compounds annotated with the gene as target: inchikey, name."""
        import pandas as pd

        return pd.DataFrame(identifiers.compounds_of_target(self.catalog, symbol), columns=["inchikey", "name"])
