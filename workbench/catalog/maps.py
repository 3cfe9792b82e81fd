"""Maps in the lake: wells in, maps and their points out. Points are a cache of a recipe and can be made again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog.batch import list_column
from workbench.catalog.json_columns import rows_as_json, spread_json
from workbench.catalog.store import utc_now
from workbench.errors import InputError, UnknownNameError
from workbench.nouns import Map, Profiles

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.catalog.store import Catalog

EVIDENCE = ("n_replicates", "agreement", "p", "q")

_WELLS = """
SELECT w.well_id, w.Metadata_Batch, w.Metadata_Plate, w.Metadata_Well, w.perturbation_id, w.context_id, w.is_control,
       w.control_type, w.cell_count, w.annotations, p.vector
FROM lake.well w JOIN lake.profile p ON p.well_id = w.well_id AND p.dataset = w.dataset
WHERE w.dataset = $1 AND p.vector IS NOT NULL
ORDER BY w.Metadata_Plate, w.Metadata_Well, w.well_id
"""

_PERTURBATIONS = """
SELECT p.perturbation_id, p.kind, p.Metadata_Name AS name, p.genes, p.compounds, p.dose_um, p.annotations,
       c.targets, c.mechanisms
FROM lake.perturbation p
LEFT JOIN (
    SELECT Metadata_InChIKey, first(targets ORDER BY len(targets) = 0, dataset <> $1, dataset) AS targets,
           first(mechanisms ORDER BY len(mechanisms) = 0, dataset <> $1, dataset) AS mechanisms
    FROM lake.compound GROUP BY 1
) c ON len(p.compounds) = 1 AND c.Metadata_InChIKey = p.compounds[1]
WHERE p.dataset = $1
"""

_SUMMARIES = """
SELECT m.*, coalesce(n.n_entities, 0) AS n_entities, d.title AS dataset_title, d.modality
FROM (SELECT * FROM lake.map QUALIFY row_number() OVER (PARTITION BY map_id ORDER BY created_at DESC) = 1) m
LEFT JOIN (SELECT map_id, count(*) AS n_entities FROM lake.map_point GROUP BY 1) n USING (map_id)
LEFT JOIN (SELECT dataset, min(title) AS title, min(modality) AS modality FROM lake.dataset GROUP BY 1) d
    ON d.dataset = m.dataset
ORDER BY m.map_id
"""


def read_wells(catalog: Catalog, dataset: str) -> Profiles:
    """All wells of a data set that have a profile. Raises UnknownNameError when there are none."""
    table = catalog.lake.query(_WELLS, [dataset])
    if table.num_rows == 0:
        raise UnknownNameError(
            f"the catalog holds no profiles of {dataset!r}.", hint=f"Import it first: workbench data import {dataset}."
        )
    features = catalog.lake.query(
        "SELECT feature FROM lake.feature WHERE dataset = $1 ORDER BY i_feature", [dataset]
    ).column(0).to_pylist()  # fmt: skip
    values = _vectors(table, len(features))
    wells: dict[str, np.ndarray] = {}
    for name in table.column_names:
        if name not in ("vector", "annotations", "cell_count", "is_control"):
            wells[name] = np.array(
                ["" if value is None else value for value in table.column(name).to_pylist()], dtype=str
            )
    wells["is_control"] = np.array(table.column("is_control").to_pylist(), dtype=bool)
    counts = table.column("cell_count").to_pylist()
    wells["cell_count"] = np.array([np.nan if value is None else value for value in counts], dtype=float)
    for name, column in spread_json(table.column("annotations")).items():
        wells.setdefault(name, column)
    return Profiles(dataset, values, tuple(features), wells)


def perturbation_facts(catalog: Catalog, dataset: str) -> dict[str, dict[str, Any]]:
    """What is known of each perturbation of a data set, for labels and colours: id -> facts."""
    facts = {}
    for row in catalog.lake.rows(_PERTURBATIONS, [dataset]):
        known = {"kind": row["kind"], "label": row["name"] or row["perturbation_id"]}
        if row["genes"]:
            known["gene"] = row["genes"][0]
        if row["compounds"]:
            known["compound"] = row["compounds"][0]
        if row["dose_um"]:
            known["dose_um"] = row["dose_um"][0]
        if row["targets"]:
            known["target"] = row["targets"][0]
        if row["mechanisms"]:
            known["mechanism"] = row["mechanisms"][0]
        for key, value in (json.loads(row["annotations"]) if row["annotations"] else {}).items():
            if isinstance(value, (str, int, float, bool)) and value != "":
                known.setdefault(_plain(key), value)
        facts[row["perturbation_id"]] = known
    return facts


def write_map(catalog: Catalog, map_: Map) -> str:
    """Write a map and its points in one transaction, in place of the points it had; gives its id."""
    import pyarrow as pa

    n = len(map_)
    extra = {name: np.asarray(column) for name, column in map_.columns.items()}
    extra |= {name: np.asarray(column) for name, column in map_.evidence.items() if name not in EVIDENCE}
    points = pa.table(
        {
            "map_id": pa.array([map_.map_id] * n, pa.string()),
            "i_entity": pa.array(np.arange(n, dtype=np.int32)),
            "perturbation_id": pa.array(map_.entities, pa.string()),
            "label": pa.array(map_.labels, pa.string()),
            "x": pa.array(map_.layout[:, 0].astype(np.float32)),
            "y": pa.array(map_.layout[:, 1].astype(np.float32)),
            "n_replicates": pa.array(np.asarray(map_.evidence.get("n_replicates", np.zeros(n)), dtype=np.int32)),
            **{name: pa.array(_number(map_.evidence.get(name), n), pa.float64()) for name in EVIDENCE[1:]},
            "columns": pa.array(rows_as_json(extra, n), pa.string()),
            "vector": list_column(np.asarray(map_.vectors, dtype=np.float32)),
        }
    )
    row = [map_.map_id, map_.dataset, map_.title, map_.entity_kind, json.dumps(map_.recipe), map_.recipe_hash,
           map_.snapshot, map_.simulated, json.dumps(map_.quality), utc_now()]  # fmt: skip
    with catalog.lake.writing(f"map {map_.map_id}", facts={"map_id": map_.map_id, "n": n}) as cursor:
        cursor.execute("DELETE FROM lake.map_point WHERE map_id = $1", [map_.map_id])
        cursor.execute("INSERT INTO lake.map VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", row)
        if n:
            cursor.register("new_points", points)
            cursor.execute("INSERT INTO lake.map_point SELECT * FROM new_points")
            cursor.unregister("new_points")
    return map_.map_id


def read_map(catalog: Catalog, map_id: str) -> Map:
    """The current map of that id with its points. Raises UnknownNameError listing the maps there are."""
    row = next((row for row in map_rows(catalog) if row["map_id"] == map_id), None)
    if row is None:
        known = ", ".join(row["map_id"] for row in map_rows(catalog)) or "none yet"
        raise UnknownNameError(f"there is no map {map_id!r}.", hint=f"Maps: {known}.")
    table = catalog.lake.query("SELECT * FROM lake.map_point WHERE map_id = $1 ORDER BY i_entity", [map_id])
    columns = spread_json(table.column("columns"))
    evidence = {name: _number(table.column(name), table.num_rows) for name in EVIDENCE}
    evidence["n_replicates"] = np.nan_to_num(evidence["n_replicates"]).astype(np.int32)
    layout = np.column_stack([_number(table.column("x"), table.num_rows), _number(table.column("y"), table.num_rows)])
    return Map(
        map_id=map_id, dataset=row["dataset"], title=row["title"], entity_kind=row["entity_kind"],
        entities=tuple(table.column("perturbation_id").to_pylist()), labels=tuple(table.column("label").to_pylist()),
        vectors=_vectors(table), layout=layout.reshape(table.num_rows, 2), evidence=evidence, columns=columns,
        recipe=json.loads(row["recipe"] or "{}"), recipe_hash=row["recipe_hash"] or "", snapshot=row["snapshot"] or 0,
        simulated=bool(row["simulated"]), quality=json.loads(row["quality"] or "{}"),
    )  # fmt: skip


def map_rows(catalog: Catalog) -> list[dict[str, Any]]:
    """The newest row of each map with its number of entities and the data set's title."""
    return catalog.lake.rows(_SUMMARIES)


def points_of(catalog: Catalog, perturbation_ids: list[str]) -> list[dict[str, Any]]:
    """Where these perturbations lie: one row a map and perturbation, with replicate evidence."""
    return catalog.lake.rows(
        """SELECT map_id, i_entity, perturbation_id, label, x, y, n_replicates, agreement, p, q
           FROM lake.map_point WHERE perturbation_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY map_id, i_entity""",
        [perturbation_ids],
    )


def perturbations_of(catalog: Catalog, *, gene: str = "", compound: str = "") -> list[str]:
    """Ids of all perturbations that act on a gene (symbol) or contain a compound (InChIKey)."""
    if bool(gene) == bool(compound):
        raise InputError(f"ask for a gene or a compound. Got gene={gene!r}, compound={compound!r}.")
    column, value = ("genes", gene) if gene else ("compounds", compound)
    sql = f"SELECT DISTINCT perturbation_id FROM lake.perturbation WHERE list_contains({column}, $1) ORDER BY 1"
    return [row["perturbation_id"] for row in catalog.lake.rows(sql, [value])]


def replicate_wells(catalog: Catalog, dataset: str, perturbation_id: str) -> pa.Table:
    """The wells of one perturbation: plate, well, batch, context, cell_count."""
    return catalog.lake.query(
        """SELECT Metadata_Plate AS plate, Metadata_Well AS well, Metadata_Batch AS batch, context_id AS context,
                  cell_count
           FROM lake.well WHERE dataset = $1 AND perturbation_id = $2 ORDER BY 1, 2""",
        [dataset, perturbation_id],
    )


def wells_of(catalog: Catalog, dataset: str, perturbation_ids: list[str]) -> pa.Table:
    """The wells of some perturbations: plate, well, perturbation_id."""
    return catalog.lake.query(
        """SELECT Metadata_Plate AS plate, Metadata_Well AS well, perturbation_id FROM lake.well
           WHERE dataset = $1 AND perturbation_id IN (SELECT unnest($2::VARCHAR[])) ORDER BY 1, 2""",
        [dataset, perturbation_ids],
    )


def read_plate(catalog: Catalog, dataset: str, plate: str) -> tuple[pa.Table, np.ndarray]:
    """One plate: table of wells with names, and their profiles [n_wells, n_features]."""
    table = catalog.lake.query(
        """SELECT w.Metadata_Well, w.perturbation_id, coalesce(n.name, w.perturbation_id) AS Metadata_Name,
                  w.is_control, w.control_type, w.cell_count, p.vector
           FROM lake.well w JOIN lake.profile p ON p.well_id = w.well_id AND p.dataset = w.dataset
           LEFT JOIN (SELECT perturbation_id, min(Metadata_Name) AS name FROM lake.perturbation
                      WHERE dataset = $1 GROUP BY 1) n ON n.perturbation_id = w.perturbation_id
           WHERE w.dataset = $1 AND w.Metadata_Plate = $2 ORDER BY w.Metadata_Well""",
        [dataset, plate],
    )
    return table.drop_columns(["vector"]), _vectors(table)


def known_relations(catalog: Catalog, gene: str, others: list[str]) -> dict[str, list[str]]:
    """Networks that hold an edge between a gene and each of the others: other symbol -> network names."""
    rows = catalog.lake.rows(
        """SELECT CASE WHEN source = $1 THEN target ELSE source END AS other, list(DISTINCT network) AS networks
           FROM lake.network_edge
           WHERE (source = $1 AND target IN (SELECT unnest($2::VARCHAR[])))
              OR (target = $1 AND source IN (SELECT unnest($2::VARCHAR[]))) GROUP BY 1""",
        [gene, others],
    )
    return {row["other"]: sorted(row["networks"]) for row in rows}


def _plain(key: str) -> str:
    return key.removeprefix("Metadata_")


def _number(values: Any, n: int) -> np.ndarray:
    if values is None:
        return np.full(n, np.nan)
    listed = values.to_numpy(zero_copy_only=False) if hasattr(values, "to_numpy") else values
    return np.asarray(listed, dtype=np.float64)


def _vectors(table: pa.Table, d: int | None = None) -> np.ndarray:
    """List column `vector` to [n_rows, d] float32. Raises InputError when the lists differ in length."""
    if table.num_rows == 0:
        return np.zeros((0, d or 0), dtype=np.float32)
    flat = table.column("vector").combine_chunks().flatten().to_numpy(zero_copy_only=False)
    found = len(flat) // table.num_rows
    if len(flat) != found * table.num_rows or (d is not None and found != d):
        raise InputError(f"{len(flat):,} profile values do not fill {table.num_rows:,} rows of {d or found} features.")
    return flat.reshape(table.num_rows, found).astype(np.float32, copy=False)
