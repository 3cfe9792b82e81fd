"""One score a gene: screens (Gene, Score) and MAGeCK gene summaries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.catalog.batch import Batch
from workbench.catalog.importers import importer
from workbench.catalog.importers.columns import DATE_REASON, GENE, SCORE, first_of, looks_like_a_date
from workbench.catalog.importers.tabular import numbers, texts
from workbench.nouns import Context, Perturbation

MAX_EXTRA = 20


@importer("gene scores", needs="a column gene (or symbol, id) and a column score (or lfc, pos|lfc)")
class GeneScores:
    """Becomes a response with a single readout; further columns are kept as annotations."""

    def accepts(self, columns: list[str]) -> bool:
        """A gene column, a score column, and no wells."""
        wells = first_of(columns, ("Metadata_Well",))
        return wells is None and None not in (first_of(columns, GENE), first_of(columns, SCORE))

    def read(self, table: pa.Table, batch: Batch, file: str) -> dict[str, Any]:
        """Rows into the batch; gives what was understood."""
        gene, score = first_of(table.column_names, GENE), first_of(table.column_names, SCORE)
        genes = [text.strip() for text in texts(table, gene)]
        values = numbers(table, [score])[0][:, 0]
        extra = [name for name in table.column_names if name not in (gene, score)][:MAX_EXTRA]
        kept, seen = [], set()
        shown = texts(table, score)
        for row, (symbol, value) in enumerate(zip(genes, values, strict=True)):
            reason = _reason(symbol, value, seen)
            if reason:
                wrong = (gene, symbol) if np.isfinite(value) else (score, shown[row])
                batch.reject(file, row + 1, wrong[0], wrong[1], reason)
                continue
            seen.add(symbol)
            kept.append(row)
        context = Context("unknown cells")
        notes = {name: texts(table, name) for name in extra}
        perturbations = {row: Perturbation.of_gene("knock-out", genes[row]) for row in kept}
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
            "modality": "screen", "gene column": gene, "score column": score, "readout": score,
            "kept beside": ", ".join(extra) or "nothing",
            "notes": ("the intervention is taken to be a knock-out, in cells that are not named",),
        }  # fmt: skip


def _reason(symbol: str, value: float, seen: set[str]) -> str:
    if not symbol:
        return "no gene is named"
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
