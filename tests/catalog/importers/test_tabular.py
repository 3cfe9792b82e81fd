import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.catalog.importers import tabular
from workbench.errors import InputError


def test_text_stays_text(write_csv) -> None:
    table = tabular.read_table(write_csv("\ufeffgene,score\nNA,1\n0012,\n TP53 ,nan\n"))
    assert table.column_names == ["gene", "score"]  # the byte order mark is gone
    assert tabular.texts(table, "gene") == ["NA", "0012", " TP53 "]
    values, wrong = tabular.numbers(table, ["score"])
    np.testing.assert_array_equal(values[:, 0], [1, np.nan, np.nan])
    assert wrong == []


def test_a_value_that_is_no_number_is_named(write_csv) -> None:
    values, wrong = tabular.numbers(tabular.read_table(write_csv("a,b\n1,x\n 2 ,3\n")), ["a", "b"])
    assert wrong == [(0, "b", "x")]
    np.testing.assert_array_equal(values, [[1, np.nan], [2, 3]])


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
        tabular.read_table(write_csv(content, name))


def test_a_truncated_parquet_file_is_refused(tmp_path) -> None:
    path = tmp_path / "f.parquet"
    pd.DataFrame({"a": np.arange(10_000.0)}).to_parquet(path)
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(InputError, match="truncated"):
        tabular.read_table(path)


def test_a_hundred_thousand_columns_are_refused(write_csv, tmp_path) -> None:
    header = ",".join(f"f{i}" for i in range(100_000))
    with pytest.raises(InputError, match="100,000 columns; at most 20,000"):
        tabular.read_table(write_csv(header + "\n" + ",".join(["1"] * 100_000) + "\n"))
    path = tmp_path / "wide.parquet"
    pd.DataFrame({f"f{i}": [1.0] for i in range(20_001)}).to_parquet(path)
    with pytest.raises(InputError, match="20,001 columns"):
        tabular.read_table(path)


def test_a_gzip_bomb_stops_at_the_limit(write_csv, monkeypatch) -> None:
    monkeypatch.setattr(tabular, "MAX_BYTES", 1 << 20)
    bomb = write_csv(gzip.compress(b"a,b\n" + b"0,0\n" * (1 << 20)), "f.csv.gz")
    assert bomb.stat().st_size < 1 << 15
    with pytest.raises(InputError, match="more than 1 MB"):
        tabular.read_table(bomb)


def test_tab_separated_gzip_and_parquet_are_read_alike(write_csv, tmp_path) -> None:
    frame = pd.DataFrame({"gene": ["TP53", "NA"], "score": [1.5, -2.0]})
    frame.to_parquet(tmp_path / "f.parquet")
    made = [
        tabular.read_table(write_csv(frame.to_csv(index=False))),
        tabular.read_table(write_csv(frame.to_csv(index=False, sep="\t"), "f.tsv")),
        tabular.read_table(write_csv(gzip.compress(frame.to_csv(index=False).encode()), "f.csv.gz")),
        tabular.read_table(tmp_path / "f.parquet"),
    ]
    for table in made:
        assert tabular.texts(table, "gene") == ["TP53", "NA"]
        assert tabular.numbers(table, ["score"])[0][:, 0].tolist() == [1.5, -2.0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_an_error_of_ours(write_csv, content: bytes) -> None:
    for name in ("f.csv", "f.tsv", "f.csv.gz", "f.parquet"):
        try:
            table = tabular.read_table(write_csv(content, name))
        except InputError:
            continue
        tabular.numbers(table, table.column_names)
