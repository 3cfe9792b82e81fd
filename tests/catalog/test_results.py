from __future__ import annotations

import gzip
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

from workbench.catalog.importers.formats.table import MAX_COLUMNS
from workbench.catalog.result_apart import is_risky, read_apart
from workbench.catalog.result_files import FoundGrids, ResultTable, read_result_file
from workbench.errors import InputError

TABLE = pd.DataFrame(
    {"plate_barcode": ["WB1", "WB1"], "well": ["A01", "A02"], "CDC20": ["1.5", "-0.25"], "x": ["u", "v"]}
)
READOUTS = ("HSPA8", "CDC20")


def write(path: Path) -> None:
    """TABLE in the form that a file's name says."""
    if path.suffix == ".xlsx":
        TABLE.assign(CDC20=[1.5, -0.25]).to_excel(path, index=False)
    elif path.suffix == ".parquet":
        TABLE.rename(columns={"plate_barcode": "Metadata_Plate", "well": "Metadata_Well"}).astype(
            {"CDC20": float}
        ).to_parquet(path)
    elif path.suffix == ".h5ad":
        made = anndata.AnnData(
            np.array([[1.5], [-0.25]], dtype=np.float32), obs=TABLE[["plate_barcode", "well", "x"]].copy()
        )
        made.obs_names, made.var_names = ["a", "b"], ["CDC20"]
        made.write_h5ad(path)
    elif path.suffix == ".tsv":
        TABLE.to_csv(path, index=False, sep="\t")
    else:
        TABLE.to_csv(path, index=False)


@pytest.mark.parametrize("name", ["r.csv", "r.csv.gz", "r.tsv", "r.xlsx", "r.parquet", "r.h5ad"])
def test_every_format_gives_the_same_table(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write(path)
    read = read_result_file(path, READOUTS)
    assert isinstance(read, ResultTable)
    assert (read.plates.tolist(), read.wells.tolist()) == (["WB1", "WB1"], ["A01", "A02"])
    assert (read.readouts, read.values.tolist()) == (("CDC20",), [[1.5], [-0.25]])
    assert "x" in read.others
    assert read.wrong == []


@pytest.mark.parametrize("name", ["r.xlsx", "r.h5ad"])
def test_workbooks_and_hdf5_are_read_in_a_process_of_their_own(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write(path)
    assert is_risky(path)
    here, there = read_result_file(path, READOUTS), read_apart(path, READOUTS)
    assert np.array_equal(here.values, there.values)
    assert here.wells.tolist() == there.wells.tolist()
    assert (here.form, here.readouts, here.others) == (there.form, there.readouts, there.others)
    if name == "r.xlsx":
        path.write_bytes(b"PK\x03\x04 broken")
        with pytest.raises(InputError, match="cannot be read as an Excel workbook"):
            read_apart(path, READOUTS)


def test_a_byte_order_mark_and_texts_that_are_no_numbers(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(b"\xef\xbb\xbf" + TABLE.replace("1.5", "=1+1").to_csv(index=False).encode())
    read = read_result_file(path, READOUTS)
    assert read.wrong == [(0, "CDC20", "=1+1")]
    assert np.isnan(read.values[0, 0])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("r.csv", b"plate_barcode,well,\xb5M\n", "not UTF-8"),
        ("r.csv", "plate_barcode,well\n".encode("utf-16"), "not UTF-8"),
        ("r.csv", b"", "is empty"),
        ("r.csv", b"plate_barcode,well,CDC20\n", "holds no row"),
        ("r.csv", b"plate,place,CDC20\nWB1,A01,1\n", "lacks the column well"),
        ("r.csv", b"a,b,CDC20\nWB1,A01,1\n", "lacks the column plate_barcode and well"),
        ("r.csv", b'plate_barcode,well\n"WB1,A01\n', "quotation mark"),
        ("r.csv", b"plate_barcode,well,CDC20\nWB1,A01\n", "row 2"),
        ("r.csv.gz", gzip.compress(b"plate_barcode,well\nWB1,A01\n" * 1000, mtime=0)[:60], "cannot be unpacked"),
        ("r.csv.gz", b"not gzip at all", "cannot be unpacked"),
        ("r.xlsx", b"PK\x03\x04 broken", "cannot be read as an Excel workbook"),
        ("r.parquet", b"PAR1 broken PAR1", "not a readable Parquet"),
        ("r.h5ad", b"\x89HDF\r\n\x1a\n broken", "truncated or damaged"),
        ("r.pkl", b"\x80\x04\x95", "pickle"),
        ("r.csv", b"plate_barcode,well," + b"x," * (MAX_COLUMNS + 10) + b"\n", "at most 20,000 are read"),
    ],
)  # fmt: skip
def test_hostile_files_are_refused_by_name(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as refused:
        read_result_file(path, READOUTS)
    assert name in refused.value.message


def test_grids_come_out_of_text_and_workbooks(tmp_path: Path) -> None:
    rows = [["Instrument", "µ-reader"], ["Barcode", "WB1"], [], ["CDC20"], ["", *range(1, 13)]]
    rows += [[letter, *(10 * i + j for j in range(12))] for i, letter in enumerate("ABCDEFGH")]
    text = "\n".join(";".join(str(cell) for cell in row) for row in rows)
    (tmp_path / "grid.csv").write_bytes(text.encode("cp1252"))
    pd.DataFrame(rows).to_excel(tmp_path / "grid.xlsx", index=False, header=False)
    for name in ("grid.csv", "grid.xlsx"):
        found = read_result_file(tmp_path / name, READOUTS)
        assert isinstance(found, FoundGrids)
        assert (len(found.grids), found.grids[0].n_wells, found.grids[0].label) == (1, 96, "CDC20")
        assert found.grids[0].values[7, 11] == 81
    assert found.grids[0].values.tolist() == read_apart(tmp_path / "grid.xlsx", READOUTS).grids[0].values.tolist()
