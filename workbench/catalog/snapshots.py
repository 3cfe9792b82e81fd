"""Snapshots of the lake: every write is one; a training set is named by its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import UnknownNameError
from workbench.nouns import Snapshot

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

_SNAPSHOTS = """
SELECT snapshot_id, snapshot_time, author, commit_message FROM lake.snapshots() {where}
ORDER BY snapshot_id DESC LIMIT {limit}
"""


def list_snapshots(catalog: Catalog, limit: int = 50) -> list[Snapshot]:
    """Newest first."""
    return [_noun(row) for row in catalog.lake.rows(_SNAPSHOTS.format(where="", limit=int(limit)))]


def get_snapshot(catalog: Catalog, number: int) -> Snapshot:
    """One snapshot. Raises UnknownNameError."""
    rows = catalog.lake.rows(_SNAPSHOTS.format(where=f"WHERE snapshot_id = {int(number)}", limit=1))
    if not rows:
        raise UnknownNameError(f"there is no snapshot {number}.", hint=f"Newest: {catalog.lake.current_snapshot()}.")
    return _noun(rows[0])


def _noun(row: dict) -> Snapshot:
    return Snapshot(row["snapshot_id"], row["snapshot_time"], row["author"] or "", row["commit_message"] or "")
