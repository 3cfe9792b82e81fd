"""AnnData files: obs as text columns, X (dense, CSR or CSC), a layer or an embedding of obsm as measured columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.catalog.importers.formats.arrays import MatrixTable
from workbench.catalog.importers.formats.gct import unique_names
from workbench.catalog.importers.formats.hdf import MAX_ROWS, column, opened
from workbench.catalog.importers.formats.table import EMPTY
from workbench.errors import InputError

if TYPE_CHECKING:
    import h5py

MAX_FEATURES = 100_000
MAX_CSC_VALUES = 128 << 20
INDEX = "obs index"
SYMBOLS = ("gene_name", "gene_symbols", "gene_symbol", "feature_name", "gene_short_name", "symbol")
ACCESSION = re.compile(r"ENS[A-Z]*G\d{11}(\.\d+)?")


def read_h5ad(path: Path, values: str = "") -> MatrixTable:
    """Cells or wells as rows. `values`: X (default), layers/NAME, raw/X or obsm/NAME.

    Raises InputError for files that are damaged, refer to others, or lack what was asked for.
    """
    with opened(path) as file:
        missing = [name for name in ("obs", "var") if name not in file]
        if missing or ("X" not in file and not values):
            raise InputError(
                f"{path.name} is no AnnData file: it has no {' and no '.join(missing or ['X'])}.", where=str(path),
                hint=f"It holds {', '.join(list(file)[:8])}." if len(file) else "",
            )  # fmt: skip
        key = values or "X"
        if key not in file:
            known = ["X", *_places(file)]
            raise InputError(f"{path.name} has no {key!r}.", where=str(path), hint=f"It holds {', '.join(known)}.")
        frame = _frame(file["obs"], path)
        shape = _shape(file[key], path)
        if shape[0] != len(frame) or not 0 < shape[1] <= MAX_FEATURES:
            raise InputError(
                f"{key!r} of {path.name} is {shape[0]:,} x {shape[1]:,}; obs has {len(frame):,} rows, and 1 to "
                f"{MAX_FEATURES:,} columns can be read.",
                where=str(path),
            )
        names = _names(file, key, shape[1], path)
        form = f"AnnData, {key} ({_kind(file[key])})"
        notes = _about(file, key)
    table = MatrixTable(path, form, frame, names, lambda n_rows: _rows(path, key, shape, n_rows))
    table.notes = notes
    return table


def _frame(group: h5py.Group, path: Path) -> pd.DataFrame:
    if not hasattr(group, "keys"):
        raise InputError(
            f"{path.name} was written by an anndata before 0.7.", where=str(path),
            hint="Read it with anndata and write it again.",
        )  # fmt: skip
    index = str(group.attrs.get("_index", "_index"))
    if index not in group:
        raise InputError(f"{group.name!r} of {path.name} has no index.", where=str(path))
    item = group[index]
    n_rows = int((item["values"] if hasattr(item, "keys") else item).shape[0])
    if n_rows > MAX_ROWS:
        raise InputError(f"{path.name} has {n_rows:,} rows; at most {MAX_ROWS:,} are read.", where=str(path))
    columns = {INDEX: column(item, n_rows, path)}
    for name in group.attrs.get("column-order", [key for key in group if key not in (index, "__categories")]):
        if name in group:
            text = column(group[name], n_rows, path)
            if text is not None:
                columns[str(name)] = text
    return pd.DataFrame(columns, dtype=object)


def _places(file: h5py.File) -> list[str]:
    found = [f"{group}/{name}" for group in ("layers", "obsm") if group in file for name in file[group]]
    return found + (["raw/X"] if "raw/X" in file else [])


def _shape(item: h5py.Dataset | h5py.Group, path: Path) -> tuple[int, int]:
    shape = tuple(int(n) for n in (item.attrs.get("shape", item.attrs.get("h5sparse_shape", ()))
                                   if hasattr(item, "keys") else item.shape))  # fmt: skip
    if len(shape) != 2 or min(shape) < 0:
        raise InputError(f"{item.name!r} of {path.name} is no matrix.", where=str(path))
    return shape


def _kind(item: h5py.Dataset | h5py.Group) -> str:
    if not hasattr(item, "keys"):
        return "dense"
    kind = item.attrs.get("encoding-type", item.attrs.get("h5sparse_format", "csr"))
    kind = kind.decode() if isinstance(kind, bytes) else str(kind)
    return kind.removesuffix("_matrix").upper()


def _names(file: h5py.File, key: str, n: int, path: Path) -> list[str]:
    if key.startswith("obsm/"):
        return [f"{key.removeprefix('obsm/')}_{i}" for i in range(n)]
    var = file["raw/var"] if key.startswith("raw/") and "raw/var" in file else file["var"]
    frame = _frame(var, path)
    names = [str(name) for name in frame[INDEX]]
    if len(names) != n:
        raise InputError(f"{path.name} names {len(names):,} variables for {n:,} columns.", where=str(path))
    unique_names(path, names)
    symbol = next((name for name in SYMBOLS if name in frame), None)
    if symbol is None or not all(ACCESSION.fullmatch(name) for name in names[:20]):
        return names
    said = frame[symbol].astype(str).str.strip()
    usable = ~said.str.lower().isin(EMPTY) & ~said.duplicated(keep=False)
    return unique_names(path, np.where(usable, said, names).tolist())


def _about(file: h5py.File, key: str) -> list[str]:
    """Whether these are counts, and what else is in the file."""
    notes = []
    item = file[key]
    sample = np.asarray((item["data"] if hasattr(item, "keys") else item)[:2000], dtype=np.float64).ravel()
    sample = sample[np.isfinite(sample)]
    if sample.size and not key.startswith("obsm/"):
        if (sample < 0).any():
            said = "has negative values: it is centred or scaled"
        elif (sample == np.round(sample)).all():
            said = "holds whole numbers: counts that are not normalised; prefer a normalised layer for maps"
        else:
            said = "has no negative and broken values: normalised" + (", log1p" if "uns/log1p" in file else "")
        notes.append(f"{key} {said}")
    others = [name for name in ("X", *_places(file)) if name in file and name != key]
    if others:
        notes.append(f"also in the file: {', '.join(others)} (chosen with --values)")
    return notes


def _rows(path: Path, key: str, shape: tuple[int, int], n_rows: int) -> Iterator[np.ndarray]:
    with opened(path) as file:
        item = file[key]
        if not hasattr(item, "keys"):
            yield from (item[i : i + n_rows] for i in range(0, shape[0], n_rows))
            return
        if _kind(item) == "CSC":
            yield from _from_columns(item, shape, n_rows, path)
            return
        starts = item["indptr"][:].astype(np.int64)
        _check_pointers(starts, shape[0], item, path)
        for i in range(0, shape[0], n_rows):
            ends = starts[i : i + n_rows + 1]
            data, indices = item["data"][ends[0] : ends[-1]], item["indices"][ends[0] : ends[-1]].astype(np.int64)
            _check_indices(indices, shape[1], item, path)
            rows = np.zeros((len(ends) - 1, shape[1]), dtype=np.float32)
            rows[np.repeat(np.arange(len(ends) - 1), np.diff(ends)), indices] = data
            yield rows


def _from_columns(item: h5py.Group, shape: tuple[int, int], n_rows: int, path: Path) -> Iterator[np.ndarray]:
    from scipy.sparse import csc_matrix

    n_values = item["data"].shape[0]
    if n_values > MAX_CSC_VALUES:
        raise InputError(
            f"{item.name!r} of {path.name} is stored by columns (CSC) with {n_values:,} values.", where=str(path),
            hint="Write it again as CSR: adata.X = adata.X.tocsr().",
        )  # fmt: skip
    starts = item["indptr"][:].astype(np.int64)
    indices = item["indices"][:].astype(np.int64)
    _check_pointers(starts, shape[1], item, path)
    _check_indices(indices, shape[0], item, path)
    rows = csc_matrix((item["data"][:].astype(np.float32), indices, starts), shape=shape).tocsr()
    yield from (rows[i : i + n_rows].toarray() for i in range(0, shape[0], n_rows))


def _check_pointers(starts: np.ndarray, n: int, item: h5py.Group, path: Path) -> None:
    n_values = min(item["data"].shape[0], item["indices"].shape[0])
    if len(starts) != n + 1 or starts[0] != 0 or starts[-1] > n_values or (np.diff(starts) < 0).any():
        raise InputError(
            f"the row pointers of {item.name!r} in {path.name} are not those of its matrix.", where=str(path)
        )


def _check_indices(indices: np.ndarray, n: int, item: h5py.Group, path: Path) -> None:
    if len(indices) and (indices.min() < 0 or indices.max() >= n):
        raise InputError(f"{item.name!r} in {path.name} has indices outside of its matrix.", where=str(path))
