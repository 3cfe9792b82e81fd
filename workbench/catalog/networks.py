"""Relations between genes, and gene sets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from workbench.catalog.store import Catalog


def relations_of(catalog: Catalog, symbol: str) -> pd.DataFrame:
    """Edges that touch a gene: network, source, target, directed, sign, evidence."""
    sql = (
        "SELECT network, source, target, directed, sign, evidence FROM lake.network_edge "
        "WHERE source = $1 OR target = $1 ORDER BY network, source, target"
    )
    return catalog.lake.query(sql, [symbol]).to_pandas()


def read_edges(catalog: Catalog, networks: list[str]) -> pa.Table:
    """Edges of some networks: network, source, target, directed, sign, weight, evidence."""
    sql = (
        "SELECT network, source, target, directed, sign, weight, evidence FROM lake.network_edge "
        "WHERE list_contains($1, network) ORDER BY network, source, target"
    )
    return catalog.lake.query(sql, [networks])


def read_relations(catalog: Catalog, *, directed: bool) -> pa.Table:
    """Every edge of the directed or of the undirected networks: network, source, target, sign, evidence; no self edges."""
    sql = (
        "SELECT network, source, target, coalesce(max(sign), 0) AS sign, coalesce(max(evidence), '') AS evidence "
        "FROM lake.network_edge WHERE directed = $1 AND source <> target GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    return catalog.lake.query(sql, [directed])


def relations_stamp(catalog: Catalog) -> str:
    """What changes when a network or a collection of gene sets is imported anew."""
    sql = (
        "SELECT string_agg(dataset || sha256, '|' ORDER BY dataset, sha256) FROM lake.dataset "
        "WHERE modality IN ('relations', 'gene sets') OR simulated"
    )
    return catalog.lake.value(sql) or ""


def pubmed_ids(evidence: str) -> tuple[str, ...]:
    """PubMed ids of an edge's evidence, e.g. of `PMID:19255421,8631989`; none where it names no paper."""
    return tuple(re.findall(r"\d+", evidence.partition("PMID:")[2]))


def network_names(catalog: Catalog) -> dict[str, int]:
    """Networks in the lake with their number of edges."""
    sql = "SELECT network, count(*) AS n FROM lake.network_edge GROUP BY 1 ORDER BY 1"
    return {row["network"]: row["n"] for row in catalog.lake.rows(sql)}


def read_gene_sets(catalog: Catalog, collection: str) -> dict[str, list[str]]:
    """Genes of every set of a collection."""
    sql = (
        "SELECT gene_set, list(Metadata_Symbol ORDER BY 1) AS genes FROM lake.gene_set WHERE collection = $1 GROUP BY 1"
    )
    rows = catalog.lake.rows(f"SELECT * FROM ({sql}) ORDER BY gene_set", [collection])
    return {row["gene_set"]: row["genes"] for row in rows}


def gene_sets_of(catalog: Catalog, symbol: str) -> pd.DataFrame:
    """Sets that hold a gene: collection, gene_set, accession, number of genes."""
    sql = (
        "SELECT s.collection, s.gene_set, s.accession, n.n FROM lake.gene_set s JOIN (SELECT collection, gene_set, "
        "count(*) AS n FROM lake.gene_set GROUP BY 1, 2) n USING (collection, gene_set) "
        "WHERE s.Metadata_Symbol = $1 ORDER BY n.n"
    )
    return catalog.lake.query(sql, [symbol]).to_pandas()


def memberships(catalog: Catalog, symbols: list[str]) -> pa.Table:
    """Sets of every collection that hold one of these genes: collection, gene_set, symbol."""
    sql = (
        "SELECT DISTINCT collection, gene_set, Metadata_Symbol AS symbol FROM lake.gene_set "
        "WHERE Metadata_Symbol IN (SELECT unnest($1::VARCHAR[])) ORDER BY 1, 2, 3"
    )
    return catalog.lake.query(sql, [symbols])
