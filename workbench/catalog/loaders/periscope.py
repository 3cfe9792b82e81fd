"""PERISCOPE: genome-wide optical pooled Cell Painting screens, gene-level summaries."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.entries import Entry
from workbench.catalog.importers.columns import DATE_REASON, looks_like_a_date
from workbench.catalog.loaders import loader
from workbench.nouns import Context, Perturbation

CONTEXTS = {
    "HeLa_DMEM": Context("HeLa", None, "DMEM"),
    "HeLa_HPLM": Context("HeLa", None, "HPLM"),
    "A549": Context("A549"),
}


@loader("periscope")
def load(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """One summary profile a gene and screen: significant features of each channel against non-targeting guides.

    A screen stands as a plate and a gene as a well; genes without expression are the null. The authors' frozen map
    coordinates and the morphological signal score are annotations.
    """
    frame = pd.read_parquet(files["genes.parquet"])
    guides = pd.read_parquet(files["guide_cell_counts.parquet"])
    _reject_dates(guides, batch)
    counts = guides.groupby(["screen", "Gene"])["cell_count"].agg(["sum", "size"])
    index = pd.MultiIndex.from_frame(frame[["screen", "Gene"]])
    cells = counts.reindex(index)
    perturbations = [Perturbation.of_gene("knock-out", gene) for gene in frame["Gene"]]
    batch.add("gene", _genes(frame))
    batch.add_contexts(list(CONTEXTS.values()))
    batch.add_perturbations(perturbations, {})
    features = [column for column in frame if column.startswith("n_sig_") and column != "n_sig_Sum"]
    batch.add_features(features, unit=entry.units, kind="morphology")
    is_null = ~frame["expressed"].fillna(True).to_numpy(dtype=bool)  # unknown in A549: not part of the null
    wells = pd.DataFrame(
        {
            "Metadata_Plate": frame["screen"],
            "Metadata_Batch": frame["screen"],
            "Metadata_Well": frame["Gene"],
            "Metadata_pert_type": np.where(is_null, "control", "trt"),
            "perturbation_id": [item.perturbation_id for item in perturbations],
            "context_id": [CONTEXTS[screen].context_id for screen in frame["screen"]],
            "is_control": is_null,
            "control_type": np.where(is_null, "not expressed", ""),
            "cell_count": cells["sum"].to_numpy(),
            "annotations": _annotations(frame, cells["size"].to_numpy()),
        }
    )
    batch.add_wells(wells, frame[features].to_numpy("float32"), file="genes.parquet")


def _reject_dates(guides: pd.DataFrame, batch: Batch) -> None:
    """Symbols that the source itself has as dates (1-Mar): their cells belong to a gene we cannot name."""
    dated = {gene for gene in guides["Gene"].unique() if looks_like_a_date(gene)}
    first = guides[guides["Gene"].isin(dated)].drop_duplicates(["screen", "Gene"])
    for row, gene in zip(first.index, first["Gene"], strict=True):
        batch.reject("guide_cell_counts.parquet", int(row) + 1, "Gene", gene, DATE_REASON)


def _genes(frame: pd.DataFrame) -> pd.DataFrame:
    symbols = frame["Gene"].drop_duplicates()
    return pd.DataFrame({"Metadata_Symbol": symbols, "title": "", "aliases": [[] for _ in range(len(symbols))]})


def _annotations(frame: pd.DataFrame, n_guides: np.ndarray) -> list[str]:
    kept = ("signal_score", "umap_x", "umap_y", "hit_whole_cell_fdr1", "hit_compartment_fdr1")
    rows = []
    for row, n in zip(frame[list(kept)].itertuples(index=False), n_guides, strict=True):
        known = {
            key: value
            for key, value in zip(kept, row, strict=True)
            if not (isinstance(value, float) and np.isnan(value))
        }
        rows.append(json.dumps(known | ({} if np.isnan(n) else {"n_guides": int(n)}), default=float))
    return rows
