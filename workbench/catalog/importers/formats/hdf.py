"""HDF5 files of others: opened only when all they hold is in them; text and categories out of their groups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import InputError

if TYPE_CHECKING:
    import h5py

MAX_CHUNK_BYTES = 512 << 20
MAX_ROWS = 20_000_000
# what h5py raises for damaged files, by experience; its C library knows no classes
DAMAGED = (OSError, KeyError, ValueError, RuntimeError, TypeError, AttributeError, OverflowError, IndexError)


@contextmanager
def opened(path: Path) -> Iterator[h5py.File]:
    """The file, read-only. Raises InputError when it is damaged or refers to other files."""
    import h5py

    try:
        with h5py.File(path, "r", locking=False) as file:
            _refuse_what_lies_elsewhere(file, path)
            yield file
    except DAMAGED as error:
        raise InputError(
            f"{path.name} cannot be read; it may be truncated or damaged: {(str(error).splitlines() or ['?'])[0][:200]}",
            where=str(path),
            hint="Write or download it again.",
        ) from error


def _refuse_what_lies_elsewhere(file: h5py.File, path: Path) -> None:
    import h5py

    wrong: list[str] = []  # raising within h5py's walk would lose the error

    def look_at_link(name: str, link: Any) -> None:
        if isinstance(link, h5py.ExternalLink):
            wrong.append(f"{path.name} refers to another file: {name!r} is a link to {str(link.filename)[:100]!r}.")

    def look_at(name: str, item: Any) -> None:
        if not isinstance(item, h5py.Dataset):
            return
        if item.external or item.is_virtual:
            wrong.append(f"{path.name} keeps the values of {name!r} in another file.")
        chunk = int(np.prod(item.chunks or (0,), dtype=object)) * item.dtype.itemsize
        if chunk > MAX_CHUNK_BYTES:
            most = f"at most {MAX_CHUNK_BYTES >> 20:,} can be unpacked."
            wrong.append(f"{name!r} of {path.name} is in pieces of {chunk >> 20:,} MB; {most}")

    file.visititems_links(look_at_link)
    file.visititems(look_at)
    if wrong:
        raise InputError(wrong[0], where=str(path), hint="Write one file that holds all its data in smaller pieces.")


def column(item: Any, n_rows: int, path: Path) -> np.ndarray | None:
    """A column of a data frame as text [n_rows]: plain, categorical or with a mask; None for anything else."""
    import h5py

    if isinstance(item, h5py.Group):
        if {"codes", "categories"} <= set(item):
            codes, names = item["codes"], item["categories"]
            _check_length(item.name, codes.shape, n_rows, path)
            return _by_code(codes[:], _text(names), item.name, path)
        if {"values", "mask"} <= set(item):
            _check_length(item.name, item["values"].shape, n_rows, path)
            return np.where(item["mask"][:], "", _text(item["values"]))
        return None
    if item.ndim != 1:
        return None
    _check_length(item.name, item.shape, n_rows, path)
    if "categories" in item.attrs:  # anndata before 0.8
        return _by_code(item[:], _text(item.file[item.attrs["categories"]]), item.name, path)
    return _text(item)


def _text(item: h5py.Dataset) -> np.ndarray:
    if item.dtype.kind == "O" or item.dtype.kind == "S":
        return np.array(
            [x.decode("utf-8", "replace") if isinstance(x, bytes) else str(x) for x in item[:]], dtype=object
        )
    values = item[:]
    if values.dtype.kind == "f":
        return np.array(["" if np.isnan(x) else f"{x:g}" for x in values], dtype=object)
    return values.astype(str).astype(object)


def _by_code(codes: np.ndarray, names: np.ndarray, where: str, path: Path) -> np.ndarray:
    codes = codes.astype(np.int64)
    if len(codes) and (codes.max() >= len(names) or codes.min() < -1):
        raise InputError(f"{where!r} of {path.name} has codes without a category.", where=str(path))
    return np.append(names, "").astype(object)[codes]  # -1, a missing one, takes the last


def _check_length(name: str, shape: tuple[int, ...], n_rows: int, path: Path) -> None:
    if shape != (n_rows,) or n_rows > MAX_ROWS:
        raise InputError(f"{name!r} of {path.name} has the shape {shape}, expected {n_rows:,} rows.", where=str(path))
