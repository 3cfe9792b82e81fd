"""GCTX: the HDF5 form of GCT; samples are rows already and are read in parts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.catalog.importers.formats.arrays import MatrixTable
from workbench.catalog.importers.formats.gct import SYMBOLS, by_symbol, unique_names
from workbench.catalog.importers.formats.hdf import column, opened
from workbench.errors import InputError

MATRIX, SAMPLES, FEATURES = "0/DATA/0/matrix", "0/META/COL", "0/META/ROW"


def read_gctx(path: Path) -> MatrixTable:
    """Samples as rows with their metadata. Raises InputError for damaged files and other layouts."""
    with opened(path) as file:
        missing = [name for name in (MATRIX, f"{SAMPLES}/id", f"{FEATURES}/id") if name not in file]
        if missing:
            raise InputError(f"{path.name} is no GCTX file: it has no {missing[0]!r}.", where=str(path))
        shape = file[MATRIX].shape
        if len(shape) != 2 or not 0 < shape[1] <= 100_000:
            raise InputError(f"the matrix of {path.name} has the shape {shape}.", where=str(path))
        columns = {name: column(item, shape[0], path) for name, item in file[SAMPLES].items()}
        names = [str(name).strip() for name in column(file[f"{FEATURES}/id"], shape[1], path)]
        said = next((file[f"{FEATURES}/{name}"] for name in SYMBOLS if f"{FEATURES}/{name}" in file), None)
        symbols = names if said is None else [str(name).strip() for name in column(said, shape[1], path)]
    columns = {"sample": columns.pop("id"), **{name: text for name, text in columns.items() if text is not None}}

    def read(n_rows: int) -> Iterator[np.ndarray]:
        with opened(path) as file:
            yield from (file[MATRIX][i : i + n_rows] for i in range(0, shape[0], n_rows))

    return MatrixTable(
        path, "GCTX", pd.DataFrame(columns, dtype=object), by_symbol(unique_names(path, names), symbols), read
    )
