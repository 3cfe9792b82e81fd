"""LINCS consensus of over-expressed genes: only significant readouts are listed, the others are unknown and not zero."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.catalog.batch import Batch, list_column
from workbench.catalog.entries import Entry
from workbench.catalog.loaders import loader
from workbench.nouns import Context, Perturbation

CONTEXT = Context("consensus of cell lines")
ROWS = 256


@loader("lincs_overexpression_consensus")
def load(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """A response a gene: its consensus z where the source calls it significant, NaN elsewhere (not significant or not asked).

    There is no standard error (z is in units of it) and no count of wells in the source, so n is 1 and n_controls 0.
    options.status: which readouts are kept; the entry keeps measured ones, for imputed ones are a linear model of those.
    """
    (path,) = files.values()
    frame = pd.read_parquet(path)
    frame = frame[frame["status"].isin(entry.options["status"])]
    genes, sources = pd.factorize(frame["source"], sort=True)
    readouts, targets = pd.factorize(frame["target"], sort=True)
    entrez = frame.groupby("source")["source_entrez"].first()
    perturbations = [Perturbation.of_gene("over-expression", gene) for gene in sources]
    batch.add_contexts([CONTEXT])
    batch.add_perturbations(
        perturbations,
        {item.perturbation_id: {"ncbi_gene_id": int(entrez[item.genes[0]]), "n_significant": int(n)}
         for item, n in zip(perturbations, np.bincount(genes), strict=True)},
    )  # fmt: skip
    batch.add_features(list(targets), symbols=list(targets), unit=entry.units, kind="expression")
    values = np.full((len(sources), len(targets)), np.nan)
    values[genes, readouts] = frame["z"].to_numpy("float64")
    ids = [item.perturbation_id for item in perturbations]
    batch.add_stream("response", len(ids), lambda: _responses(values, ids, entry.name))


def _responses(values: np.ndarray, ids: list[str], dataset: str) -> Iterator[pa.Table]:
    for i in range(0, len(ids), ROWS):
        part = values[i : i + ROWS]
        n = len(part)
        yield pa.table(
            {
                "dataset": [dataset] * n, "perturbation_id": ids[i : i + ROWS], "context_id": [CONTEXT.context_id] * n,
                "n": [1] * n, "n_controls": [0] * n, "agreement": [float("nan")] * n, "delta": list_column(part),
                "standard_error": list_column(np.full_like(part, np.nan)),
            }
        )  # fmt: skip
