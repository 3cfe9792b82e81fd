"""Gene-gene relations and gene sets: pairs, regulons, pathways."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.entries import Entry
from workbench.catalog.loaders import loader


@loader("relations")
def load(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """Undirected pairs (entity1, entity2), one network a file; options.networks names them."""
    for file, network in entry.options["networks"].items():
        pairs = pd.read_parquet(files[file])
        batch.add(
            "network_edge",
            pd.DataFrame(
                {
                    "network": network, "source": pairs["entity1"], "target": pairs["entity2"], "directed": False,
                    "sign": 0, "weight": 1.0, "evidence": "",
                }
            ),
        )  # fmt: skip


@loader("signed_network")
def load_signed(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """Directed signed edges (source, target, sign, weight, evidence)."""
    for file, network in entry.options["networks"].items():
        edges = pd.read_parquet(files[file])
        batch.add("network_edge", edges.assign(network=network, directed=True)[
            ["network", "source", "target", "directed", "sign", "weight", "evidence"]
        ])  # fmt: skip


@loader("gene_sets")
def load_sets(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """Gene sets (set, gene and, where given, id); a plain list of genes is one set named by options.gene_set."""
    for file, collection in entry.options["collections"].items():
        rows = pd.read_parquet(files[file])
        rows = rows.assign(set=entry.options["gene_set"]) if "set" not in rows else rows
        batch.add(
            "gene_set",
            pd.DataFrame(
                {
                    "collection": collection,
                    "gene_set": rows["set"],
                    "accession": rows.get("id", ""),
                    "Metadata_Symbol": rows["gene"],
                }
            ),
        )
