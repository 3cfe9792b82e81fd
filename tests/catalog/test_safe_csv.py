import csv
import io

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from workbench.catalog.safe_csv import DANGEROUS, safe_cell, to_csv, write_csv


@given(st.text())
def test_no_text_starts_like_a_formula(text: str) -> None:
    assert not safe_cell(text).startswith(DANGEROUS)
    assert safe_cell(text).removeprefix("'") == text.removeprefix("'")


def test_numbers_stay_numbers_and_names_are_made_safe(tmp_path) -> None:
    frame = pd.DataFrame({"=evil": ["-1+1", "ok"], "n": [-1.5, 2.0]})
    rows = list(csv.reader(io.StringIO(to_csv(frame))))
    assert rows == [["'=evil", "n"], ["'-1+1", "-1.5"], ["ok", "2.0"]]
    write_csv(frame, tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text(encoding="utf-8") == to_csv(frame)
    assert frame.columns[0] == "=evil"
