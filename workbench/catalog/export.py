"""A data set as files for other programs: Parquet as in the lake, CSV that a spreadsheet may open, attribution."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.catalog.integrity import OWNED
from workbench.catalog.safe_csv import write_csv
from workbench.errors import StorageError

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.catalog.store import Catalog
    from workbench.nouns import Dataset

_PROFILES = """
SELECT w.Metadata_Source, w.Metadata_Batch, w.Metadata_Plate, w.Metadata_Well, w.perturbation_id AS
    Metadata_perturbation_id, m.Metadata_Name, m.kind AS Metadata_perturbation_type, w.is_control AS Metadata_is_negcon,
    CASE WHEN len(m.compounds) = 1 AND NOT starts_with(m.compounds[1], 'NAME:') THEN m.compounds[1] END AS
    Metadata_InChIKey, CASE WHEN len(m.dose_um) = 1 THEN m.dose_um[1] END AS Metadata_dose_um,
    CASE WHEN len(m.genes) = 1 THEN m.genes[1] END AS Metadata_Symbol, CASE WHEN len(m.genes) = 1 THEN
    split_part(w.perturbation_id, '/', 2) END AS Metadata_reagent,
    w.cell_count AS Metadata_cell_count, p.vector
FROM lake.profile p JOIN lake.well w ON w.well_id = p.well_id AND w.dataset = p.dataset
LEFT JOIN lake.perturbation m ON m.perturbation_id = w.perturbation_id AND m.dataset = w.dataset
WHERE p.dataset = $1 ORDER BY w.Metadata_Plate, w.Metadata_Well
"""
_RESPONSES = """
SELECT perturbation_id AS Metadata_perturbation_id, context_id AS Metadata_context_id, n AS Metadata_n,
    n_controls AS Metadata_n_controls, agreement AS Metadata_agreement, delta AS vector
FROM lake.response WHERE dataset = $1 ORDER BY 1, 2
"""


def export_dataset(catalog: Catalog, dataset: Dataset, folder: Path) -> Path:
    """Write a data set into folder/NAME: every table as Parquet, what a person reads as CSV, and ATTRIBUTION.txt.

    profiles.csv and responses.csv hold one column a readout; our own importer reads profiles.csv again. Files of the
    same names are replaced only when all are written. Raises StorageError when the folder cannot be written.
    """
    import pyarrow.parquet as pq

    target = Path(folder) / dataset.dataset
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=target) as part:
            for table in OWNED:
                rows = catalog.lake.query(f"SELECT * FROM lake.{table} WHERE dataset = $1", [dataset.dataset])
                if rows.num_rows:
                    pq.write_table(rows, Path(part) / f"{table}.parquet", compression="zstd")
                    _write_readable(rows, Path(part) / f"{table}.csv")
            for name, sql in (("profiles", _PROFILES), ("responses", _RESPONSES)):
                frame = _wide(catalog, dataset.dataset, sql)
                if len(frame):
                    write_csv(frame, Path(part) / f"{name}.csv")
            (Path(part) / "ATTRIBUTION.txt").write_text(attribution(dataset), encoding="utf-8")
            for path in Path(part).iterdir():
                path.replace(target / path.name)
    except OSError as error:
        raise StorageError(
            f"{dataset.dataset} cannot be exported: {error.strerror or error}.", where=str(target),
            hint="Choose a folder you can write to, with room.",
        ) from error  # fmt: skip
    return target


def attribution(dataset: Dataset) -> str:
    """Who made the data and under which licence, for everyone the files are passed on to."""
    simulated = "SIMULATED DATA: no cell was measured.\n" if dataset.simulated else ""
    return (
        f"{dataset.title}\n{simulated}Data set: {dataset.dataset}\n"
        f"Source: {dataset.source}\nLicence: {dataset.licence}\n"
        f"Cite: {dataset.citation}\nUnits: {dataset.units}\nNegative controls: {dataset.controls}\n"
        f"Checksum (sha256): {dataset.sha256}\n"
    )


def _write_readable(rows: pa.Table, path: Path) -> None:
    """CSV of a table, unless its rows are vectors: those are written wide."""
    if not {"vector", "delta"} & set(rows.column_names):
        write_csv(rows.to_pandas(), path)


def _wide(catalog: Catalog, name: str, sql: str) -> pd.DataFrame:
    rows = catalog.lake.query(sql, [name])
    readouts = catalog.lake.query("SELECT feature FROM lake.feature WHERE dataset = $1 ORDER BY i_feature", [name])
    if not rows.num_rows:
        return pd.DataFrame()
    values = np.stack(rows.column("vector").to_pandas().to_numpy())
    metadata = rows.drop_columns(["vector"]).to_pandas()
    return pd.concat([metadata, pd.DataFrame(values, columns=readouts.column(0).to_pylist())], axis=1)
