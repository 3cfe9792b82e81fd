"""Genome-scale screens: one score a gene."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.entries import Entry
from workbench.catalog.loaders import loader
from workbench.nouns import Context, Perturbation


@loader("screens")
def load(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """Scores of one screen as responses with a single readout; hit list, donors and FDR as annotations."""
    (path,) = files.values()
    frame = pd.read_parquet(path)
    context = Context(entry.options["cell_line"], None, entry.options.get("medium", ""))
    kind = entry.options["kind"]
    perturbations = [Perturbation.of_gene(kind, gene) for gene in frame["gene"]]
    extra = [column for column in frame if column not in ("gene", "score")]
    annotations = {
        item.perturbation_id: {key: value for key, value in zip(extra, row, strict=True) if value == value}
        for item, row in zip(perturbations, frame[extra].itertuples(index=False, name=None), strict=True)
    }
    batch.add_contexts([context])
    batch.add_perturbations(perturbations, json.loads(json.dumps(annotations, default=float)))
    batch.add_features([entry.readout], unit=entry.units, kind="screen score")
    donors = [column for column in frame if column.startswith("score_donor")]
    scores = frame["score"].to_numpy("float64")
    spread = frame[donors].std(axis=1, ddof=1).to_numpy() / np.sqrt(2) if donors else np.full(len(frame), np.nan)
    batch.add(
        "response",
        pd.DataFrame(
            {
                "perturbation_id": [item.perturbation_id for item in perturbations],
                "context_id": context.context_id,
                "n": np.maximum(frame[donors].notna().sum(axis=1), 1) if donors else 1,
                "n_controls": 0, "agreement": np.nan,
                "delta": [[score] for score in scores], "standard_error": [[error] for error in spread],
            }
        ),
    )  # fmt: skip
