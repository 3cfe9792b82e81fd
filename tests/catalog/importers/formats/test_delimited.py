import csv
import gzip

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.catalog.importers.formats import delimited, open_table
from workbench.catalog.importers.formats.table import Table, numbers, text_of
from workbench.errors import InputError


def read_whole(table: Table) -> np.ndarray:
    """All columns as text and as numbers."""
    table.texts(table.columns)
    return np.concatenate([block.values for block in table.blocks(table.columns)] or [np.zeros((0, 1))])


def test_text_stays_text(write_csv) -> None:
    table = open_table(write_csv("\ufeffgene,score\nNA,1\n0012,\n TP53 ,nan\n"))
    assert table.columns == ["gene", "score"]  # the byte order mark is gone
    assert text_of(table, "gene") == ["NA", "0012", " TP53 "]
    (block,) = table.blocks(["score"])
    np.testing.assert_array_equal(block.values[:, 0], [1, np.nan, np.nan])
    assert block.wrong == []


def test_a_value_that_is_no_number_is_named(write_csv) -> None:
    (block,) = open_table(write_csv("a,b\n1,x\n 2 ,3\n")).blocks(["a", "b"])
    assert block.wrong == [(0, "b", "x")]
    np.testing.assert_array_equal(block.values, [[1, np.nan], [2, 3]])


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "f.csv", "empty"),
        (b"\n \n", "f.csv", "empty"),
        (b"a,b\n1,2\n3\n", "f.csv", "row 3 .*Expected 2 columns, got 1"),
        (b"a,b\n1,2,9\n", "f.csv", "row 2 .*Expected 2 columns, got 3"),
        ("a,b\n1,Zürich\n".encode("latin-1"), "f.csv", "not UTF-8: row 2 .*Zürich"),
        ("gene,score\nTP53,1\n".encode("utf-16"), "f.csv", "not UTF-8: row 1"),
        (b'a,b\n1,"x\n2,3\n', "f.csv", "quotation mark"),
        (b"a,a\n1,2\n", "f.csv", "column 'a' is twice"),
        (b"a,,c\n1,2,3\n", "f.csv", "column 2 .* no name"),
        (b"PAR1 not parquet", "f.parquet", "not a readable Parquet"),
        (gzip.compress(b"a,b\n1,2\n" * 100, mtime=0)[:-12], "f.csv.gz", "cannot be unpacked"),
        (b"a,b\n1,2\n", "f.csv.gz", "cannot be unpacked"),
    ],
)
def test_broken_files_are_refused_with_their_place(write_csv, content: bytes, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_whole(open_table(write_csv(content, name)))


def test_a_truncated_parquet_file_is_refused(tmp_path) -> None:
    path = tmp_path / "f.parquet"
    pd.DataFrame({"a": np.arange(10_000.0)}).to_parquet(path)
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(InputError, match="truncated"):
        read_whole(open_table(path))


def test_a_hundred_thousand_columns_are_refused(write_csv, tmp_path) -> None:
    header = ",".join(f"f{i}" for i in range(100_000))
    with pytest.raises(InputError, match="100,000 columns; at most 20,000"):
        open_table(write_csv(header + "\n" + ",".join(["1"] * 100_000) + "\n"))
    path = tmp_path / "wide.parquet"
    pd.DataFrame({f"f{i}": [1.0] for i in range(20_001)}).to_parquet(path)
    with pytest.raises(InputError, match="20,001 columns"):
        read_whole(open_table(path))


def test_a_gzip_bomb_stops_at_the_limit(write_csv, monkeypatch) -> None:
    bomb = write_csv(gzip.compress(b"a,b\n" + b"0,0\n" * (1 << 20), mtime=0), "f.csv.gz")
    assert bomb.stat().st_size < 1 << 15
    monkeypatch.setattr(delimited, "MAX_BYTES", 1 << 20)
    with pytest.raises(InputError, match="more than 1 MB"):
        open_table(bomb)
    monkeypatch.setattr(delimited, "MAX_BYTES", 1 << 30)
    monkeypatch.setattr(delimited, "BOMB_BYTES", 1 << 20)
    with pytest.raises(InputError, match="more than 200 times its size"):
        open_table(bomb)


def test_a_line_without_end_is_refused(write_csv, monkeypatch) -> None:
    monkeypatch.setattr(delimited, "MAX_LINE", 1 << 16)
    with pytest.raises(InputError, match="row 2 .*longer than"):
        open_table(write_csv("a,b\n" + "1" * (1 << 17) + ",2\n"))


FRAME = pd.DataFrame({"gene": ["TP53", "NA"], "score": [1.5, -2.0]})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("f.csv", FRAME.to_csv(index=False)),
        ("index.csv", FRAME.to_csv()),
        ("rows.csv", "gene,score\n1,TP53,1.5\n2,NA,-2\n"),
        ("f.tsv", FRAME.to_csv(index=False, sep="\t")),
        ("f.txt", FRAME.to_csv(index=False, sep="\t")),
        ("german.csv", FRAME.to_csv(index=False, sep=";", decimal=",")),
        ("excel.csv", "sep=;\n" + FRAME.to_csv(index=False, sep=";")),
        ("bars.csv", FRAME.to_csv(index=False, sep="|")),
        ("notes.csv", "# exported today\n\n" + FRAME.to_csv(index=False)),
        ("windows.csv", FRAME.to_csv(index=False, lineterminator="\r\n")),
        ("mark.csv", "\ufeff" + FRAME.to_csv(index=False)),
        ("quoted.csv", 'gene,score\n"TP53","1.5"\n"NA","-2"\n'),
        ("packed.csv.gz", gzip.compress(FRAME.to_csv(index=False).encode(), mtime=0)),
        ("called_otherwise.csv", gzip.compress(FRAME.to_csv(index=False).encode(), mtime=0)),
    ],
)  # fmt: skip
def test_every_way_of_writing_a_table_is_read_alike(write_csv, name: str, content: str | bytes) -> None:
    table = open_table(write_csv(content, name))
    assert text_of(table, "gene") == ["TP53", "NA"]
    assert [block.values[:, 0].tolist() for block in table.blocks(["score"])] == [[1.5, -2.0]]


def test_numbers_are_told_from_text_as_python_does() -> None:
    cells = ["1", "-2.5e3", "", "NA", "inf", "1,5", "x", "0x10", "  7 ", "1_0"]
    values, wrong = numbers(pa.array(cells))
    np.testing.assert_array_equal(values[[0, 1, 2, 3, 4, 8]], [1, -2500, np.nan, np.nan, np.inf, 7])
    assert [text for _, text in wrong if text != "1_0"] == ["1,5", "x", "0x10"]
    assert numbers(pa.array(["1,5"]), comma=True)[0].tolist() == [1.5]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n"), min_size=1, max_size=8),
            st.floats(width=32, allow_nan=False, allow_infinity=False),
        ),
        min_size=1, max_size=12,
    ),
    st.sampled_from([",", ";", "\t"]),
)  # fmt: skip
def test_what_is_written_is_read_again(write_csv, rows, delimiter: str) -> None:
    frame = pd.DataFrame(rows, columns=["Metadata_Name", "value"])
    text = frame.to_csv(index=False, sep=delimiter, quoting=csv.QUOTE_NONNUMERIC)
    table = open_table(write_csv(text, "f.csv"))
    assert text_of(table, "Metadata_Name") == [name for name, _ in rows]
    read = np.concatenate([block.values[:, 0] for block in table.blocks(["value"])])
    np.testing.assert_array_equal(read, np.array([value for _, value in rows], dtype=np.float32))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_an_error_of_ours(write_csv, content: bytes) -> None:
    for name in ("f.csv", "f.csv.gz", "f.parquet", "f.gct", "f.npy", "f.npz", "f.h5ad", "f.gctx"):
        try:
            read_whole(open_table(write_csv(content, name)))
        except InputError:
            continue
