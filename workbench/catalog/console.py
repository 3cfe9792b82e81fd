"""SQL for people: one SELECT over lake and ledger on a locked, read-only connection that is thrown away afterwards."""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING, Any

import duckdb

from workbench.catalog.lake import connect
from workbench.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.catalog.store import Catalog

TABLE_FUNCTIONS = {"range", "generate_series", "unnest"}
REFUSED_FUNCTIONS = re.compile(
    r"^(query|query_table|getvariable|getenv|read_.*|.*_scan|.*_query|parquet_.*|sniff_csv|glob|sqlite_.*|postgres_.*|"
    r"duckdb_.*|pragma_.*|ducklake_.*|which_secret|from_substrait.*|current_setting)$"
)
SECRET_COLUMNS = {"password_hash"}
SECRET_TABLES = {"alembic_version", "api_token", "event_head"}


def run_sql(catalog: Catalog, text: str, *, row_limit: int = 1000, seconds: float = 10.0) -> pa.Table:
    """At most `row_limit` rows of one SELECT over `lake.*` and `ledger.*`.

    Raises InputError for anything that is not one SELECT, names another table or a function that reads files, or takes
    longer than `seconds`.
    """
    connection = connect(catalog.settings)
    try:
        _attach(connection, catalog)
        statement = _parse(connection, text)
        _check(statement, _known_tables(connection))
        _lock(connection, catalog.settings.lake_data)
        timer = threading.Timer(seconds, connection.interrupt)
        timer.start()
        try:
            return connection.execute(
                f"SELECT * FROM ({text.strip().rstrip(';')}) LIMIT {int(row_limit)}"
            ).to_arrow_table()
        except duckdb.InterruptException as error:
            raise InputError(f"the query took longer than {seconds:g} s and was stopped.", where=text[:200]) from error
        except duckdb.Error as error:
            raise InputError(f"the query cannot be run: {str(error).splitlines()[0]}", where=text[:200]) from error
        finally:
            timer.cancel()
    finally:
        connection.close()


def list_tables(catalog: Catalog) -> pa.Table:
    """Tables and columns that a query may name: store, table_name, column_name, data_type."""
    return catalog.lake.query(
        "SELECT table_catalog AS store, table_name, column_name, data_type FROM information_schema.columns "
        "WHERE table_catalog IN ('lake', 'ledger') AND NOT list_contains(?, table_name) ORDER BY ALL",
        [sorted(SECRET_TABLES)],
    )


def _attach(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    settings = catalog.settings
    if settings.catalog.startswith("postgresql"):
        lake, ledger = (
            f"postgres:{settings.catalog}",
            f"ATTACH '{settings.catalog}' AS ledger (TYPE postgres, READ_ONLY)",
        )
    else:
        lake = f"sqlite:{settings.lake_metadata}"
        ledger = f"ATTACH '{settings.home / 'ledger.sqlite'}' AS ledger (TYPE sqlite, READ_ONLY)"
    data = settings.lake_data
    connection.execute(f"ATTACH 'ducklake:{lake}' AS lake (READ_ONLY, DATA_PATH '{data}', OVERRIDE_DATA_PATH true)")
    connection.execute(ledger)


def _lock(connection: duckdb.DuckDBPyConnection, lake_data: str) -> None:
    # the lake's own files stay readable; COPY could write there, but only a parsed SELECT is ever run
    for setting in (
        f"allowed_directories=['{lake_data}']", "enable_external_access=false", "python_enable_replacements=false",
        "autoload_known_extensions=false",
        "memory_limit='1GB'", "threads=2", "lock_configuration=true",
    ):  # fmt: skip
        connection.execute(f"SET {setting}")


def _known_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    rows = connection.execute(
        "SELECT table_catalog, table_name FROM information_schema.tables WHERE table_catalog IN ('lake', 'ledger')"
    ).fetchall()
    known: dict[str, set[str]] = {"lake": set(), "ledger": set()}
    for store, table in rows:
        if table not in SECRET_TABLES:
            known[store].add(table)
    return known


def _parse(connection: duckdb.DuckDBPyConnection, text: str) -> dict[str, Any]:
    tree = json.loads(connection.execute("SELECT json_serialize_sql(?)", [text]).fetchone()[0])
    if tree.get("error"):
        raise InputError(
            f"only one SELECT can be run here: {tree.get('error_message', 'not a SELECT')}", where=text[:200]
        )  # fmt: skip
    if len(tree["statements"]) != 1:
        raise InputError(f"one statement at a time; got {len(tree['statements'])}.", where=text[:200])
    return tree["statements"][0]["node"]


def _check(tree: Any, known: dict[str, set[str]]) -> None:
    """Walk the parsed statement: only our tables, named common table expressions, and harmless functions."""
    named = {item["key"] for node in _nodes(tree) for item in node.get("cte_map", {}).get("map", [])}
    for node in _nodes(tree):
        kind = node.get("type")
        if kind == "BASE_TABLE":
            _check_table(node, known, named)
        if kind == "TABLE_FUNCTION" and node["function"]["function_name"].lower() not in TABLE_FUNCTIONS:
            raise InputError(f"the table function {node['function']['function_name']!r} is not allowed here.")
        function = str(node.get("function_name", "")).lower()
        if function and REFUSED_FUNCTIONS.match(function):
            raise InputError(f"the function {function!r} is not allowed here.")
        if kind == "COLUMN_REF" and set(node.get("column_names", [])) & SECRET_COLUMNS:
            raise InputError(f"the column {node['column_names'][-1]!r} is not shown.")


def _check_table(node: dict[str, Any], known: dict[str, set[str]], named: set[str]) -> None:
    store, schema, table = node.get("catalog_name", ""), node.get("schema_name", ""), node["table_name"]
    owner = store or schema
    if not owner and table in named:
        return
    if owner in known and table in known[owner] and (not store or schema in ("", "main", "public")):
        return
    shown = ".".join(part for part in (store, schema, table) if part)
    raise InputError(f"there is no table {shown!r} here.", hint="Name tables as lake.well or ledger.hypothesis.")


def _nodes(tree: Any) -> Any:
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value)
