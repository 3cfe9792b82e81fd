"""CPJUMP1: well metadata, cell counts and annotations of the JUMP Cell Painting pilot.

The 15 nuclear-phenotype probabilities are kept as profiles although they do not repeat between replicates: the quality
gate must refuse them, and cell counts are what can be used.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.entries import Entry
from workbench.catalog.loaders import loader
from workbench.nouns import Context, Perturbation

GENE_KINDS = {"crispr": "knock-out", "orf": "over-expression"}


@loader("cpjump1")
def load(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """Wells of 51 plates (compounds, guides, constructs in A549 and U2OS) with cell counts; targets as relations."""
    frame = pd.read_parquet(files["wells.parquet"])
    perturbations = [_perturbation(row) for row in frame.itertuples(index=False)]
    contexts = [
        Context(str(cell), float(hours))
        for cell, hours in zip(frame["Metadata_cell_line"], frame["Metadata_timepoint_h"], strict=True)
    ]
    annotations = {
        item.perturbation_id: {"gene": gene} if isinstance(gene, str) else {}
        for item, gene in zip(perturbations, frame["Metadata_gene"], strict=True)
    }
    batch.add("compound", _compounds(pd.read_parquet(files["compounds.parquet"])))
    batch.add_contexts(contexts)
    batch.add_perturbations(perturbations, annotations)
    features = [column for column in frame if column.startswith("p_")]
    batch.add_features(features, unit=entry.units, kind="nuclear phenotype")
    is_control = frame["Metadata_is_negcon"].fillna(False).to_numpy(dtype=bool)
    wells = pd.DataFrame(
        {
            "Metadata_Batch": frame["Metadata_Batch"],
            "Metadata_Plate": frame["Metadata_Plate"],
            "Metadata_Well": frame["Metadata_Well"],
            "Metadata_pert_type": frame["Metadata_pert_type"].fillna("empty"),
            "perturbation_id": [item.perturbation_id for item in perturbations],
            "context_id": [item.context_id for item in contexts],
            "is_control": is_control,
            "control_type": frame["Metadata_control_type"].fillna(""),
            "cell_count": frame["Metadata_cell_count"],
        }
    )
    batch.add_wells(wells, frame[features].to_numpy("float32"), file="wells.parquet")


def _perturbation(row: object) -> Perturbation:
    kind, sample = row.Metadata_perturbation_type, row.Metadata_broad_sample
    if not isinstance(sample, str):
        name = "DMSO" if row.Metadata_is_negcon is True else "empty"
        return Perturbation(f"control:{name}", "control", name)
    if row.Metadata_is_negcon is True:
        return Perturbation(f"control:{kind} {sample}", "control", f"{kind} control {sample}")
    if kind == "compound":
        return Perturbation.of_compound(row.Metadata_InChIKey, row.Metadata_pert_iname)
    return Perturbation.of_gene(GENE_KINDS[kind], row.Metadata_gene, sample, f"{row.Metadata_gene} ({sample[-5:]})")


def _compounds(compounds: pd.DataFrame) -> pd.DataFrame:
    split = [
        [text.split("|") if isinstance(text, str) else [] for text in compounds[column]]
        for column in ("target_list", "moa_list")
    ]
    return pd.DataFrame(
        {
            "Metadata_InChIKey": compounds["InChIKey"],
            "Metadata_SMILES": compounds["smiles"],
            "Metadata_Name": compounds["pert_iname"],
            "aliases": [[sample] if isinstance(sample, str) else [] for sample in compounds["broad_sample"]],
            "pubchem_cid": compounds["pubchem_cid"],
            "targets": split[0],
            "mechanisms": split[1],
        }
    ).drop_duplicates("Metadata_InChIKey")
