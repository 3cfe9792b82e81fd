"""One score a gene: screens (Gene, Score) and MAGeCK gene summaries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.importers import importer
from workbench.catalog.importers.columns import (
    DATE_REASON,
    GENE,
    HIDDEN_REASON,
    ROLES,
    SCORE,
    first_of,
    has_hidden_signs,
    looks_like_a_date,
)  # fmt: skip
from workbench.catalog.importers.formats.table import Table, number_of, text_of
from workbench.catalog.importers.wishes import Wishes
from workbench.nouns import Context, Perturbation

MAX_EXTRA = 20


@importer("gene scores", needs="a column gene (or symbol, id) and a column score (or lfc, pos|lfc)")
class GeneScores:
    """Becomes a response with a single readout; further columns are kept as annotations."""

    def accepts(self, table: Table, wishes: Wishes) -> bool:
        """A gene column, a score column, and no wells."""
        columns = table.columns
        if table.measured is not None or first_of(columns, ROLES["well"]) or first_of(columns, ROLES["plate"]):
            return False
        return None not in (first_of(columns, GENE), first_of(columns, SCORE))

    def read(
        self, table: Table, batch: Batch, wishes: Wishes, genes: frozenset[str], folder: Path | None
    ) -> dict[str, Any]:
        """Rows into the batch; gives what was understood."""
        gene, score = first_of(table.columns, GENE), first_of(table.columns, SCORE)
        named = [text.strip() for text in text_of(table, gene)]
        values = number_of(table, score)
        extra = [name for name in table.columns if name not in (gene, score)][:MAX_EXTRA]
        kept, seen, file = [], set(), table.path.name
        shown = text_of(table, score)
        for row, (symbol, value) in enumerate(zip(named, values, strict=True)):
            reason = _reason(symbol, value, seen)
            if reason:
                wrong = (gene, symbol) if np.isfinite(value) else (score, shown[row])
                batch.reject(file, row + 1, wrong[0], wrong[1], reason)
                continue
            seen.add(symbol)
            kept.append(row)
        context = Context("unknown cells")
        notes = {name: text_of(table, name) for name in extra}
        perturbations = {row: Perturbation.of_gene("knock-out", named[row]) for row in kept}
        batch.add_contexts([context])
        batch.add_perturbations(
            list(perturbations.values()),
            {
                item.perturbation_id: {name: notes[name][row] for name in extra if notes[name][row]}
                for row, item in perturbations.items()
            },
        )
        batch.add_features([score], kind="screen score")
        batch.add("response", _responses(perturbations, values, context.context_id))
        return {
            "modality": "screen", "format": table.form, "gene column": gene, "score column": score, "readout": score,
            "kept beside": ", ".join(extra) or "nothing",
            "notes": (*table.notes, "the intervention is taken to be a knock-out, in cells that are not named"),
        }  # fmt: skip


def _reason(symbol: str, value: float, seen: set[str]) -> str:
    if not symbol:
        return "no gene is named"
    if has_hidden_signs(symbol):
        return HIDDEN_REASON
    if looks_like_a_date(symbol):
        return DATE_REASON
    if not np.isfinite(value):
        return "the score is not a number"
    return "this gene was in the file before" if symbol in seen else ""


def _responses(perturbations: dict[int, Perturbation], values: np.ndarray, context_id: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "perturbation_id": [item.perturbation_id for item in perturbations.values()],
            "context_id": context_id, "n": 1, "n_controls": 0, "agreement": np.nan,
            "delta": [[float(values[row])] for row in perturbations],
            "standard_error": [[float("nan")] for _ in perturbations],
        }
    )  # fmt: skip
