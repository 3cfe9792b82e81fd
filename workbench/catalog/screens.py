"""Screens with one score a gene, and what is known of every gene before one is run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from workbench.errors import UnknownNameError

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.catalog.store import Catalog


class Screen(NamedTuple):
    """genes [n], scores [n] with their sign, hits [n]: the published hit list, for judging alone."""

    name: str
    title: str
    genes: np.ndarray
    scores: np.ndarray
    hits: np.ndarray


def screen_names(catalog: Catalog) -> list[str]:
    """Screens in the catalog, by name."""
    sql = "SELECT DISTINCT dataset FROM lake.dataset WHERE modality = 'screen' ORDER BY 1"
    return catalog.lake.query(sql).column(0).to_pylist()


def read_screen(catalog: Catalog, name: str) -> Screen:
    """One screen, sorted by gene. Raises UnknownNameError for a screen that is not imported."""
    rows = catalog.lake.rows(
        "SELECT p.genes[1] AS gene, r.delta[1] AS score, p.annotations, d.title FROM lake.response r "
        "JOIN lake.perturbation p USING (dataset, perturbation_id) JOIN lake.dataset d USING (dataset) "
        "WHERE r.dataset = $1 AND d.modality = 'screen' ORDER BY gene",
        [name],
    )
    if not rows:
        known = ", ".join(screen_names(catalog)) or "none"
        raise UnknownNameError(f"no screen is called {name!r}.", hint=f"Imported: {known}. See `workbench setup`.")
    hits = [bool(json.loads(row["annotations"] or "{}").get("hit", False)) for row in rows]
    return Screen(
        name, rows[0]["title"], np.array([row["gene"] for row in rows]), np.array([row["score"] for row in rows]),
        np.array(hits),
    )  # fmt: skip


def knowledge_stamp(catalog: Catalog) -> str:
    """What changes when a data set that says something of genes is imported anew."""
    sql = (
        "SELECT string_agg(dataset || sha256, '|' ORDER BY dataset, sha256) FROM lake.dataset "
        "WHERE modality IN ('relations', 'gene sets', 'names', 'morphology')"
    )
    return catalog.lake.value(sql) or ""


def gene_titles(catalog: Catalog) -> dict[str, str]:
    """Approved names of genes by symbol; genes without one are left out."""
    sql = "SELECT Metadata_Symbol, max(title) FROM lake.gene WHERE title <> '' GROUP BY 1 ORDER BY 1"
    table = catalog.lake.query(sql)
    return dict(zip(table.column(0).to_pylist(), table.column(1).to_pylist(), strict=True))


def undirected_edges(catalog: Catalog) -> pa.Table:
    """Every undirected edge between real genes: network, source, target."""
    sql = (
        "SELECT network, source, target FROM lake.network_edge WHERE NOT directed AND dataset NOT IN "
        "(SELECT dataset FROM lake.dataset WHERE simulated) ORDER BY 1, 2, 3"
    )
    return catalog.lake.query(sql)


def morphology_of_genes(catalog: Catalog, dataset: str = "periscope") -> list[dict[str, Any]]:
    """Genome-wide morphology by gene and plate (a screen stands as a plate): cells, signal score, features that moved.

    Rows: plate, gene, cell_count, signal_score (None where it was not measured), expressed, vector; none where the data
    set is not imported.
    """
    sql = (
        "SELECT w.Metadata_Plate AS plate, w.Metadata_Well AS gene, w.cell_count, NOT w.is_control AS expressed, p.vector, "
        "try_cast(regexp_extract(w.annotations, '\"signal_score\": ([-+.0-9eE]+)', 1) AS DOUBLE) AS signal_score "
        "FROM lake.well w JOIN lake.profile p USING (dataset, well_id) WHERE w.dataset = $1 ORDER BY 1, 2"
    )
    return catalog.lake.rows(sql, [dataset])
