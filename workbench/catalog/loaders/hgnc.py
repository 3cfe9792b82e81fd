"""Approved names, aliases and former symbols of the human protein-coding genes (HGNC)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.entries import Entry
from workbench.catalog.loaders import loader


@loader("hgnc")
def load(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """One row a gene; former symbols are kept as aliases, so that older data and papers find their gene."""
    (path,) = files.values()
    frame = pd.read_parquet(path)
    aliases = [
        sorted({name.strip() for name in names.split(",")} - {"", symbol})
        for names, symbol in zip(frame["aliases"], frame["symbol"], strict=True)
    ]
    batch.add(
        "gene",
        pd.DataFrame(
            {
                "Metadata_Symbol": frame["symbol"], "Metadata_NCBI_Gene_ID": frame["ncbi_gene_id"],
                "title": frame["name"], "aliases": aliases,
            }
        ),
    )  # fmt: skip
