"""Growth of cells with pairs of activated genes, two replicates a pair (CRISPRa interaction maps)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.entries import Entry
from workbench.catalog.loaders import loader
from workbench.nouns import Context, Perturbation

CONTEXT = Context("K562")
NEGATIVE = "negative"


@loader("gene_pairs")
def load(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """Pairs, single genes (paired with a non-targeting guide) and two guides of one gene, as mean of two replicates.

    The pair of two non-targeting guides is the reference (0 by definition) and no row of its own.
    """
    (path,) = files.values()
    frame = pd.read_parquet(path)
    reference = (frame["gene_a"] == NEGATIVE) & (frame["gene_b"] == NEGATIVE)
    n_controls = int(frame.loc[reference, "n_guide_pairs"].sum())
    frame = frame[~reference]
    perturbations = [_perturbation(a, b) for a, b in zip(frame["gene_a"], frame["gene_b"], strict=True)]
    batch.add_contexts([CONTEXT])
    batch.add_perturbations(
        perturbations,
        {
            item.perturbation_id: {"n_guide_pairs": int(n)}
            for item, n in zip(perturbations, frame["n_guide_pairs"], strict=True)
        },
    )
    batch.add_features([entry.readout], unit=entry.units, kind="growth")
    replicates = frame[["gamma_rep1", "gamma_rep2"]].to_numpy("float64")
    spread = replicates.std(axis=1, ddof=1) / np.sqrt(2)
    batch.add(
        "response",
        pd.DataFrame(
            {
                "perturbation_id": [item.perturbation_id for item in perturbations],
                "context_id": CONTEXT.context_id, "n": 2, "n_controls": n_controls, "agreement": np.nan,
                "delta": [[value] for value in replicates.mean(axis=1)],
                "standard_error": [[value] for value in spread],
            }
        ),
    )  # fmt: skip


def _perturbation(a: str, b: str) -> Perturbation:
    if a == b:
        return Perturbation.of_gene("activation", a, "two guides", f"{a} (two guides)")
    if NEGATIVE in (a, b):
        return Perturbation.of_gene("activation", b if a == NEGATIVE else a)
    return Perturbation.of_parts((Perturbation.of_gene("activation", a), Perturbation.of_gene("activation", b)))
