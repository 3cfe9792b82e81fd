"""Metrics of models and maps in the lake."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from workbench.catalog.store import utc_now

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog


def write_metrics(catalog: Catalog, subject: str, subject_kind: str, suite: str, rows: list[dict[str, Any]]) -> None:
    """Keep one table of a suite (rows: metric, value, low, high, n, reference, stratum); the same subject twice is once."""
    known = "SELECT count(*) FROM lake.metric WHERE subject = $1 AND suite = $2"
    with catalog.lake.writing(f"metrics of {subject}") as cursor:
        if cursor.execute(known, [subject, suite]).fetchone()[0]:
            return
        for row in rows:
            values = [subject, subject_kind, suite, row["metric"], row.get("stratum", "all"), row["value"], row["low"],
                      row["high"], row["n"], row.get("reference", ""), json.dumps(row.get("details", {})), utc_now()]  # fmt: skip
            cursor.execute(f"INSERT INTO lake.metric VALUES ({', '.join(f'${i + 1}' for i in range(12))})", values)


def read_metrics(catalog: Catalog, subject: str) -> pd.DataFrame:
    """The table of a subject: suite, metric, reference, value, low, high, n."""
    sql = "SELECT suite, metric, stratum, reference, value, low, high, n FROM lake.metric WHERE subject = $1"
    return catalog.lake.query(sql, [subject]).to_pandas()
