"""Parquet, a block of rows at a time, however large its row groups are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.catalog.importers.formats.table import (
    HEAD_ROWS,
    Block,
    Table,
    block_rows,
    categories,
    check_names,
    matrix,
)  # fmt: skip
from workbench.errors import InputError

BUFFER = 64 << 10
NO_TEXT = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list, pa.types.is_struct, pa.types.is_map)


class ParquetTable(Table):
    """A Parquet file; columns that hold lists or structures are left out and named in a note."""

    measured: list[str] | None = None

    def __init__(self, path: Path) -> None:
        self.path, self.form = path, "Parquet"
        self._head: pd.DataFrame | None = None
        with self._opened() as file:
            schema = file.schema_arrow
            check_names(schema.names, path)
        nested = [item.name for item in schema if any(test(item.type) for test in NO_TEXT)]
        self.columns = [name for name in schema.names if name not in nested]
        self.notes = [f"left out, for they hold lists: {', '.join(nested[:5])}"] if nested else []

    def head(self) -> pd.DataFrame:
        """The first rows of all columns as text."""
        if self._head is None:
            self._head = self._read_head()
        return self._head

    def _read_head(self) -> pd.DataFrame:
        first = next(self._stream(self.columns, HEAD_ROWS), None)
        empty = pa.table({name: pa.array([], pa.string()) for name in self.columns})
        columns = empty if first is None else first
        return pd.DataFrame(
            {name: columns.column(name).cast(pa.string()).fill_null("").to_pylist() for name in self.columns},
            dtype=object,
        )

    def texts(self, names: list[str]) -> pd.DataFrame:
        """Columns of all rows as categories of text."""
        if not names:
            return self.texts(self.columns[:1])[[]]
        batches = list(self._stream(names, 1 << 16))
        empty = pa.table({name: pa.array([], pa.string()) for name in names})
        return categories(pa.Table.from_batches(batches) if batches else empty)

    def blocks(self, names: list[str]) -> Iterator[Block]:
        """Columns as numbers, block by block."""
        start = 0
        for batch in self._stream(names, block_rows(len(names))):
            yield matrix(batch, names, start)
            start += batch.num_rows

    def _stream(self, names: list[str], n_rows: int) -> Iterator[pa.RecordBatch]:
        try:
            with self._opened() as file:
                yield from file.iter_batches(batch_size=n_rows, columns=names, use_threads=False)
        except (pa.ArrowException, OSError) as error:
            raise self._unreadable(error) from error

    def _opened(self) -> pq.ParquetFile:
        try:
            # buffered and not ahead: else a row group is held whole, and pandas writes a million rows into one
            return pq.ParquetFile(self.path, pre_buffer=False, buffer_size=BUFFER)
        except (pa.ArrowException, OSError) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> InputError:
        return InputError(
            f"{self.path.name} is not a readable Parquet file; it may be truncated: "
            f"{(str(error).splitlines() or ['?'])[0][:200]}",
            where=str(self.path),
            hint="Write or download it again.",
        )
