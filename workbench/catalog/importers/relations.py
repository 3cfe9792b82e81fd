"""Pairs of genes: benchmark annotations (entity1, entity2) and signed networks (source, target, sign)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.importers import importer
from workbench.catalog.importers.columns import DATE_REASON, first_of, looks_like_a_date
from workbench.catalog.importers.formats.table import Table, number_of, text_of
from workbench.catalog.importers.wishes import Wishes

PAIRS = (("entity1", "entity2"), ("source", "target"), ("gene_a", "gene_b"), ("protein1", "protein2"))


@importer("relations", needs="columns entity1, entity2 (or source, target, sign)")
class Relations:
    """Becomes edges of a network named like the data set; undirected pairs are kept once."""

    def accepts(self, table: Table, wishes: Wishes) -> bool:
        """A pair of columns that name two genes."""
        return _pair(table.columns) is not None

    def read(
        self, table: Table, batch: Batch, wishes: Wishes, genes: frozenset[str], folder: Path | None
    ) -> dict[str, Any]:
        """Rows into the batch; gives what was understood."""
        left, right = _pair(table.columns)
        directed = left == "source"
        sign, weight, evidence = (first_of(table.columns, (name,)) for name in ("sign", "weight", "evidence"))
        sources, targets = ([text.strip() for text in text_of(table, name)] for name in (left, right))
        signs = number_of(table, sign, 0.0)
        weights = number_of(table, weight, 1.0)
        notes = text_of(table, evidence)
        rows, seen, repeated = [], set(), 0
        for row, (a, b) in enumerate(zip(sources, targets, strict=True)):
            reason = _reason(a, b, signs[row])
            if reason:
                batch.reject(table.path.name, row + 1, f"{left}, {right}", f"{a}, {b}", reason)
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
            "modality": "relations", "format": table.form, "columns": f"{left}, {right}", "directed": "yes" if directed else "no",
            "notes": (*table.notes, *again),
        }  # fmt: skip


def _pair(columns: list[str]) -> tuple[str, str] | None:
    return next((pair for pair in PAIRS if set(pair) <= set(columns)), None)


def _reason(a: str, b: str, sign: float) -> str:
    if not a or not b:
        return "a relation needs two genes"
    if a == b:
        return "a gene is related to itself"
    if looks_like_a_date(a) or looks_like_a_date(b):
        return DATE_REASON
    return "" if sign in (-1, 0, 1) else "a sign is 1, -1 or 0"
