"""Wells of a task's data set and of every lab result for that task, as arrays for the rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from workbench.errors import UnknownNameError
from workbench.kernels.response import control_sd

if TYPE_CHECKING:
    from workbench.catalog.lake import Lake

_WELLS = """
SELECT w.dataset, w.Metadata_Plate AS plate, w.Metadata_Well AS well, w.perturbation_id, w.context_id, w.is_control,
       p.vector, x.genes, x.compounds, x.dose_um, x.Metadata_Name AS name
FROM lake.well w
JOIN lake.profile p ON p.well_id = w.well_id AND p.dataset = w.dataset
LEFT JOIN lake.perturbation x ON x.perturbation_id = w.perturbation_id AND x.dataset = w.dataset
WHERE w.dataset IN (SELECT $1 UNION SELECT dataset FROM lake.dataset WHERE readout = $2) AND w.context_id = $3
  AND coalesce(w.control_type, '') <> 'untreated'
ORDER BY w.dataset <> $1, w.dataset, w.Metadata_Plate, w.Metadata_Well
"""


class TaskWells(NamedTuple):
    """Wells of a task: values [n_wells, n_readouts] and columns [n_wells]; `is_lab` marks results of the queue.

    genes: the symbol, compounds: the InChIKey with the dose in µM where there is one (`KEY@0.3`); "" for none.
    """

    values: np.ndarray
    plates: np.ndarray
    perturbations: np.ndarray
    names: np.ndarray
    genes: np.ndarray
    compounds: np.ndarray
    is_control: np.ndarray
    is_lab: np.ndarray
    readouts: tuple[str, ...]


def read_task_wells(lake: Lake, dataset: str, task: str, context_id: str, *, in_control_sd: bool = False) -> TaskWells:
    """All wells of the data set in one context, and of the lab results with this task as readout.

    in_control_sd: the data set's own wells in SD of its controls (pooled within plates), as results of a lab come.
    Raises UnknownNameError when the data set is not imported.
    """
    table = lake.query(_WELLS, [dataset, task, context_id])
    features = lake.query("SELECT feature FROM lake.feature WHERE dataset = $1 ORDER BY i_feature", [dataset])
    readouts = tuple(features.column(0).to_pylist())
    if not table.num_rows:
        raise UnknownNameError(
            f"{dataset} has no wells in {context_id}.", hint=f"Run `workbench data import {dataset}`."
        )
    vectors = table.column("vector").combine_chunks()
    values = vectors.flatten().to_numpy(zero_copy_only=False).reshape(table.num_rows, len(readouts)).astype(np.float64)
    sets = np.array(table.column("dataset").to_pylist())
    plates = np.array([f"{a}|{b}" for a, b in zip(sets, table.column("plate").to_pylist(), strict=True)])
    genes = np.array([(value or [""])[0] for value in table.column("genes").to_pylist()])
    doses = (row or [None] for row in table.column("dose_um").to_pylist())
    compounds = [
        "" if not keys else keys[0] if dose[0] is None else f"{keys[0]}@{dose[0]:g}"
        for keys, dose in zip(table.column("compounds").to_pylist(), doses, strict=True)
    ]
    is_control, is_own = np.array(table.column("is_control").to_pylist(), dtype=bool), sets == dataset
    if in_control_sd:
        values[is_own] /= control_sd(values[is_own], plates[is_own], is_control[is_own])
    return TaskWells(
        values, plates, np.array(table.column("perturbation_id").to_pylist()),
        np.array([name or "" for name in table.column("name").to_pylist()]), genes, np.array(compounds),
        is_control, ~is_own, readouts,
    )  # fmt: skip
