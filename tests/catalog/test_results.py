from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest

from workbench.catalog.results import MAX_COLUMNS, read_result_file
from workbench.errors import InputError

TABLE = pd.DataFrame({"plate_barcode": ["WB1", "WB1"], "well": ["A01", "A02"], "CDC20": ["1.5", "-0.25"]})


@pytest.mark.parametrize("name", ["r.csv", "r.csv.gz", "r.xlsx", "r.parquet"])
def test_every_format_gives_the_same_table(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith(".xlsx"):
        TABLE.to_excel(path, index=False)
    elif name.endswith(".parquet"):
        TABLE.to_parquet(path)
    else:
        TABLE.to_csv(path, index=False)
    read = read_result_file(path)
    assert read.to_dict("list") == TABLE.to_dict("list")


def test_numbers_in_parquet_keep_their_value(tmp_path: Path) -> None:
    path = tmp_path / "r.parquet"
    TABLE.assign(CDC20=[0.1 + 0.2, 1e-9]).to_parquet(path)
    assert [float(text) for text in read_result_file(path)["CDC20"]] == [0.1 + 0.2, 1e-9]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(b"\xef\xbb\xbf" + TABLE.to_csv(index=False).encode())
    assert next(iter(read_result_file(path).columns)) == "plate_barcode"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("r.csv", b"plate_barcode,well,\xb5M\n", "not UTF-8"),
        ("r.csv", "plate_barcode,well\n".encode("utf-16"), "not UTF-8"),
        ("r.csv", b"", "cannot be read"),
        ("r.csv", b"plate_barcode,well,CDC20\n", "holds no row"),
        ("r.csv", b"plate,position,CDC20\nWB1,A01,1\n", "lacks the column plate_barcode and well"),
        ("r.csv", b'plate_barcode,well\n"WB1,A01\n', "cannot be read"),
        ("r.csv.gz", gzip.compress(b"plate_barcode,well\nWB1,A01\n" * 1000, mtime=0)[:60], "cannot be read"),
        ("r.csv.gz", b"not gzip at all", "cannot be read"),
        ("r.xlsx", b"PK\x03\x04 broken", "cannot be read"),
        ("r.xlsx", b"neither", "cannot be read"),
        ("r.parquet", b"PAR1 broken PAR1", "cannot be read"),
        ("r.csv", b"plate_barcode,well," + b"x," * (MAX_COLUMNS + 10) + b"\n", "are the limit"),
    ],
)
def test_hostile_files_are_refused_by_name(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as refused:
        read_result_file(path)
    assert name in refused.value.message


def test_a_compressed_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.catalog.results.MAX_BYTES", 2**20)
    path = tmp_path / "r.csv.gz"
    path.write_bytes(gzip.compress(b"0" * 2**24))
    with pytest.raises(InputError, match="holds more than 1 MB"):
        read_result_file(path)
