import gzip
from pathlib import Path

import numpy as np
import pytest

from workbench.catalog.importers.formats import gct, open_table
from workbench.errors import InputError

TEXT = "#1.3\n2\t3\t1\t2\nid\tsymbol\ts1\ts2\ts3\ndose\tna\t1\t2\t3\nplate\tna\tA\tA\tB\n10_at\tTP53\t1\t2\t3\n11_at\tNA\t4\tNA\t6\n"


def test_samples_become_rows(write_csv) -> None:
    for path in (write_csv(TEXT, "a.gct"), write_csv(gzip.compress(TEXT.encode()), "b.gct.gz")):
        table = open_table(path)
        assert table.measured == ["10_at", "11_at"]
        assert table.texts(["sample", "plate"]).astype(str).to_numpy().tolist() == [
            ["s1", "A"],
            ["s2", "A"],
            ["s3", "B"],
        ]
        (block,) = table.blocks(table.measured)
        np.testing.assert_array_equal(block.values, [[1, 4], [2, np.nan], [3, 6]])


def test_version_two_has_a_description_and_no_metadata(write_csv) -> None:
    table = open_table(write_csv("#1.2\n1\t2\nName\tDescription\ts1\ts2\nTP53\tx\t1\t2\n", "a.gct"))
    assert (table.measured, table.columns) == (["TP53"], ["sample", "TP53"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TEXT.rsplit("\n", 2)[0], "line 7"),
        (TEXT + "12_at\tx\t1\t2\t3\n", "more than the 2 rows"),
        (TEXT.replace("#1.3", "#9.9"), "not a readable GCT"),
        (TEXT.replace("2\t3\t1\t2", "2\t4\t1\t2"), "3 samples are named"),
        (TEXT.replace("TP53\t1", "TP53\thigh"), "line 6, sample s1: 'high'"),
        (TEXT.replace("11_at", "10_at"), "'10_at' is twice"),
        (TEXT.replace("2\t3\t1\t2", "2\t0\t1\t2"), "no values"),
        (TEXT.replace("2\t3\t1\t2", "9999999\t99999\t1\t2"), "up to"),
    ],
)
def test_what_does_not_add_up_is_named_by_line(write_csv, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        open_table(write_csv(text, "a.gct"))


def test_names_are_unique() -> None:
    assert gct.unique_names(Path("x"), ["a", "b"]) == ["a", "b"]


def test_features_are_called_by_their_symbols_where_each_has_its_own(write_csv) -> None:
    table = open_table(write_csv(TEXT.replace("NA\t4", "MYC\t4"), "a.gct"))
    assert table.measured == ["TP53", "MYC"]
    assert gct.by_symbol(["1_at", "2_at"], ["TP53", "TP53"]) == ["1_at", "2_at"]
    assert gct.by_symbol(["1_at", "2_at"], ["TP53", "-666"]) == ["1_at", "2_at"]
