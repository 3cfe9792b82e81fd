"""Rows on their way into the lake: collected, checked, and written in one transaction or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.catalog.schema import TABLES
from workbench.catalog.store import utc_now
from workbench.errors import InputError
from workbench.kernels.response import against_controls, summarise

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from workbench.nouns import Context, Perturbation

WELL_COLUMNS = (
    "Metadata_Source", "Metadata_Batch", "Metadata_Plate", "Metadata_Well", "Metadata_JCP2022", "Metadata_pert_type",
    "perturbation_id", "context_id", "is_control", "control_type", "cell_count", "annotations",
)  # fmt: skip
SHARED = {"context": "context_id", "molecule": "Metadata_InChIKey"}


class Batch:
    """All rows of one import. Loaders add frames; `write` puts them into an open lake transaction."""

    def __init__(self, dataset: str) -> None:
        self.dataset = dataset
        self.frames: dict[str, list[pd.DataFrame]] = {}
        self.streams: dict[str, tuple[int, Callable[[], Iterator[pa.Table]]]] = {}
        self.rejects: list[dict[str, Any]] = []
        self.feature_names: list[str] = []

    @property
    def n_features(self) -> int:
        """Number of readouts."""
        return len(self.feature_names)

    def add(self, table: str, frame: pd.DataFrame | list[dict[str, Any]]) -> None:
        """Rows of one lake table (columns by name; `dataset` is filled in)."""
        if table not in TABLES:
            raise InputError(f"the lake has no table {table!r}.", where=self.dataset)
        frame = pd.DataFrame(frame)
        if "dataset VARCHAR" in TABLES[table] and "dataset" not in frame and len(frame):
            frame = frame.assign(dataset=self.dataset)
        if len(frame):
            self.frames.setdefault(table, []).append(frame)

    def add_stream(self, table: str, n_rows: int, blocks: Callable[[], Iterator[pa.Table]]) -> None:
        """Rows of a lake table that are made block by block when they are written, for what memory cannot hold."""
        if n_rows:
            self.streams[table] = (n_rows, blocks)

    def symbols(self) -> frozenset[str]:
        """Genes that the perturbations name."""
        return frozenset(
            gene for frame in self.frames.get("perturbation", []) for genes in frame["genes"] for gene in genes
        )

    def add_perturbations(self, perturbations: list[Perturbation], annotations: dict[str, dict[str, Any]]) -> None:
        """Perturbations with whatever else is known of each, by id; repeated ids are written once."""
        unique = {item.perturbation_id: item for item in perturbations}
        rows = [
            {
                "perturbation_id": item.perturbation_id,
                "kind": item.kind,
                "Metadata_Name": item.name,
                "genes": list(item.genes),
                "compounds": list(item.compounds),
                "dose_um": list(item.dose_um),
                "Metadata_pert_type": "control" if item.kind == "control" else "trt",
                "annotations": json.dumps(annotations.get(item.perturbation_id, {})),
            }
            for item in unique.values()
        ]
        self.add("perturbation", rows)

    def add_contexts(self, contexts: list[Context]) -> None:
        """Contexts; ids that the lake knows already are written once (see `write`)."""
        unique = {item.context_id: item for item in contexts}
        self.add(
            "context",
            [
                {"context_id": key, "cell_line": item.cell_line, "time_h": item.time_h, "medium": item.medium}
                for key, item in unique.items()
            ],
        )

    def add_features(
        self, names: list[str], *, symbols: list[str] | None = None, unit: str = "", kind: str = ""
    ) -> None:
        """The readouts of the data set in order; `symbols` where a readout is a gene."""
        self.feature_names = list(names)
        frame = {"i_feature": range(len(names)), "feature": names, "unit": unit, "kind": kind}
        self.add("feature", pd.DataFrame({**frame, "Metadata_Symbol": symbols or [None] * len(names)}))

    def add_wells(self, wells: pd.DataFrame, values: np.ndarray | None, *, file: str) -> np.ndarray:
        """Wells with their profiles; duplicates and NaN vectors go to the rejects. Gives the kept rows as a mask.

        wells needs Metadata_Plate, Metadata_Well, perturbation_id, context_id, is_control;
        values [n_wells, n_features]. A column `row_number` says where in the file a well stands (default: in order).
        """
        wells = wells.reset_index(drop=True)
        numbers = wells["row_number"] if "row_number" in wells else wells.index + 1
        for column in WELL_COLUMNS:
            if column not in wells:
                wells[column] = None
        keep = np.ones(len(wells), dtype=bool)
        twice = wells.duplicated(["Metadata_Plate", "Metadata_Well"], keep="first").to_numpy()
        for row in np.flatnonzero(twice):
            place = f"{wells.at[row, 'Metadata_Plate']} {wells.at[row, 'Metadata_Well']}"
            self.reject(
                file, int(numbers[row]), "Metadata_Well", place, "this well of this plate was in the file before"
            )
        keep &= ~twice
        well_ids = self.dataset + "|" + wells["Metadata_Plate"].astype(str) + "|" + wells["Metadata_Well"].astype(str)
        self.add("well", wells.assign(well_id=well_ids)[["well_id", *WELL_COLUMNS]][keep])
        plates = wells[keep].drop_duplicates("Metadata_Plate")
        self.add("plate", plates[["Metadata_Source", "Metadata_Batch", "Metadata_Plate"]])
        if values is None:
            return keep
        broken = keep & ~np.isfinite(values).all(axis=1)
        for row in np.flatnonzero(broken):
            column = int(np.flatnonzero(~np.isfinite(values[row]))[0])
            name = self.feature_names[column] if self.feature_names else f"feature {column + 1}"
            self.reject(file, int(numbers[row]), name, str(values[row, column]), "the profile is not a number")
        good = keep & ~broken
        profile = pd.DataFrame({"well_id": well_ids[good], "vector": list(values[good].astype(np.float32))})
        self.add("profile", profile)
        return good

    def add_responses(self, wells: pd.DataFrame, values: np.ndarray, *, clip: float | None = None) -> None:
        """Responses of every perturbation and context against the control wells of the same plate."""
        values = values if clip is None else np.clip(values, -clip, clip)
        plates, controls = wells["Metadata_Plate"].to_numpy(), wells["is_control"].to_numpy(dtype=bool)
        delta = against_controls(values, plates, controls)
        groups = (wells["perturbation_id"] + "\t" + wells["context_id"]).to_numpy(dtype=str)
        treated = ~controls
        result = summarise(delta[treated], groups[treated])
        n_controls = {plate: int((controls & (plates == plate)).sum()) for plate in np.unique(plates)}
        per_group = (
            pd.Series(plates[treated]).groupby(groups[treated]).agg(lambda p: sum(n_controls[x] for x in set(p)))
        )
        ids = [group.split("\t") for group in result.groups]
        self.add(
            "response",
            pd.DataFrame(
                {
                    "perturbation_id": [perturbation for perturbation, _ in ids],
                    "context_id": [context for _, context in ids],
                    "n": result.n,
                    "n_controls": per_group.reindex(result.groups).to_numpy(),
                    "agreement": result.agreement,
                    "delta": list(result.delta),
                    "standard_error": list(result.standard_error),
                }
            ),
        )

    def reject(self, file: str, row: int, column: str, value: str, reason: str) -> None:
        """Keep a refused row with its place, value and reason."""
        self.rejects.append(
            {
                "dataset": self.dataset, "file": file, "row_number": row, "column_name": column, "value": value[:200],
                "reason": reason, "rejected_at": utc_now(),
            }
        )  # fmt: skip

    def counts(self) -> dict[str, int]:
        """Rows a table."""
        counts = {table: sum(map(len, frames)) for table, frames in self.frames.items()}
        return counts | {table: counts.get(table, 0) + n_rows for table, (n_rows, _) in self.streams.items()}

    def write(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Insert everything into the lake within the caller's transaction; what is written is let go of."""
        if self.rejects:
            self.add("reject", self.rejects)
        for table in list(self.frames):
            frames = self.frames.pop(table)
            write_frame(cursor, table, frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True))
        for table, (_, blocks) in self.streams.items():
            _write_stream(cursor, table, blocks())


def list_column(values: np.ndarray) -> pa.ListArray:
    """Rows [n, d] as a list column of an Arrow table, without a copy where they lie in one piece."""
    import pyarrow as pa

    n, d = values.shape
    return pa.ListArray.from_arrays(
        pa.array(np.arange(n + 1, dtype=np.int32) * d), pa.array(np.ascontiguousarray(values).ravel())
    )


def write_frame(
    cursor: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame | pa.Table | pa.RecordBatchReader
) -> None:
    """Insert rows, columns by name, within the caller's transaction; what data sets share is written once."""
    key = SHARED.get(table)
    new = f" WHERE {key} NOT IN (SELECT {key} FROM lake.{table})" if key else ""
    cursor.register("incoming", frame)
    cursor.execute(f"INSERT INTO lake.{table} BY NAME SELECT * FROM incoming{new}")
    cursor.unregister("incoming")


def _write_stream(cursor: duckdb.DuckDBPyConnection, table: str, blocks: Iterator[pa.Table]) -> None:
    """Insert blocks as one source: what is registered stays in memory until the transaction ends, so not block by block.

    What goes wrong while a block is made is raised as it was, not as DuckDB tells it.
    """
    import duckdb
    import pyarrow as pa

    failed: list[Exception] = []

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            for block in chain([first], blocks):
                yield from block.to_batches()
        except Exception as error:
            failed.append(error)
            raise

    first = next(blocks)
    try:
        write_frame(cursor, table, pa.RecordBatchReader.from_batches(first.schema, batches()))
    except duckdb.Error:
        if failed:
            raise failed[0] from None
        raise
