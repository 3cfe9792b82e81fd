"""Columns of a table kept as one JSON object a row, for facts that differ from data set to data set."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

_NUMBERS = {"DOUBLE", "BIGINT", "UBIGINT", "HUGEINT", "NULL"}


def rows_as_json(columns: dict[str, np.ndarray], n: int) -> list[str]:
    """Columns [n] each to one JSON object a row; NaN and empty texts are left out."""
    if not columns:
        return ["{}"] * n
    lists = [column.tolist() for column in columns.values()]
    names = list(columns)
    return [
        json.dumps({name: value for name, value in zip(names, row, strict=True) if value == value and value != ""})
        for row in zip(*lists, strict=True)
    ]


def spread_json(texts: pa.Array | pa.ChunkedArray) -> dict[str, np.ndarray]:
    """JSON objects (or null), one a row, to columns: numbers as float (missing NaN), else text (missing empty).

    DuckDB reads the texts, for a map of a million points has a million of them.
    """
    import duckdb
    import pyarrow as pa

    with duckdb.connect(config={"autoload_known_extensions": False}) as connection:
        connection.register("given", pa.table({"text": texts.cast(pa.string())}))
        structure = connection.execute("SELECT json_group_structure(text::JSON) FROM given").fetchone()[0]
        kinds = json.loads(structure or "{}")
        if not isinstance(kinds, dict):
            return {}
        pointers = ["/" + name.replace("~", "~0").replace("/", "~1") for name in kinds]
        found = connection.execute(
            "SELECT json_extract_string(coalesce(text, '{}'), $1) FROM given", [pointers]
        ).to_arrow_table()
    flat = found.column(0).combine_chunks().flatten()
    places = np.arange(0, len(flat), max(len(kinds), 1))
    return {name: _column(flat.take(pa.array(places + i)), kind) for i, (name, kind) in enumerate(kinds.items())}


def _column(texts: pa.Array, kind: object) -> np.ndarray:
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(kind, str) and kind in _NUMBERS:
        return pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False)
    values = texts.fill_null("").dictionary_encode()  # few differ, and only those become Python's
    words = [text.capitalize() if kind == "BOOLEAN" else text for text in values.dictionary.to_pylist()]
    return np.array(words, dtype=str)[values.indices.to_numpy()]
