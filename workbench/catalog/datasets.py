"""Data sets in the lake: import (all or nothing), list, remove, rejects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.catalog.batch import Batch, write_frame
from workbench.catalog.entries import Entry, check_hashes, find_entry, is_available, locate_files, read_entries
from workbench.catalog.integrity import OWNED, fingerprints
from workbench.catalog.loaders import LOADERS
from workbench.catalog.store import utc_now
from workbench.errors import DataQualityError, InputError, UnknownNameError
from workbench.nouns import Dataset

if TYPE_CHECKING:
    import duckdb

    from workbench.catalog.importers.wishes import Wishes
    from workbench.catalog.store import Catalog

_NEWEST = "SELECT * FROM lake.dataset QUALIFY row_number() OVER (PARTITION BY dataset ORDER BY imported_at DESC) = 1"


def list_datasets(catalog: Catalog) -> list[Dataset]:
    """The data sets in the lake, by name."""
    return [_noun(row) for row in catalog.lake.rows(f"{_NEWEST} ORDER BY dataset")]


def available_datasets(catalog: Catalog) -> list[Dataset]:
    """Every entry of the data catalog and everything imported, whether in the lake or not."""
    known = {item.dataset: item for item in list_datasets(catalog)}
    entries = read_entries(catalog.settings)
    return [known.get(name) or _described(entry) for name, entry in entries.items()] + [
        item for name, item in known.items() if name not in entries
    ]


def get_dataset(catalog: Catalog, name: str) -> Dataset:
    """One data set in the lake. Raises UnknownNameError."""
    rows = catalog.lake.rows(f"SELECT * FROM ({_NEWEST}) WHERE dataset = $1", [name])
    if not rows:
        find_entry(catalog.settings, name)  # an unknown name says so with the nearest ones
        raise UnknownNameError(f"{name} is not imported yet.", hint=f"Run `workbench data import {name}`.")
    return _noun(rows[0])


def is_imported(catalog: Catalog, entry: Entry) -> bool:
    """Whether exactly these files are in the lake already."""
    sql = "SELECT count(*) FROM lake.dataset WHERE dataset = $1 AND sha256 = $2"
    return bool(catalog.lake.value(sql, [entry.name, entry.checksum]))


def import_dataset(catalog: Catalog, name: str, file: Path | None = None) -> Dataset:
    """Import one entry of the data catalog; the same files twice is once.

    `file` is the entry's file, or the folder that holds its files, where they lie nowhere else. Raises InputError for a
    missing or altered file, DataQualityError when the counts are not those of the entry; nothing is written then.
    """
    entry = find_entry(catalog.settings, name)
    if is_imported(catalog, entry):
        return get_dataset(catalog, name)
    files = check_files(catalog, entry, file)
    batch = Batch(name)
    LOADERS.find(entry.loader).thing(entry, files, batch)
    _check_counts(entry, batch)
    return write_batch(catalog, _described(entry), batch)


def check_files(catalog: Catalog, entry: Entry, file: Path | None = None) -> dict[str, Path]:
    """The files of an entry, each with the checksum it should have. Raises InputError."""
    files = locate_files(catalog.settings, entry, file)
    check_hashes(entry, files)
    return files


def import_own_files(
    catalog: Catalog, paths: Path | Sequence[Path], name: str, sha256: str = "", wishes: Wishes | None = None
) -> Dataset:
    """Import somebody's own files under a name; the same twice is once. `sha256`: what they were when understood.

    Raises InputError for unusable or since altered files, ConflictError when another file has that name.
    """
    from workbench.catalog.importers.plan import checksum, chosen_files, read_own_files

    chosen = chosen_files(paths)
    if sha256 and sha256 != checksum(chosen):
        raise InputError(f"{chosen[0].name} has changed since it was looked at.", hint="Look at it again.")
    _, batch, dataset = read_own_files(catalog, chosen, name, wishes)
    return write_batch(catalog, dataset, batch)


def import_all(catalog: Catalog) -> list[Dataset]:
    """Import every entry whose files are on this machine; what is imported already stays."""
    entries = read_entries(catalog.settings)
    return [import_dataset(catalog, name) for name, entry in entries.items() if is_available(catalog.settings, entry)]


def write_batch(catalog: Catalog, dataset: Dataset, batch: Batch) -> Dataset:
    """Write a data set and all its rows in one transaction, replacing an older import of the same name."""
    counts = batch.counts()
    n_rows = counts.get("well") or counts.get("response") or max(counts.values(), default=0)
    row = {
        "dataset": dataset.dataset, "title": dataset.title, "modality": dataset.modality, "licence": dataset.licence,
        "source": dataset.source, "citation": dataset.citation, "units": dataset.units, "controls": dataset.controls,
        "readout": dataset.readout, "n_rows": n_rows, "n_features": batch.n_features, "sha256": dataset.sha256,
        "simulated": dataset.simulated, "bundled": dataset.bundled, "imported_at": utc_now(),
    }  # fmt: skip
    with catalog.lake.writing(
        f"import {dataset.dataset}", facts={"dataset": dataset.dataset, "rows": n_rows}
    ) as cursor:
        if cursor.execute(
            "SELECT count(*) FROM lake.dataset WHERE dataset = $1 AND sha256 = $2", [dataset.dataset, dataset.sha256]
        ).fetchone()[0]:
            return get_dataset(catalog, dataset.dataset)  # another process was faster
        _delete_rows(cursor, dataset.dataset)
        batch.write(cursor)
        content = fingerprints(lambda sql, p: cursor.execute(sql, p).fetchone()[0], dataset.dataset)
        quality = {"counts": counts, "rejected": len(batch.rejects), "content": content}
        write_frame(cursor, "dataset", pd.DataFrame([row | {"quality": json.dumps(quality)}]))
    return get_dataset(catalog, dataset.dataset)


def remove_dataset(catalog: Catalog, name: str) -> None:
    """Remove a data set, its map and all rows it owns, in one transaction. Raises UnknownNameError."""
    get_dataset(catalog, name)
    with catalog.lake.writing(f"remove {name}", facts={"dataset": name}) as cursor:
        _delete_rows(cursor, name)


def list_rejects(catalog: Catalog, name: str | None = None) -> pd.DataFrame:
    """Refused rows with file, row, column, value and reason."""
    where = "WHERE dataset = $1" if name else ""
    sql = f"SELECT * FROM lake.reject {where} ORDER BY dataset, file, row_number"
    return catalog.lake.query(sql, [name] if name else []).to_pandas()


def _delete_rows(cursor: duckdb.DuckDBPyConnection, name: str) -> None:
    cursor.execute(
        "DELETE FROM lake.map_point WHERE map_id IN (SELECT map_id FROM lake.map WHERE dataset = $1)", [name]
    )
    cursor.execute(
        "DELETE FROM lake.metric WHERE subject_kind = 'map' AND subject IN "
        "(SELECT map_id FROM lake.map WHERE dataset = $1)", [name],
    )  # fmt: skip
    for table in (*OWNED, "reject"):
        cursor.execute(f"DELETE FROM lake.{table} WHERE dataset = $1", [name])


def _check_counts(entry: Entry, batch: Batch) -> None:
    counts = batch.counts() | {"reject": len(batch.rejects)}
    for table, expected in entry.expect.items():
        if counts.get(table, 0) != expected:
            raise DataQualityError(
                f"{entry.name}: read {counts.get(table, 0):,} rows for table {table}, expected {expected:,}.",
                hint="Nothing was written. The file or its loader has changed.",
            )


def _described(entry: Entry) -> Dataset:
    return Dataset(
        entry.name, entry.title, entry.modality, entry.licence, entry.source, entry.citation, entry.units,
        entry.controls, entry.readout, sha256=entry.checksum, simulated=entry.simulated, bundled=entry.bundled,
    )  # fmt: skip


def _noun(row: dict[str, Any]) -> Dataset:
    return Dataset(**{**row, "quality": json.loads(row["quality"] or "{}")})
