"""CellBox: SK-Mel-133 melanoma cells under 12 targeted drugs alone and in pairs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.entries import Entry
from workbench.catalog.loaders import loader
from workbench.nouns import Context, Perturbation

CONTEXT = Context("SK-MEL-133", 24.0)


@loader("cellbox_skmel133")
def load(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """89 conditions as responses on the 87 measured nodes (log2 ratio to the untreated control; no replicates)."""
    frame = pd.read_parquet(files["conditions.parquet"])
    nodes = pd.read_parquet(files["nodes.parquet"])
    drugs = pd.read_parquet(files["drugs.parquet"]).set_index("code")
    measured = nodes[nodes["kind"] != "activity"]
    perturbations, annotations = [], {}
    strengths = [column for column in frame if column.startswith("u_")]
    for row in frame.to_dict("records"):
        parts = [
            Perturbation.of_compound(
                f"NAME:{drugs.at[row[f'drug_{i}'], 'drug'].lower()}",
                drugs.at[row[f"drug_{i}"], "drug"],
                row[f"dose_{i}"],
            )
            for i in range(1, int(row["n_drugs"]) + 1)
        ]
        item = parts[0] if len(parts) == 1 else Perturbation.of_parts(tuple(parts))
        perturbations.append(item)
        annotations[item.perturbation_id] = {
            "condition": row["condition"],
            "is_single_at_pair_dose": bool(row["is_single_at_pair_dose"]),
            "strengths": {column[2:]: float(row[column]) for column in strengths if row[column] != 0},
        }
    batch.add(
        "compound",
        [
            {
                "Metadata_InChIKey": f"NAME:{row.drug.lower()}", "Metadata_Name": row.drug, "aliases": [str(code)],
                "targets": [row.target], "mechanisms": [f"{row.target} inhibitor"],
            }
            for code, row in drugs.iterrows()
        ],
    )  # fmt: skip
    batch.add_contexts([CONTEXT])
    batch.add_perturbations(perturbations, annotations)
    batch.add_features(list(measured["node"]), unit=entry.units, kind="protein or phenotype")
    delta = frame[list(measured["column"])].to_numpy("float64")
    batch.add(
        "response",
        pd.DataFrame(
            {
                "perturbation_id": [item.perturbation_id for item in perturbations],
                "context_id": CONTEXT.context_id, "n": 1, "n_controls": 1, "agreement": np.nan,
                "delta": list(delta), "standard_error": list(np.full_like(delta, np.nan)),
            }
        ),
    )  # fmt: skip
