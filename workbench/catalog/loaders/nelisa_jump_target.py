"""nELISA secretome of the JUMP target plate: A549 cells, 191 secreted proteins, 304 compounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.entries import Entry
from workbench.catalog.loaders import loader
from workbench.nouns import Context, Perturbation

CONTEXT = Context("A549", 24.0)


@loader("nelisa_jump_target")
def load(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """Four replicate plates; DMSO wells are the controls; compounds join other sets by InChIKey."""
    frame = pd.read_parquet(files["wells.parquet"])
    is_control = frame["Metadata_is_negcon"].to_numpy(dtype=bool)
    control = Perturbation("control:DMSO", "control", "DMSO", compounds=("IAZDPXIOMUYVGZ-UHFFFAOYSA-N",))
    perturbations = [
        control if flag else Perturbation.of_compound(key, name)
        for flag, key, name in zip(is_control, frame["Metadata_InChIKey"], frame["Metadata_pert_iname"], strict=True)
    ]
    annotations = {
        item.perturbation_id: {"target": gene} if isinstance(gene, str) else {}
        for item, gene in zip(perturbations, frame["Metadata_gene"], strict=True)
    }
    compounds = frame.drop_duplicates("Metadata_InChIKey")
    batch.add(
        "compound",
        pd.DataFrame(
            {
                "Metadata_InChIKey": compounds["Metadata_InChIKey"],
                "Metadata_SMILES": compounds["Metadata_SMILES"],
                "Metadata_Name": compounds["Metadata_pert_iname"],
                "pubchem_cid": compounds["Metadata_pubchem_cid"],
                "aliases": [[item] if isinstance(item, str) else [] for item in compounds["Metadata_broad_sample"]],
                "targets": [
                    text.split("|") if isinstance(text, str) else [] for text in compounds["Metadata_target_list"]
                ],
                "mechanisms": [[] for _ in range(len(compounds))],
            }
        ),
    )
    batch.add_contexts([CONTEXT])
    batch.add_perturbations(perturbations, annotations)
    features = [column for column in frame if not column.startswith("Metadata_")]
    batch.add_features(features, unit=entry.units, kind="secreted protein")
    wells = pd.DataFrame(
        {
            "Metadata_Plate": frame["Metadata_Plate"],
            "Metadata_Batch": frame["Metadata_Plate"],
            "Metadata_Well": frame["Metadata_Well"],
            "Metadata_pert_type": frame["Metadata_pert_type"],
            "perturbation_id": [item.perturbation_id for item in perturbations],
            "context_id": CONTEXT.context_id,
            "is_control": is_control,
            "control_type": np.where(is_control, "negcon", frame["Metadata_control_type"].fillna("")),
        }
    )
    values = frame[features].to_numpy("float32")
    batch.add_wells(wells, values, file="wells.parquet")
    batch.add_responses(wells, values)
