"""GCT 1.2 and 1.3: features down, samples across, with the metadata of both; read into rows of samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.catalog.importers.columns import plain
from workbench.catalog.importers.formats.arrays import MatrixTable
from workbench.catalog.importers.formats.delimited import check_text, is_gzip, open_text
from workbench.catalog.importers.formats.table import EMPTY
from workbench.errors import InputError

MAX_VALUES = 512 << 20
VERSIONS = ("#1.2", "#1.3")
SYMBOLS = ("pr_gene_symbol", "gene_symbol", "symbol")


def read_gct(path: Path) -> MatrixTable:
    """Samples as rows. Raises InputError naming the line for counts that are not those of the first lines."""
    packed = is_gzip(path)
    check_text(path, packed)
    with open_text(path, packed) as handle:
        lines = (line.decode("utf-8-sig").rstrip("\r\n") for line in handle)
        version = next(lines, "").strip()
        counts = _counts(path, next(lines, ""), version)
        n_features, n_samples, n_row_facts, n_column_facts = counts
        if version == VERSIONS[0]:
            n_row_facts = 1  # Description
        header = next(lines, "").split("\t")
        samples = header[1 + n_row_facts :]
        if len(samples) != n_samples:
            raise InputError(
                f"{path.name}, line 3: {len(samples):,} samples are named, line 2 says {n_samples:,}.", where=str(path)
            )
        columns = {"sample": samples}
        for i in range(n_column_facts):
            parts = _parts(path, next(lines, ""), 4 + i, 1 + n_row_facts + n_samples)
            columns[parts[0] if parts[0] not in columns else f"{parts[0]} (column)"] = parts[1 + n_row_facts :]
        facts = [plain(name) for name in header[1 : 1 + n_row_facts]]
        symbol = next((1 + facts.index(name) for name in SYMBOLS if name in facts), 0)
        names, symbols, rows = [], [], []
        for i in range(n_features):
            parts = _parts(path, next(lines, ""), 4 + n_column_facts + i, 1 + n_row_facts + n_samples)
            names.append(parts[0])
            symbols.append(parts[symbol].strip())
            rows.append(_floats(path, parts[1 + n_row_facts :], 4 + n_column_facts + i, samples))
        if next((line for line in lines if line.strip()), None) is not None:
            raise InputError(f"{path.name} has more than the {n_features:,} rows that line 2 says.", where=str(path))
    values = np.stack(rows)

    def read(n_rows: int) -> Iterator[np.ndarray]:
        yield from (values[:, i : i + n_rows].T for i in range(0, n_samples, n_rows))

    form = f"GCT {version[1:]}" + (", gzip" if packed else "")
    return MatrixTable(
        path, form, pd.DataFrame(columns, dtype=str), by_symbol(unique_names(path, names), symbols), read
    )


def by_symbol(names: list[str], symbols: Sequence[str]) -> list[str]:
    """The gene symbols of features where each has one of its own; else the names (probes, accession numbers)."""
    told = {symbol.lower() for symbol in symbols}
    return list(symbols) if len(told) == len(names) and not told & {*EMPTY, "-666"} else names


def unique_names(path: Path, names: list[str]) -> list[str]:
    """The names. Raises InputError for one that is there twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"the feature {name!r} is twice in {path.name}.", where=str(path), hint="Rename one.")
        seen.add(name)
    return names


def _counts(path: Path, line: str, version: str) -> tuple[int, int, int, int]:
    try:
        numbers = [int(part) for part in line.split()]
    except ValueError:
        numbers = []
    if version not in VERSIONS or len(numbers) != (2 if version == VERSIONS[0] else 4) or min(numbers) < 0:
        raise InputError(
            f"{path.name} is not a readable GCT file: it begins with {version[:20]!r} and {line[:40]!r}.",
            where=str(path), hint="Line 1 is #1.2 or #1.3, line 2 the numbers of rows, columns and their metadata.",
        )  # fmt: skip
    rows, columns, *facts = numbers
    if rows * columns == 0:
        raise InputError(f"{path.name} holds no values: line 2 says {line!r}.", where=str(path))
    if rows * columns > MAX_VALUES:
        raise InputError(
            f"{path.name} holds {rows:,} x {columns:,} values; a GCT file is read up to {MAX_VALUES:,}.",
            where=str(path), hint="Use GCTX or Parquet, which are read in parts.",
        )  # fmt: skip
    row_facts, column_facts = facts or (0, 0)
    return rows, columns, row_facts, column_facts


def _parts(path: Path, line: str, number: int, expected: int) -> list[str]:
    parts = line.split("\t")
    if len(parts) != expected:
        raise InputError(
            f"{path.name}, line {number}: {len(parts):,} cells, expected {expected:,}; the file may be truncated.",
            where=str(path),
        )
    return parts


def _floats(path: Path, cells: list[str], number: int, samples: list[str]) -> np.ndarray:
    try:
        return np.array(cells, dtype=np.float32)
    except ValueError:
        values = np.empty(len(cells), dtype=np.float32)
    for i, cell in enumerate(cells):
        try:
            values[i] = float(cell) if cell.strip().lower() not in ("", "na", "null") else np.nan
        except ValueError as error:
            raise InputError(
                f"{path.name}, line {number}, sample {samples[i]}: {cell[:50]!r} is not a number.", where=str(path)
            ) from error
    return values
