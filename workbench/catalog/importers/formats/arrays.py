"""A matrix with names: the table that .npy, .npz, GCT, GCTX and h5ad become; pickled arrays are refused."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.lib import format as npy

from workbench.catalog.importers.formats.table import HEAD_ROWS, Block, Table, block_rows
from workbench.errors import InputError

MAX_NPZ_BYTES = 2 << 30
NO_PICKLE = "Save it with a numeric or text dtype: pickled objects are never read, for they can run code."


class MatrixTable(Table):
    """Text columns in memory, and a matrix that `read(n_rows)` gives in blocks of so many rows."""

    def __init__(
        self, path: Path, form: str, texts: pd.DataFrame, measured: list[str],
        read: Callable[[int], Iterator[np.ndarray]],
    ) -> None:  # fmt: skip
        self.path, self.form, self.measured, self.notes = path, form, measured, []
        self._texts, self._read = texts, read
        self.columns = [*texts.columns, *measured]

    def head(self) -> pd.DataFrame:
        """The first rows of the text columns."""
        return self._texts.head(HEAD_ROWS).astype(str)

    def texts(self, names: list[str]) -> pd.DataFrame:
        """Columns of all rows as categories of text."""
        return self._texts[names].astype("category")

    def blocks(self, names: list[str]) -> Iterator[Block]:
        """Measured columns as numbers, block by block."""
        place = {name: i for i, name in enumerate(self.measured)}
        chosen = [place[name] for name in names]
        whole, start = names == self.measured, 0
        for rows in self._read(block_rows(len(self.measured))):
            with np.errstate(over="ignore"):
                values = np.ascontiguousarray(rows if whole else rows[:, chosen], dtype=np.float32)
            yield Block(start, values)
            start += len(values)


def read_npy(path: Path) -> MatrixTable:
    """A matrix of numbers without names. Raises InputError for pickles, other shapes and truncated files."""
    with path.open("rb") as handle:
        try:
            version = npy.read_magic(handle)
            read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
            shape, fortran, dtype = read_header(handle)
        except (ValueError, OSError, EOFError) as error:
            raise InputError(
                f"{path.name} is not a readable .npy file: {str(error)[:150]}.", where=str(path)
            ) from error
        offset = handle.tell()
    _check_matrix(path, shape, dtype)
    if path.stat().st_size < offset + int(np.prod(shape, dtype=object)) * dtype.itemsize:
        raise InputError(f"{path.name} is truncated: it holds less than {shape[0]:,} rows.", where=str(path))

    def read(n_rows: int) -> Iterator[np.ndarray]:
        if fortran:  # a column is contiguous: rows can only be had through the page cache
            mapped = np.load(path, mmap_mode="r", allow_pickle=False)
            yield from (np.asarray(mapped[i : i + n_rows]) for i in range(0, shape[0], n_rows))
            return
        with path.open("rb") as handle:
            handle.seek(offset)
            for i in range(0, shape[0], n_rows):
                n = min(n_rows, shape[0] - i)
                yield np.fromfile(handle, dtype=dtype, count=n * shape[1]).reshape(n, shape[1])

    return MatrixTable(path, "NumPy matrix", pd.DataFrame(index=range(shape[0])), numbered(shape[1]), read)


def read_npz(path: Path) -> MatrixTable:
    """One matrix with text columns of the same length. Raises InputError for pickles, bombs and several matrices."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(item.file_size for item in archive.infolist())
        if size > MAX_NPZ_BYTES:
            raise InputError(
                f"{path.name} unpacks to {size >> 20:,} MB; at most {MAX_NPZ_BYTES >> 20:,} MB are read.",
                where=str(path), hint="Save the matrix as .npy or Parquet.",
            )  # fmt: skip
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (zipfile.BadZipFile, OSError, ValueError, EOFError) as error:
        pickled = "pickle" in str(error).lower()
        raise InputError(
            f"{path.name} " + ("holds pickled objects." if pickled else f"is not a readable .npz file: {error}."),
            where=str(path), hint=NO_PICKLE if pickled else "Write it again.",
        ) from error  # fmt: skip
    matrices = {name: value for name, value in arrays.items() if value.ndim == 2 and value.dtype.kind in "fiub"}
    if len(matrices) != 1:
        raise InputError(
            f"{path.name} holds {len(matrices)} matrices of numbers ({', '.join(arrays) or 'nothing'}); one is needed.",
            where=str(path),
        )
    ((_, values),) = matrices.items()
    columns = {name: a.astype(str) for name, a in arrays.items() if a.ndim == 1 and len(a) == len(values)}
    names = next((a for key, a in arrays.items() if "feature" in key and a.shape == values.shape[1:]), None)
    measured = numbered(values.shape[1]) if names is None else [str(name) for name in names]
    _check_matrix(path, values.shape, values.dtype)

    def read(n_rows: int) -> Iterator[np.ndarray]:
        yield from (values[i : i + n_rows] for i in range(0, len(values), n_rows))

    frame = pd.DataFrame(columns, index=range(len(values)))
    return MatrixTable(path, "NumPy archive", frame, measured, read)


def numbered(n: int) -> list[str]:
    """Names for features that have none."""
    return [f"feature_{i:04d}" for i in range(n)]


def _check_matrix(path: Path, shape: tuple[int, ...], dtype: np.dtype) -> None:
    if dtype.hasobject:
        raise InputError(f"{path.name} holds pickled objects.", where=str(path), hint=NO_PICKLE)
    if len(shape) != 2 or dtype.kind not in "fiub":
        raise InputError(
            f"{path.name} holds {dtype} in the shape {shape}; a matrix of numbers is needed, a row a well.",
            where=str(path),
        )
    if not 0 < shape[1] <= 100_000:
        raise InputError(f"{path.name} has {shape[1]:,} columns; 1 to 100,000 can be read.", where=str(path))
