"""What goes to the bench: plate maps as tables and pages, lists for liquid handlers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from workbench.catalog.safe_csv import to_csv
from workbench.errors import UnknownNameError
from workbench.hypotheses.printable import plates_pdf
from workbench.hypotheses.transfers import pick
from workbench.hypotheses.worklist import (
    ECHO_STEP_NL,
    PIPETTE_LEAST_NL,
    echo_picklist,
    hamilton_worklist,
    opentrons_worklist,
)
from workbench.nouns import Experiment, Plate
from workbench.nouns.stock import Stock

FORMS = {
    "csv": "Plate maps, one table (CSV)",
    "pdf": "Plate maps to print (PDF)",
    "echo": "Echo picklist (CSV)",
    "opentrons": "Opentrons worklist (CSV)",
    "hamilton": "Hamilton worklist (CSV)",
}
VOLUMES_NL = {"echo": 25.0, "opentrons": 5000.0, "hamilton": 5000.0}
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class Export(NamedTuple):
    """A file for the bench and what is to be said about it."""

    file_name: str
    content: bytes
    notes: list[str]


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


def export(
    experiment: Experiment, form: str, handles: dict[str, str], stock: Sequence[Stock] = (),
    volume_nl: float | None = None, well_volume_ul: float | None = None,
) -> Export:  # fmt: skip
    """The plates of an experiment in one of FORMS.

    Lists for liquid handlers need stock; volume_nl goes into every well that has no dose (25 nL by Echo, 5 µL by pipette).
    Raises UnknownNameError for another form and InputError where stock or volumes do not do.
    """
    name = _UNSAFE.sub("_", experiment.handle) + ("-SIMULATED" if experiment.lab == "simulated" else "")
    if form == "csv":
        table = pd.concat([plate_map(plate, handles) for plate in experiment.plates], ignore_index=True)
        return Export(f"{name}-plate-maps.csv", to_csv(table).encode(), [])
    if form == "pdf":
        return Export(f"{name}-plate-maps.pdf", plates_pdf(experiment, handles), [])
    if form not in FORMS:
        raise UnknownNameError(f"there is no export {form!r}.", hint=f"Known: {', '.join(FORMS)}.")
    steps = {"step_nl": ECHO_STEP_NL} if form == "echo" else {"least_nl": PIPETTE_LEAST_NL}
    volume = VOLUMES_NL[form] if volume_nl is None else volume_nl
    picked = pick(experiment.plates, stock, volume, well_volume_ul=well_volume_ul, **steps)
    tables = {"echo": echo_picklist, "opentrons": opentrons_worklist, "hamilton": hamilton_worklist}
    what = "picklist" if form == "echo" else "worklist"
    return Export(f"{name}-{form}-{what}.csv", to_csv(tables[form](picked.transfers)).encode(), picked.notes)
