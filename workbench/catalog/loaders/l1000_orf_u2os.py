"""L1000 expression of U2OS cells over-expressing 189 genes (324 constructs, three replicate plates)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.entries import Entry
from workbench.catalog.loaders import loader
from workbench.nouns import Context, Perturbation

CONTEXT = Context("U2OS", 72.0)
CLIP = 10.0  # robust z-scores reach 76; see the source's own advice


@loader("l1000_orf_u2os")
def load(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """Wells with 978 landmark genes; empty-vector wells are the negative controls, untreated wells are kept apart."""
    frame = pd.read_parquet(files["wells.parquet"])
    genes = pd.read_parquet(files["genes.parquet"])
    kind = frame["Metadata_pert_type"].to_numpy(dtype=str)
    by_type = {
        "ctl_vector": Perturbation("control:vector", "control", "empty vector"),
        "ctl_untrt": Perturbation("control:untreated", "control", "untreated"),
    }
    perturbations = [
        by_type.get(name) or Perturbation.of_gene("over-expression", gene, reagent, allele)
        for name, gene, reagent, allele in zip(
            kind, frame["Metadata_gene"], frame["Metadata_broad_sample"], frame["Metadata_allele"], strict=True
        )
    ]
    annotations = {
        item.perturbation_id: {"gene": gene, "allele": allele}
        for item, gene, allele in zip(perturbations, frame["Metadata_gene"], frame["Metadata_allele"], strict=True)
        if item.kind != "control"
    }
    batch.add(
        "gene",
        pd.DataFrame(
            {
                "Metadata_Symbol": genes["gene_symbol"],
                "Metadata_NCBI_Gene_ID": genes["entrez_id"],
                "title": genes["gene_title"],
                "aliases": [[] for _ in range(len(genes))],
            }
        ),
    )
    batch.add_contexts([CONTEXT])
    batch.add_perturbations(perturbations, annotations)
    features = [column for column in frame if not column.startswith("Metadata_")]
    batch.add_features(features, symbols=features, unit=entry.units, kind="expression")
    wells = pd.DataFrame(
        {
            "Metadata_Batch": frame["Metadata_bead_batch"],
            "Metadata_Plate": frame["Metadata_Plate"],
            "Metadata_Well": frame["Metadata_Well"],
            "Metadata_pert_type": kind,
            "perturbation_id": [item.perturbation_id for item in perturbations],
            "context_id": CONTEXT.context_id,
            "is_control": kind == "ctl_vector",
            "control_type": np.select([kind == "ctl_vector", kind == "ctl_untrt"], ["vector", "untreated"], ""),
        }
    )
    values = frame[features].to_numpy("float32")
    batch.add_wells(wells, values, file="wells.parquet")
    used = kind != "ctl_untrt"
    batch.add_responses(wells[used], values[used], clip=CLIP)
