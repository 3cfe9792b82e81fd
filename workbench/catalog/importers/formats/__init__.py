"""Open a file by what it holds, not by how it is called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import InputError

if TYPE_CHECKING:
    from workbench.catalog.importers.formats.table import Table

REFUSED = {
    b"\x80\x02": "a Python pickle", b"\x80\x03": "a Python pickle", b"\x80\x04": "a Python pickle",
    b"\x80\x05": "a Python pickle", b"%PDF": "a PDF", b"BZh": "packed with bzip2", b"\xfd7zXZ": "packed with xz",
    b"\x28\xb5\x2f\xfd": "packed with zstd", b"RDX": "an R file", b"\xd0\xcf\x11\xe0": "an old Excel workbook",
}  # fmt: skip
SUFFIXES = (".csv", ".tsv", ".txt", ".gz", ".parquet", ".gct", ".gctx", ".h5ad", ".npy", ".npz")


def open_table(path: Path, values: str = "") -> Table:
    """A file as a table. Raises InputError that says what it is instead, where it is nothing we read.

    `values` chooses the matrix of an AnnData file.
    """
    with path.open("rb") as handle:
        magic = handle.read(8)
    suffix = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    if magic[:4] == b"PAR1" or suffix == "parquet":
        from workbench.catalog.importers.formats.parquet import ParquetTable

        return ParquetTable(path)
    if magic == b"\x89HDF\r\n\x1a\n" or suffix in ("h5ad", "gctx", "h5"):
        return _hdf(path, suffix, values)
    if magic[:6] == b"\x93NUMPY" or suffix == "npy":
        from workbench.catalog.importers.formats.arrays import read_npy

        return read_npy(path)
    if suffix == "npz":
        from workbench.catalog.importers.formats.arrays import read_npz

        return read_npz(path)
    _refuse(path, magic, suffix)
    if suffix == "gct" or magic[:4] in (b"#1.2", b"#1.3"):
        from workbench.catalog.importers.formats.gct import read_gct

        return read_gct(path)
    from workbench.catalog.importers.formats.delimited import Delimited

    return Delimited(path)


def _hdf(path: Path, suffix: str, values: str) -> Table:
    from workbench.catalog.importers.formats.gctx import read_gctx
    from workbench.catalog.importers.formats.h5ad import read_h5ad

    return read_gctx(path) if suffix == "gctx" else read_h5ad(path, values)


def _refuse(path: Path, magic: bytes, suffix: str) -> None:
    what = next((words for start, words in REFUSED.items() if magic.startswith(start)), "")
    if magic[:4] == b"PK\x03\x04":
        what = "an Excel workbook" if suffix in ("xlsx", "xlsm") else "a zip archive"
    if suffix in ("pkl", "pickle", "joblib"):
        what = "a Python pickle"
    if not what:
        return
    hint = "Save it as 'CSV UTF-8' or Parquet." if "Excel" in what else "Unpack it, or write CSV, Parquet or h5ad."
    if "pickle" in what:
        hint = "Pickles are never read, for they can run code: write the table as Parquet or CSV."
    raise InputError(f"{path.name} is {what}, which we do not read.", where=str(path), hint=hint)
