"""Kept answers: true as long as the lake is as it was, whoever writes to it; never for what may differ by itself."""

import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.catalog import answers
from workbench.catalog.answers import Answers, question
from workbench.catalog.store import Catalog

COUNT = "SELECT count(*) AS n FROM lake.gene"


def insert(catalog, symbol):
    with catalog.lake.writing(f"add {symbol}") as cursor:
        cursor.execute("INSERT INTO lake.gene (Metadata_Symbol) VALUES ($1)", [symbol])


def test_an_answer_is_kept_until_another_process_writes(empty_catalog):
    mine, other = empty_catalog.lake, Catalog.open(empty_catalog.settings)  # a connection of its own, as a worker has
    first = mine.query(COUNT)
    assert mine.query(COUNT) is first
    insert(other, "A")
    assert mine.value(COUNT) == 1
    insert(empty_catalog, "B")
    assert (mine.value(COUNT), other.lake.value(COUNT)) == (2, 2)
    other.close()


def test_what_a_transaction_has_not_committed_is_not_kept(empty_catalog):
    with pytest.raises(ZeroDivisionError), empty_catalog.lake.writing("half") as cursor:
        cursor.execute("INSERT INTO lake.gene (Metadata_Symbol) VALUES ('A')")
        assert empty_catalog.lake.value(COUNT) == 0
        raise ZeroDivisionError
    assert empty_catalog.lake.value(COUNT) == 0


def test_an_answer_of_rows_may_be_changed_by_its_receiver(empty_catalog):
    insert(empty_catalog, "A")
    sql = "SELECT Metadata_Symbol AS symbol FROM lake.gene"
    empty_catalog.lake.rows(sql)[0]["symbol"] = "changed"
    assert empty_catalog.lake.rows(sql) == [{"symbol": "A"}]


@pytest.mark.parametrize(
    "sql",
    ["SELECT 1", "SELECT * FROM ledger.person, lake.gene", "SELECT random() FROM lake.gene", "SELECT now() FROM lake.gene",
     "SELECT * FROM read_parquet('x') JOIN lake.gene USING (g)", "SELECT current_date FROM lake.gene",
     "SELECT * FROM lake.gene USING SAMPLE 3"],
)  # fmt: skip
def test_what_may_differ_on_the_same_lake_is_never_kept(sql):
    assert question(sql, None) is None


def test_questions_differ_by_the_kind_of_their_parameters():
    sql = "SELECT * FROM lake.gene WHERE x = $1"
    asked = [1, 1.0, "1", True, None, datetime.date(2026, 1, 1), ["1"], [1]]
    assert len({question(sql, [value]) for value in asked}) == len(asked)
    assert question(sql, {"x": 1}) != question(sql, [1])
    assert question(sql, [np.arange(3)]) is None
    assert question(sql, [list(range(1000))]) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 60)), max_size=40))
def test_no_more_is_kept_than_the_budget_and_the_newest_stays(asked):
    kept = Answers(None, snapshot=3)
    before = answers.MOST_BYTES, answers.MOST_BYTES_EACH
    answers.MOST_BYTES, answers.MOST_BYTES_EACH = 800, 400
    try:
        for name, size in asked:
            key, table = (str(name), ""), pa.table({"x": np.zeros(size)})
            if kept.get(key, 3) is None:
                kept.keep(key, 3, table)
                assert (kept.get(key, 3) is table) == (table.nbytes <= 400)
        assert sum(table.nbytes for table in kept._kept.values()) == kept._bytes <= 800
    finally:
        answers.MOST_BYTES, answers.MOST_BYTES_EACH = before
    kept.keep(("late", ""), 2, pa.table({"x": [1.0]}))
    assert kept.get(("late", ""), 3) is None


def test_without_metadata_to_look_at_nothing_is_kept(tmp_path):
    assert Answers(None).version() is None
    assert Answers(None, snapshot=4).version() == 4
    assert Answers(tmp_path / "lake.sqlite").version() == ((0, 0), (0, 0))
