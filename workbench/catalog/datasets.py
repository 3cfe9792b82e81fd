"""Data sets in the lake: import (all or nothing), list, remove, verify, export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.catalog.batch import Batch
from workbench.catalog.entries import Entry, check_hashes, find_entry, locate_files, read_entries
from workbench.catalog.loaders import LOADERS
from workbench.catalog.schema import TABLES
from workbench.catalog.store import utc_now
from workbench.errors import DataQualityError, InputError, UnknownNameError
from workbench.nouns import Dataset

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog

OWNED = tuple(name for name, columns in TABLES.items() if "dataset VARCHAR" in columns and name != "reject")
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


def import_dataset(catalog: Catalog, name: str) -> Dataset:
    """Import one entry of the data catalog; the same files twice is once.

    Raises InputError for a missing or altered file, DataQualityError when the counts are not those of the entry;
    nothing is written then.
    """
    entry = find_entry(catalog.settings, name)
    if is_imported(catalog, entry):
        return get_dataset(catalog, name)
    files = locate_files(catalog.settings, entry)
    check_hashes(entry, files)
    batch = Batch(name)
    LOADERS.find(entry.loader).thing(entry, files, batch)
    _check_counts(entry, batch)
    return write_batch(catalog, _described(entry), batch)


def write_batch(catalog: Catalog, dataset: Dataset, batch: Batch) -> Dataset:
    """Write a data set and all its rows in one transaction, replacing an older import of the same name."""
    counts = batch.counts()
    n_rows = counts.get("well") or counts.get("response") or max(counts.values(), default=0)
    row = {
        "dataset": dataset.dataset, "title": dataset.title, "modality": dataset.modality, "licence": dataset.licence,
        "source": dataset.source, "citation": dataset.citation, "units": dataset.units, "controls": dataset.controls,
        "readout": dataset.readout, "n_rows": n_rows, "n_features": batch.n_features, "sha256": dataset.sha256,
        "simulated": dataset.simulated, "bundled": dataset.bundled, "imported_at": utc_now(),
        "quality": json.dumps({"counts": counts, "rejected": len(batch.rejects)}),
    }  # fmt: skip
    batch.add("dataset", [row])
    with catalog.lake.writing(
        f"import {dataset.dataset}", facts={"dataset": dataset.dataset, "rows": n_rows}
    ) as cursor:
        if cursor.execute(
            "SELECT count(*) FROM lake.dataset WHERE dataset = $1 AND sha256 = $2", [dataset.dataset, dataset.sha256]
        ).fetchone()[0]:
            return get_dataset(catalog, dataset.dataset)  # another process was faster
        for table in (*OWNED, "reject"):
            cursor.execute(f"DELETE FROM lake.{table} WHERE dataset = $1", [dataset.dataset])
        batch.write(cursor)
    return get_dataset(catalog, dataset.dataset)


def remove_dataset(catalog: Catalog, name: str) -> None:
    """Remove a data set, its map and all rows it owns, in one transaction. Raises UnknownNameError."""
    get_dataset(catalog, name)
    with catalog.lake.writing(f"remove {name}", facts={"dataset": name}) as cursor:
        cursor.execute(
            "DELETE FROM lake.map_point WHERE map_id IN (SELECT map_id FROM lake.map WHERE dataset = $1)", [name]
        )
        for table in (*OWNED, "reject"):
            cursor.execute(f"DELETE FROM lake.{table} WHERE dataset = $1", [name])


def verify_dataset(catalog: Catalog, name: str) -> dict[str, Any]:
    """Compare a data set in the lake with its entry and itself: files, counts, orphans. Gives problems in words."""
    dataset = get_dataset(catalog, name)
    problems: list[str] = []
    lake = catalog.lake
    for table, expected in dataset.quality.get("counts", {}).items():
        found = lake.value(f"SELECT count(*) FROM lake.{table} WHERE dataset = $1", [name]) if table in OWNED else None
        if found is not None and found != expected:
            problems.append(f"table {table} holds {found:,} rows, imported were {expected:,}")
    orphans = lake.value(
        "SELECT count(*) FROM lake.profile WHERE dataset = $1 AND well_id NOT IN "
        "(SELECT well_id FROM lake.well WHERE dataset = $1)",
        [name],
    )
    if orphans:
        problems.append(f"{orphans:,} profiles belong to no well")
    widths = lake.rows("SELECT DISTINCT len(vector) AS d FROM lake.profile WHERE dataset = $1", [name])
    if widths and {row["d"] for row in widths} != {dataset.n_features}:
        problems.append(f"profiles have {[row['d'] for row in widths]} values, the data set has {dataset.n_features}")
    entry = read_entries(catalog.settings).get(name)
    if entry is not None:
        try:
            check_hashes(entry, locate_files(catalog.settings, entry))
        except InputError as error:
            problems.append(str(error))
    return {"dataset": name, "ok": not problems, "problems": problems, "rows": dataset.n_rows}


def export_dataset(catalog: Catalog, name: str, folder: Path) -> Path:
    """Write the data set's tables as Parquet, its wells as CSV and an attribution file into folder/NAME."""
    import pyarrow.parquet as pq

    from workbench.catalog.safe_csv import write_csv

    dataset = get_dataset(catalog, name)
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    for table in OWNED:
        rows = catalog.lake.query(f"SELECT * FROM lake.{table} WHERE dataset = $1", [name])
        if rows.num_rows:
            pq.write_table(rows, target / f"{table}.parquet", compression="zstd")
            if table == "well":
                write_csv(rows.to_pandas(), target / "well.csv")
    text = f"{dataset.title}\nSource: {dataset.source}\nLicence: {dataset.licence}\nCite: {dataset.citation}\n"
    (target / "ATTRIBUTION.txt").write_text(text, encoding="utf-8")
    return target


def list_rejects(catalog: Catalog, name: str | None = None) -> pd.DataFrame:
    """Refused rows with file, row, column, value and reason."""
    where = "WHERE dataset = $1" if name else ""
    sql = f"SELECT * FROM lake.reject {where} ORDER BY dataset, file, row_number"
    return catalog.lake.query(sql, [name] if name else []).to_pandas()


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
