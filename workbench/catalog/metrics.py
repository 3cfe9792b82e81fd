"""Metrics of models and maps in the lake."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from workbench.catalog.store import utc_now
from workbench.errors import UnknownNameError

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog

ALIGNED, UNALIGNED = "aligned", "not aligned"
MAP_SUITE = "benchmarks of a map"


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


def read_evaluation(catalog: Catalog, subject: str, suite: str) -> list[dict[str, Any]]:
    """One table of a subject in the order it was written: metric, reference, stratum, value, low, high, n, details.

    Raises UnknownNameError naming the tables there are.
    """
    rows = catalog.lake.rows(_EVALUATION, [subject, suite])
    if not rows:
        known = catalog.lake.query("SELECT DISTINCT suite FROM lake.metric WHERE subject = $1", [subject])
        raise UnknownNameError(
            f"{subject} has no table {suite!r}.", hint=f"Tables: {', '.join(known.column(0).to_pylist()) or 'none'}."
        )
    return [row | {"details": json.loads(row["details"])} for row in rows]


def newest_evaluation(catalog: Catalog, subject: str, suite: str) -> list[dict[str, Any]]:
    """The newest table of a subject whose suite begins with these words; none when there is no such table."""
    found = catalog.lake.value(_NEWEST, [subject, suite])
    return [] if found is None else read_evaluation(catalog, subject, found)


def write_map_scores(catalog: Catalog, map_id: str, job_id: str, rows: list[dict[str, Any]]) -> None:
    """Keep the benchmarks of a map by one job; the same job twice is once.

    rows: measure, stratum (ALIGNED or UNALIGNED), value, low, high, n, and whatever else says how it was made.
    """
    columns = ("measure", "stratum", "value", "low", "high", "n")
    write_metrics(catalog, map_id, "map", f"{MAP_SUITE}, job {job_id}", [
        {"metric": row["measure"], **{name: row[name] for name in columns[1:]},
         "details": {name: value for name, value in row.items() if name not in columns}}
        for row in rows
    ])  # fmt: skip


def read_map_scores(catalog: Catalog, map_id: str) -> list[dict[str, Any]]:
    """The newest benchmarks of a map as they were written, with `scored_at`; none when it was never scored."""
    found = catalog.lake.rows(_MAP_SCORES, [map_id])
    return [
        {name: row[name] for name in ("measure", "stratum", "value", "low", "high", "n")}
        | json.loads(row["details"]) | {"scored_at": row["created_at"]}
        for row in found
    ]  # fmt: skip


_EVALUATION = """
SELECT metric, reference, stratum, value, low, high, n, details FROM lake.metric
WHERE subject = $1 AND suite = $2 ORDER BY created_at
"""
_NEWEST = """
SELECT max_by(suite, created_at) FROM lake.metric WHERE subject = $1 AND starts_with(suite, $2)
"""
_MAP_SCORES = """
SELECT metric AS measure, stratum, value, low, high, n, details, created_at FROM lake.metric
WHERE subject_kind = 'map' AND subject = $1 AND suite = (
    SELECT suite FROM lake.metric WHERE subject_kind = 'map' AND subject = $1 ORDER BY created_at DESC LIMIT 1
)
ORDER BY created_at
"""
