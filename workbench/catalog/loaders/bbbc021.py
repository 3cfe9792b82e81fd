"""BBBC021: MCF-7 cells under 38 compounds, CellProfiler well means."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.entries import Entry
from workbench.catalog.loaders import loader
from workbench.kernels.response import control_sd
from workbench.nouns import Context, Perturbation

CONTEXT = Context("MCF-7", 24.0)


@loader("bbbc021")
def load(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """Wells with 516 raw features; treatment = compound at a concentration; DMSO wells are the controls."""
    frame = pd.read_parquet(files["wells.parquet"])
    structures: dict[str, str] = entry.options["structures"]  # names whose structure another bundled set proves
    keys = {name: structures.get(name.lower(), f"NAME:{name.lower()}") for name in frame["Metadata_Compound"].unique()}
    control = Perturbation("control:DMSO", "control", "DMSO", compounds=(structures["dmso"],))
    perturbations, annotations = [], {}
    for name, dose, mechanism in zip(
        frame["Metadata_Compound"], frame["Metadata_Concentration"], frame["Metadata_MoA"], strict=True
    ):
        item = control if name == "DMSO" else Perturbation.of_compound(keys[name], name, float(dose))
        perturbations.append(item)
        annotations[item.perturbation_id] = {} if name == "DMSO" else {"mechanism": mechanism, "compound": name}
    mechanisms = frame.groupby("Metadata_Compound")["Metadata_MoA"].first()
    batch.add(
        "compound",
        [
            {
                "Metadata_InChIKey": keys[name], "Metadata_Name": name, "aliases": [], "targets": [],
                "mechanisms": [] if name == "DMSO" else [mechanisms[name]],
            }
            for name in sorted(keys)
        ],
    )  # fmt: skip
    batch.add_contexts([CONTEXT])
    batch.add_perturbations(perturbations, annotations)
    features = [column for column in frame if not column.startswith("Metadata_")]
    batch.add_features(features, unit=entry.units, kind="morphology")
    is_control = (frame["Metadata_Compound"] == "DMSO").to_numpy()
    wells = pd.DataFrame(
        {
            "Metadata_Batch": frame["Metadata_Week"],
            "Metadata_Plate": frame["Metadata_Plate"],
            "Metadata_Well": frame["Metadata_Well"],
            "Metadata_pert_type": ["control" if flag else "trt" for flag in is_control],
            "perturbation_id": [item.perturbation_id for item in perturbations],
            "context_id": CONTEXT.context_id,
            "is_control": is_control,
            "control_type": ["negcon" if flag else "" for flag in is_control],
        }
    )
    values = frame[features].to_numpy("float32")
    batch.add_wells(wells, values, file="wells.parquet")
    # raw units differ by factors of thousands: changes are given in SD of the DMSO wells, profiles stay as they are
    batch.add_responses(wells, values / control_sd(values, frame["Metadata_Plate"].to_numpy(), is_control))
