"""Pairs of genes: benchmark annotations (entity1, entity2) and signed networks (source, target, sign)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.catalog.batch import Batch
from workbench.catalog.importers import importer
from workbench.catalog.importers.columns import DATE_REASON, first_of, looks_like_a_date
from workbench.catalog.importers.tabular import numbers, texts

PAIRS = (("entity1", "entity2"), ("source", "target"), ("gene_a", "gene_b"), ("protein1", "protein2"))


@importer("relations", needs="columns entity1, entity2 (or source, target, sign)")
class Relations:
    """Becomes edges of a network named like the data set; undirected pairs are kept once."""

    def accepts(self, columns: list[str]) -> bool:
        """A pair of columns that name two genes."""
        return _pair(columns) is not None

    def read(self, table: pa.Table, batch: Batch, file: str) -> dict[str, Any]:
        """Rows into the batch; gives what was understood."""
        left, right = _pair(table.column_names)
        directed = left == "source"
        sign, weight, evidence = (first_of(table.column_names, (name,)) for name in ("sign", "weight", "evidence"))
        sources, targets = ([text.strip() for text in texts(table, name)] for name in (left, right))
        signs = _numbers(table, sign, 0.0)
        weights = _numbers(table, weight, 1.0)
        notes = texts(table, evidence)
        rows, seen, repeated = [], set(), 0
        for row, (a, b) in enumerate(zip(sources, targets, strict=True)):
            reason = _reason(a, b, signs[row])
            if reason:
                batch.reject(file, row + 1, f"{left}, {right}", f"{a}, {b}", reason)
                continue
            a, b = (a, b) if directed else sorted((a, b))
            if (a, b) in seen:  # benchmark files list A-B and B-A
                repeated += 1
                continue
            seen.add((a, b))
            rows.append((a, b, int(signs[row]), weights[row], notes[row]))
        frame = pd.DataFrame(rows, columns=["source", "target", "sign", "weight", "evidence"])
        batch.add("network_edge", frame.assign(network=batch.dataset, directed=directed))
        again = (f"rows that repeat a pair, kept once: {repeated:,}",) if repeated else ()
        return {
            "modality": "relations", "columns": f"{left}, {right}", "directed": "yes" if directed else "no",
            "notes": again,
        }  # fmt: skip


def _pair(columns: list[str]) -> tuple[str, str] | None:
    return next((pair for pair in PAIRS if set(pair) <= set(columns)), None)


def _numbers(table: pa.Table, column: str | None, default: float) -> np.ndarray:
    return np.full(table.num_rows, default) if column is None else numbers(table, [column])[0][:, 0]


def _reason(a: str, b: str, sign: float) -> str:
    if not a or not b:
        return "a relation needs two genes"
    if a == b:
        return "a gene is related to itself"
    if looks_like_a_date(a) or looks_like_a_date(b):
        return DATE_REASON
    return "" if sign in (-1, 0, 1) else "a sign is 1, -1 or 0"
