"""Splits in the lake: which unit is for training, for replay, or held out for ever. Written once, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import ConflictError

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog


def read_split(catalog: Catalog, dataset: str, split: str) -> dict[str, str]:
    """Role of each unit, empty when the split does not exist yet."""
    sql = "SELECT unit, role FROM lake.split WHERE dataset = $1 AND split = $2"
    return {row["unit"]: row["role"] for row in catalog.lake.rows(sql, [dataset, split])}


def write_split(catalog: Catalog, dataset: str, split: str, roles: dict[str, str], seed: int) -> None:
    """Write a split once. Raises ConflictError when another one of that name is there."""
    import pyarrow as pa

    n = len(roles)
    table = pa.table(
        {
            "dataset": [dataset] * n,
            "split": [split] * n,
            "unit": list(roles),
            "role": list(roles.values()),
            "seed": [seed] * n,
        }
    )
    with catalog.lake.writing(f"split {split} of {dataset}") as cursor:
        sql = "SELECT unit, role FROM lake.split WHERE dataset = $1 AND split = $2"
        known = dict(cursor.execute(sql, [dataset, split]).fetchall())
        if known and known != roles:
            raise ConflictError(f"{dataset} has another split {split!r} with {len(known)} units; it is never changed.")
        if not known:
            cursor.register("incoming", table)
            cursor.execute("INSERT INTO lake.split BY NAME SELECT * FROM incoming")
            cursor.unregister("incoming")
