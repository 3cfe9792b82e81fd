"""A map, or a part of it, as a file for other programs: CSV, Parquet, AnnData."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workbench.catalog.safe_csv import to_csv
from workbench.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from workbench.nouns import Map

FORMATS = ("csv", "parquet", "h5ad")


def map_table(map_: Map, rows: np.ndarray) -> pd.DataFrame:
    """One row an entity: perturbation_id, label, x, y, replicate evidence and every column. rows [n]."""
    import pandas as pd

    table = pd.DataFrame(
        {
            "perturbation_id": np.asarray(map_.entities, dtype=object)[rows],
            "label": np.asarray(map_.labels, dtype=object)[rows],
            "x": map_.layout[rows, 0], "y": map_.layout[rows, 1],
        }
    )  # fmt: skip
    for name, column in {**map_.evidence, **map_.columns}.items():
        table[name] = np.asarray(column)[rows]
    return table


def map_file(map_: Map, rows: np.ndarray, kind: str) -> bytes:
    """The entities of `rows` [n] as a file: csv (safe in a spreadsheet), parquet (with vectors), h5ad (AnnData).

    The file names map, recipe and snapshot it comes from. Raises InputError for another format.
    """
    if kind not in FORMATS:
        raise InputError(f"a map is not exported as {kind!r}.", hint=f"Formats: {', '.join(FORMATS)}.")
    table = map_table(map_, rows)
    if kind == "csv":
        return to_csv(table).encode()
    return _parquet(map_, rows, table) if kind == "parquet" else _anndata(map_, rows, table)


def _origin(map_: Map) -> dict[str, str]:
    return {
        "map_id": map_.map_id, "title": map_.title, "dataset": map_.dataset, "recipe_hash": map_.recipe_hash,
        "recipe": json.dumps(map_.recipe), "snapshot": str(map_.snapshot), "simulated": str(map_.simulated).lower(),
        "quality": json.dumps(map_.quality),
    }  # fmt: skip


def _parquet(map_: Map, rows: np.ndarray, table: pd.DataFrame) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = pa.Table.from_pandas(table, preserve_index=False)
    vectors = np.ascontiguousarray(map_.vectors[rows])
    column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), max(vectors.shape[1], 1))
    if vectors.shape[1]:
        arrow = arrow.append_column("vector", column)
    arrow = arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), **_origin(map_)})
    file = io.BytesIO()
    pq.write_table(arrow, file, compression="zstd")
    return file.getvalue()


def _anndata(map_: Map, rows: np.ndarray, table: pd.DataFrame) -> bytes:
    import anndata

    facts = table.drop(columns=["x", "y"]).set_index("perturbation_id")
    facts.index = facts.index.astype(str)
    out = anndata.AnnData(X=np.asarray(map_.vectors[rows]), obs=facts, uns=_origin(map_))
    out.obsm["X_map"] = np.asarray(map_.layout[rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "map.h5ad"
        out.write_h5ad(path, compression="gzip")
        return path.read_bytes()
