"""Results on their way into the lake, and what was measured for a hypothesis."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.datasets import write_batch
from workbench.kernels.response import against_controls
from workbench.nouns import Context, Dataset, Perturbation

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog
    from workbench.nouns import Experiment


def write_results(
    catalog: Catalog, experiment: Experiment, file: Path, sha256: str, number: int, accepted: pd.DataFrame,
    values: np.ndarray, readouts: tuple[str, ...], context: Context, units: str, control_ids: set[str],
    mismatches: list[dict[str, Any]],
) -> str:  # fmt: skip
    """Accepted wells as a data set of its own (`E-3.1` is the first file of E-3) with the task as its readout."""
    name = f"{experiment.handle}.{number}"
    batch = Batch(name)
    wells_of = {(well.plate_barcode, well.well): well for plate in experiment.plates for well in plate.wells}
    planned = [wells_of[key] for key in zip(accepted["plate_barcode"], accepted["well"], strict=True)]
    named = {well.perturbation_id: well.perturbation_name for well in planned}
    perturbations = {name: _perturbation(name, title) for name, title in named.items()}
    batch.add_contexts([context])
    batch.add_perturbations(list(perturbations.values()), {})
    batch.add_features(list(readouts), symbols=list(readouts), unit=units, kind="lab result")
    is_control = [well.perturbation_id in control_ids for well in planned]
    wells = pd.DataFrame(
        {
            "Metadata_Plate": accepted["plate_barcode"].to_numpy(),
            "Metadata_Batch": experiment.handle,
            "Metadata_Well": accepted["well"].to_numpy(),
            "Metadata_pert_type": ["control" if flag else "trt" for flag in is_control],
            "perturbation_id": [well.perturbation_id for well in planned],
            "context_id": context.context_id,
            "is_control": is_control,
            "control_type": [_CONTROL_TYPES.get(well.role, "") for well in planned],
        }
    )
    batch.add_wells(wells, values, file=file.name)
    for problem in mismatches:
        batch.reject(file.name, problem["row"], problem["column"], problem["value"], problem["problem"])
    dataset = Dataset(
        name, f"{experiment.handle}: {experiment.title}", "lab result", "internal",
        f"{experiment.lab} lab, {file.name}",
        units=units, controls="empty wells' control", readout=experiment.task, sha256=sha256,
        simulated=experiment.lab == "simulated", bundled=False,
    )  # fmt: skip
    write_batch(catalog, dataset, batch)
    return name


_CONTROL_TYPES = {"negative control": "negcon", "positive control": "poscon"}


class Measured(NamedTuple):
    """Treated wells: perturbations, plates, wells [n]; delta [n, n_readouts] against the controls of their plate."""

    perturbations: list[str]
    plates: list[str]
    wells: list[str]
    delta: np.ndarray
    readouts: tuple[str, ...]


def measured_effects(catalog: Catalog, experiment: Experiment) -> Measured:
    """Change of every treated well of an experiment against the controls of its plate; empty before results are in."""
    sql = (
        "SELECT w.Metadata_Plate AS plate, w.Metadata_Well AS well, w.perturbation_id, w.is_control, p.vector "
        "FROM lake.well w JOIN lake.profile p USING (dataset, well_id) WHERE starts_with(w.dataset, $1) ORDER BY ALL"
    )
    table = catalog.lake.query(sql, [f"{experiment.handle}."])
    if not table.num_rows:
        return Measured([], [], [], np.zeros((0, 0)), ())
    features = "SELECT feature FROM lake.feature WHERE dataset = $1 ORDER BY i_feature"
    readouts = tuple(catalog.lake.query(features, [f"{experiment.handle}.1"]).column(0).to_pylist())
    values = np.array(table.column("vector").to_pylist(), dtype=float)
    controls = np.array(table.column("is_control").to_pylist(), dtype=bool)
    plates = np.array(table.column("plate").to_pylist())
    delta = against_controls(values, plates, controls)
    names, wells = (np.array(table.column(name).to_pylist()) for name in ("perturbation_id", "well"))
    return Measured(
        names[~controls].tolist(), plates[~controls].tolist(), wells[~controls].tolist(), delta[~controls], readouts
    )


def _perturbation(perturbation_id: str, name: str) -> Perturbation:
    kind, _, rest = perturbation_id.partition(":")
    if kind == "control":
        return Perturbation(perturbation_id, "control", name)
    if "+" in perturbation_id:
        return Perturbation(perturbation_id, "combination", name)
    if kind == "compound":
        key, _, dose = rest.rpartition("@") if "@" in rest else (rest, "", "")
        return Perturbation(perturbation_id, kind, name, compounds=(key,), dose_um=(float(dose),) if dose else ())
    symbol = rest.split("/")[0]
    return Perturbation(perturbation_id, kind, name, genes=(symbol,))
