"""Responses, wells and plates as the lake holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.nouns import Context, Perturbation, Response

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog

_RESPONSES = """
SELECT r.*, p.kind, p.Metadata_Name, p.genes, p.compounds, p.dose_um, c.cell_line, c.time_h, c.medium, d.simulated
FROM lake.response r
JOIN lake.perturbation p ON p.dataset = r.dataset AND p.perturbation_id = r.perturbation_id
LEFT JOIN lake.context c ON c.context_id = r.context_id
LEFT JOIN (SELECT dataset, bool_or(simulated) AS simulated FROM lake.dataset GROUP BY 1) d ON d.dataset = r.dataset
WHERE {where} ORDER BY r.dataset, r.perturbation_id, r.context_id
"""
_PLATE = """
SELECT w.Metadata_Well, w.perturbation_id, p.Metadata_Name, w.is_control, w.control_type, w.cell_count, w.context_id
FROM lake.well w
LEFT JOIN lake.perturbation p ON p.dataset = w.dataset AND p.perturbation_id = w.perturbation_id
WHERE w.dataset = $1 AND w.Metadata_Plate = $2 ORDER BY w.Metadata_Well
"""


def find_responses(catalog: Catalog, *, gene: str | None = None, compound: str | None = None) -> list[Response]:
    """Everything measured for a gene (symbol) or a compound (InChIKey)."""
    where = "list_contains(p.genes, $1)" if gene else "list_contains(p.compounds, $1)"
    return _nouns(catalog, where, [gene or compound])


def read_response(catalog: Catalog, dataset: str, perturbation_id: str) -> Response | None:
    """The response of one perturbation in a data set, in its first context, or None."""
    where = "r.dataset = $1 AND r.perturbation_id = $2"
    return next(iter(_nouns(catalog, where, [dataset, perturbation_id])), None)


def read_responses(catalog: Catalog, dataset: str) -> list[Response]:
    """All responses of a data set."""
    return _nouns(catalog, "r.dataset = $1", [dataset])


def readouts_of(catalog: Catalog, dataset: str) -> tuple[str, ...]:
    """Names of the readouts of a data set, in order."""
    sql = "SELECT feature FROM lake.feature WHERE dataset = $1 ORDER BY i_feature"
    return tuple(catalog.lake.query(sql, [dataset]).column(0).to_pylist())


def plate_names(catalog: Catalog, dataset: str) -> list[str]:
    """Plates of a data set, by name."""
    sql = "SELECT DISTINCT Metadata_Plate FROM lake.well WHERE dataset = $1 ORDER BY 1"
    return catalog.lake.query(sql, [dataset]).column(0).to_pylist()


def plate_table(catalog: Catalog, dataset: str, plate: str) -> pd.DataFrame:
    """Wells of one plate: well, perturbation, name, control, cell count, context."""
    return catalog.lake.query(_PLATE, [dataset, plate]).to_pandas()


def perturbation_of(row: dict[str, Any]) -> Perturbation:
    """The noun of a row of lake.perturbation."""
    return Perturbation(
        row["perturbation_id"], row["kind"], row["Metadata_Name"] or row["perturbation_id"],
        genes=tuple(row["genes"] or ()), compounds=tuple(row["compounds"] or ()), dose_um=tuple(row["dose_um"] or ()),
    )  # fmt: skip


def _nouns(catalog: Catalog, where: str, parameters: list[Any]) -> list[Response]:
    rows = catalog.lake.rows(_RESPONSES.format(where=where), parameters)
    readouts = {name: readouts_of(catalog, name) for name in {row["dataset"] for row in rows}}
    return [_noun(readouts[row["dataset"]], row) for row in rows]


def _noun(readouts: tuple[str, ...], row: dict[str, Any]) -> Response:
    agreement = row["agreement"]
    return Response(
        dataset=row["dataset"],
        perturbation=perturbation_of(row),
        context=Context(row["cell_line"] or "", row["time_h"], row["medium"] or ""),
        readouts=readouts,
        delta=np.array(row["delta"], dtype=float),
        standard_error=np.array([np.nan if x is None else x for x in row["standard_error"]], dtype=float),
        n=row["n"],
        n_controls=row["n_controls"],
        replicate_agreement=None if agreement is None or np.isnan(agreement) else agreement,
        simulated=bool(row["simulated"]),
    )
