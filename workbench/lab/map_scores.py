"""Stored benchmarks of maps as a table, with and without alignment side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.catalog.maps import map_rows
from workbench.catalog.metrics import ALIGNED, read_map_scores

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog

COLUMNS = (
    "map_id", "measure", "title", "value", "low", "high", "null", "n", "unit", "goal", "before", "before_low", "before_high",
    "how", "snapshot", "code_version", "recipe_hash", "scored_at", "is_current",
)  # fmt: skip


def score_table(catalog: Catalog, dataset: str) -> pd.DataFrame:
    """One row a map and measure: value, low, high, null, n of a unit, how; before, before_low, before_high are those of
    the same wells without alignment.

    `goal` is what a good map shows: "above" chance, or "at" chance. `is_current` is False when the map was made by
    another recipe since. Empty when no map of the data set was scored.
    """
    import pandas as pd

    rows = []
    for known in map_rows(catalog):
        if known["dataset"] != dataset:
            continue
        found = read_map_scores(catalog, known["map_id"])
        before = {row["measure"]: row for row in found if row["stratum"] != ALIGNED}
        for row in found:
            if row["stratum"] == ALIGNED:
                other = before.get(row["measure"], {})
                rows.append(row | {
                    "map_id": known["map_id"], "is_current": row["recipe_hash"] == known["recipe_hash"],
                    "before": other.get("value"), "before_low": other.get("low"), "before_high": other.get("high"),
                })  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
