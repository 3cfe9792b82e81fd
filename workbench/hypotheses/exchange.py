"""What goes to the bench: a plate map as a table."""

from __future__ import annotations

import pandas as pd

from workbench.nouns import Plate

COLUMNS = (
    "plate_barcode",
    "well",
    "role",
    "perturbation_id",
    "perturbation_name",
    "dose_um",
    "replicate",
    "hypothesis",
)


def plate_map(plate: Plate, handles: dict[str, str]) -> pd.DataFrame:
    """One row a well; `handles` maps hypothesis ids to H-numbers."""
    return pd.DataFrame(
        [
            {
                "plate_barcode": well.plate_barcode, "well": well.well, "role": well.role,
                "perturbation_id": well.perturbation_id, "perturbation_name": well.perturbation_name,
                "dose_um": well.dose_um, "replicate": well.replicate,
                "hypothesis": handles.get(well.hypothesis_id or "", ""),
            }
            for well in plate.wells
        ],
        columns=list(COLUMNS),
    )  # fmt: skip
