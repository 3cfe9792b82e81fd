"""SQL for people: one SELECT over lake and ledger; every known hole is closed."""

import threading
import time

import pytest

from workbench.catalog.console import list_tables, run_sql
from workbench.errors import InputError

REFUSED = [
    "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'", "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM sqlite_scan('/tmp/any.sqlite', 't')", "ATTACH '/tmp/any.sqlite' (TYPE sqlite)", "DETACH lake",
    "COPY (SELECT 1) TO '/tmp/out.csv'", "INSTALL httpfs", "SET memory_limit = '10GB'", "PRAGMA database_list",
    "INSERT INTO lake.gene VALUES ('x')", "DROP TABLE lake.gene", "CREATE TABLE t (a int)", "SELECT 1; SELECT 2",
    "SELECT * FROM query('SELECT 1')", "SELECT * FROM query_table('lake.gene')", "SELECT getenv('HOME')",
    "SELECT getvariable('x')", "SELECT * FROM duckdb_settings()", "SELECT * FROM glob('/*')", "CALL ducklake_expire_snapshots('lake')",
    "SELECT * FROM information_schema.tables", "SELECT * FROM nowhere", "SELECT * FROM other.lake.gene", "",
    "SELECT * FROM ledger.api_token", "SELECT * FROM ledger.event_head",
    "WITH a AS (SELECT * FROM read_parquet('/x')) SELECT * FROM a", "SELECT (SELECT count(*) FROM '/etc/passwd')",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_everything_but_a_select_on_our_tables_is_refused(empty_catalog, text):
    with pytest.raises(InputError):
        run_sql(empty_catalog, text)


def test_a_frame_in_scope_cannot_be_read(empty_catalog):
    import pandas as pd

    secret = pd.DataFrame({"a": [1]})
    with pytest.raises(InputError, match="'secret'"):
        run_sql(empty_catalog, "SELECT * FROM secret")
    assert len(secret) == 1


def test_lake_and_ledger_in_one_statement(empty_catalog):
    from workbench.catalog.people import ensure_person

    ensure_person(empty_catalog, "ann")
    with empty_catalog.lake.writing("x") as cursor:
        cursor.execute("INSERT INTO lake.gene (Metadata_Symbol) VALUES ('TP53')")
    found = run_sql(empty_catalog, "SELECT p.name, g.Metadata_Symbol FROM ledger.person p, lake.gene g").to_pylist()
    assert found == [{"name": "ann", "Metadata_Symbol": "TP53"}]
    named = run_sql(empty_catalog, "WITH a AS (SELECT count(*) n FROM lake.gene) SELECT n FROM a, range(3)").to_pylist()
    assert named == [{"n": 1}] * 3


def test_rows_are_limited(empty_catalog):
    assert run_sql(empty_catalog, "SELECT * FROM range(5000)", row_limit=10).num_rows == 10


def test_a_runaway_query_is_stopped(empty_catalog):
    before = threading.active_count()
    start = time.monotonic()
    with pytest.raises(InputError, match=r"longer than 0\.5 s"):
        run_sql(
            empty_catalog,
            "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range = -b.range",
            seconds=0.5,
        )
    assert time.monotonic() - start < 30
    assert threading.active_count() <= before + 1


def test_tables_are_listed_with_columns(empty_catalog):
    tables = {(row["store"], row["table_name"]) for row in list_tables(empty_catalog).to_pylist()}
    assert {("lake", "well"), ("ledger", "hypothesis")} <= tables
