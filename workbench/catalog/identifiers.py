"""From what people write to what the catalog knows: gene aliases, compound names, InChIKeys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.catalog.search import find
from workbench.errors import UnknownNameError
from workbench.nouns import Compound, Gene, Perturbation

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

_GENE = """
SELECT Metadata_Symbol AS symbol, max(Metadata_NCBI_Gene_ID) AS ncbi_gene_id,
       arg_max(title, CASE WHEN title = '' THEN 0 WHEN dataset = 'hgnc' THEN 2 ELSE 1 END) AS title,
       list_sort(list_distinct(flatten(list(aliases)))) AS aliases
FROM lake.gene
WHERE upper(Metadata_Symbol) = upper($1) OR list_contains(list_transform(aliases, x -> upper(x)), upper($1))
GROUP BY 1 ORDER BY upper(Metadata_Symbol) <> upper($1) LIMIT 1
"""
_PERTURBED = "SELECT 1 FROM lake.perturbation WHERE list_contains(genes, $1) LIMIT 1"
_RELATED = "SELECT 1 FROM lake.network_edge WHERE source = $1 OR target = $1 LIMIT 1"
_COMPOUND = """
SELECT c.Metadata_InChIKey AS inchikey, min(c.Metadata_Name) AS name, min(c.Metadata_SMILES) AS smiles,
       list_sort(list_distinct(flatten(list(c.aliases)))) AS aliases,
       list_sort(list_distinct(flatten(list(c.targets)))) AS targets,
       list_sort(list_distinct(flatten(list(c.mechanisms)))) AS mechanisms, max(c.pubchem_cid) AS pubchem_cid
FROM lake.compound c WHERE c.Metadata_InChIKey = $1 OR lower(c.Metadata_Name) = lower($1) GROUP BY 1
ORDER BY inchikey <> $1, name LIMIT 1
"""
_PERTURBATIONS = """
SELECT perturbation_id, min(kind) AS kind, min(Metadata_Name) AS Metadata_Name, min(genes) AS genes,
       min(compounds) AS compounds, min(dose_um) AS dose_um
FROM lake.perturbation WHERE list_contains({column}, $1) GROUP BY 1 ORDER BY kind, perturbation_id
"""


def find_gene(catalog: Catalog, name: str) -> Gene:
    """The gene of a symbol or alias. Raises UnknownNameError with the nearest names."""
    rows = catalog.lake.rows(_GENE, [name])
    if rows:
        row = rows[0]
        return Gene(row["symbol"], row["title"] or "", row["ncbi_gene_id"], tuple(sorted(row["aliases"] or ())))
    for sql in (_PERTURBED, _RELATED):
        if catalog.lake.rows(sql, [name]):
            return Gene(name)
    raise _unknown(catalog, name, "gene")


def find_compound(catalog: Catalog, key: str) -> Compound:
    """The compound of an InChIKey (or `NAME:…`) or name. Raises UnknownNameError with the nearest names."""
    rows = catalog.lake.rows(_COMPOUND, [key])
    if not rows:
        raise _unknown(catalog, key, "compound")
    row = rows[0]
    cid = row["pubchem_cid"]
    return Compound(
        row["inchikey"], row["name"] or "", row["smiles"] or "", tuple(sorted(row["aliases"] or ())),
        tuple(sorted(row["targets"] or ())), tuple(sorted(row["mechanisms"] or ())), None if cid is None else int(cid),
    )  # fmt: skip


def perturbations_with(catalog: Catalog, *, gene: str | None = None, compound: str | None = None) -> list[Perturbation]:
    """Every perturbation that involves a gene or a compound."""
    from workbench.catalog.responses import perturbation_of

    sql = _PERTURBATIONS.format(column="genes" if gene else "compounds")
    return [perturbation_of(row) for row in catalog.lake.rows(sql, [gene or compound])]


def compounds_of_target(catalog: Catalog, symbol: str) -> list[dict[str, Any]]:
    """Compounds annotated with a gene as target: inchikey, name."""
    sql = (
        "SELECT Metadata_InChIKey AS inchikey, min(Metadata_Name) AS name FROM lake.compound "
        "WHERE list_contains(targets, $1) GROUP BY 1 ORDER BY 2"
    )
    return catalog.lake.rows(sql, [symbol])


def _unknown(catalog: Catalog, name: str, kind: str) -> UnknownNameError:
    near = [hit.label for hit in find(catalog, name, 12) if hit.kind == kind][:3]
    hint = f"Did you mean {', '.join(near)}?" if near else "Nothing like it is in the catalog."
    return UnknownNameError(f"no {kind} is called {name!r}.", hint=hint)
