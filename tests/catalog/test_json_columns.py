from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.catalog.json_columns import rows_as_json, spread_json

# DuckDB's texts and JSON hold no NUL and no lone surrogates
WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=8)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def test_json_spreads_to_numbers_and_texts() -> None:
    rows = [json.dumps({"a": 1, "b": "x"}), None, json.dumps({"a": 2.5, "c": True, "d": None})]
    columns = spread_json(pa.array(rows))
    np.testing.assert_array_equal(columns["a"], [1, np.nan, 2.5])
    assert columns["b"].tolist() == ["x", "", ""]
    assert columns["c"].tolist() == ["", "", "True"]
    assert np.isnan(columns["d"]).all()


@pytest.mark.parametrize("rows", [[], [None, None], ["{}", "{}"]])
def test_rows_without_facts_have_no_columns(rows: list[str | None]) -> None:
    assert spread_json(pa.array(rows, pa.string())) == {}


def test_names_that_differ_in_case_or_hold_signs_stay_apart() -> None:
    facts = {"Dose": 1.0, "dose": 2.0, "a/b~c": "x", "$.Dose": "y", 'quo"te': "2020-01-01"}
    columns = spread_json(pa.array([json.dumps(facts)]))
    assert {name: column[0] for name, column in columns.items()} == facts


def test_numbers_among_texts_are_texts() -> None:
    columns = spread_json(pa.array([json.dumps({"a": "B02"}), json.dumps({"a": 3})]))
    assert columns["a"].tolist() == ["B02", "3"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NUMBERS, WORDS.filter(bool)), min_size=1, max_size=20))
def test_columns_come_back_as_they_were_written(rows: list[tuple[float, str]]) -> None:
    columns = {"number": np.array([row[0] for row in rows]), "word": np.array([row[1] for row in rows])}
    found = spread_json(pa.array(rows_as_json(columns, len(rows))))
    np.testing.assert_array_equal(found["number"], columns["number"])
    assert found["word"].tolist() == columns["word"].tolist()
