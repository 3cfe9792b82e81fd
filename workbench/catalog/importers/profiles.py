"""Profiles of wells as pycytominer writes them: `Metadata_` columns and features."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.catalog.batch import Batch
from workbench.catalog.importers import importer
from workbench.catalog.importers.columns import (
    COMPOUND,
    DATE_REASON,
    DOSE_MM,
    DOSE_UM,
    GENE,
    INCHIKEY,
    NEGATIVE,
    REAGENT,
    first_of,
    looks_like_a_date,
    normal_well,
)  # fmt: skip
from workbench.catalog.importers.tabular import numbers, texts
from workbench.errors import DataQualityError
from workbench.nouns import Context, Perturbation

KINDS = {
    "crispr": "knock-out", "orf": "over-expression", "crispri": "knock-down", "crispra": "activation",
    **{kind: kind for kind in ("knock-out", "over-expression", "knock-down", "activation")},
}  # fmt: skip
FALSE = {"", "0", "0.0", "false", "no"}


@importer("profiles", needs="columns Metadata_Plate, Metadata_Well, what was done to the well, and features")
class Profiles:
    """Becomes wells, profiles and, where every plate has two negative controls, responses."""

    def accepts(self, columns: list[str]) -> bool:
        """Plate and well are named and something was measured."""
        return {"Metadata_Plate", "Metadata_Well"} <= set(columns) and bool(_features(columns))

    def read(self, table: pa.Table, batch: Batch, file: str) -> dict[str, Any]:
        """Rows into the batch; gives what was understood."""
        features, values, wrong, notes = _measured(table)
        treatment = _Treatments(table)
        perturbations = [treatment.of(row) for row in range(table.num_rows)]
        contexts = _contexts(table)
        written = texts(table, "Metadata_Well")
        wells = [normal_well(text) for text in written]
        refused = {row: (column, value, "this is not a number") for row, column, value in reversed(wrong)}
        plates = [text.strip() for text in texts(table, "Metadata_Plate")]
        seen: set[tuple[str, str | None]] = set()
        for row, item in enumerate(perturbations):
            place = (plates[row], wells[row])
            if isinstance(item, tuple):
                refused[row] = item
            elif wells[row] is None:
                refused[row] = ("Metadata_Well", written[row], "this is no well (A01 … AF48)")
            elif not plates[row]:
                refused[row] = ("Metadata_Plate", "", "the plate has no name")
            elif place in seen:
                refused[row] = ("Metadata_Well", " ".join(place), "this well of this plate was in the file before")
            seen.add(place)
        for row, (column, value, reason) in sorted(refused.items()):
            batch.reject(file, row + 1, column, value, reason)
        good = np.array([row for row in range(table.num_rows) if row not in refused], dtype=int)
        used = [perturbations[row] for row in good]
        batch.add_contexts([contexts[row] for row in good])
        batch.add_perturbations(used, {})
        batch.add("compound", _compounds(used))
        batch.add_features(features, kind="profile")
        frame = pd.DataFrame(
            {
                "row_number": good + 1,
                "Metadata_Source": _pick(table, "Metadata_Source", good),
                "Metadata_Batch": _pick(table, "Metadata_Batch", good),
                "Metadata_Plate": [plates[row] for row in good],
                "Metadata_Well": [wells[row] for row in good],
                "Metadata_JCP2022": _pick(table, "Metadata_JCP2022", good),
                "Metadata_pert_type": ["control" if item.kind == "control" else "trt" for item in used],
                "perturbation_id": [item.perturbation_id for item in used],
                "context_id": [contexts[row].context_id for row in good],
                "is_control": [item.kind == "control" for item in used],
                "control_type": ["negcon" if item.kind == "control" else "" for item in used],
            }
        )
        kept = batch.add_wells(frame, values[good], file=file)
        notes += _responses(batch, frame[kept], values[good][kept])
        constant = int((np.ptp(values[good][kept], axis=0) == 0).sum()) if kept.any() else 0
        notes += (f"{constant:,} features have the same value in every well",) if constant else ()
        return {
            "modality": "profiles", "features": f"{len(features):,} ({features[0]} … {features[-1]})",
            "perturbation from": treatment.described, "controls": f"{int(frame['is_control'].sum()):,} wells",
            "readout": f"{len(features):,} features", "notes": notes,
        }  # fmt: skip


class _Treatments:
    """What was done to each row: a negative control, a compound at a dose, or a gene; else why it cannot be said."""

    def __init__(self, table: pa.Table) -> None:
        names = table.column_names
        columns = {
            "key": first_of(names, INCHIKEY), "compound": first_of(names, COMPOUND), "reagent": first_of(names, REAGENT),
            "gene": first_of([name for name in names if name.startswith("Metadata_")], GENE),
            "kind": first_of(names, ("Metadata_perturbation_type", "Metadata_perturbation_modality")),
            "negcon": first_of(names, ("Metadata_is_negcon", "Metadata_is_control")),
            "control": first_of(names, ("Metadata_control_type",)),
            "type": first_of(names, ("Metadata_pert_type",)),
        }  # fmt: skip
        self.text = {name: texts(table, column) for name, column in columns.items()}
        um, mm = first_of(names, DOSE_UM), first_of(names, DOSE_MM)
        self.dose = np.full(table.num_rows, np.nan)
        if um or mm:
            self.dose = numbers(table, [um or mm])[0][:, 0] * (1.0 if um else 1000.0)
        used = [columns[name] for name in ("key", "compound", "gene", "negcon", "control", "type") if columns[name]]
        self.described = ", ".join(used) or "nothing"

    def of(self, row: int) -> Perturbation | tuple[str, str, str]:
        """The perturbation of a row, or (column, value, reason)."""
        text = {name: values[row].strip() for name, values in self.text.items()}
        if self._is_control(text):
            name = text["compound"] or text["gene"] or "DMSO"
            return Perturbation(f"control:{name}", "control", name)
        gene = text["gene"]
        if text["key"] or (text["compound"] and not (gene and text["kind"].lower() in KINDS)):
            name = text["compound"] or text["key"]
            dose = float(self.dose[row])
            return Perturbation.of_compound(
                text["key"] or f"NAME:{name.lower()}", name, None if np.isnan(dose) else dose
            )  # fmt: skip
        if not gene:
            return "Metadata_Name", "", "the row names neither a compound nor a gene nor a control"
        if looks_like_a_date(gene):
            return "Metadata_Symbol", gene, DATE_REASON
        kind = KINDS.get(text["kind"].lower(), "knock-out")
        return Perturbation.of_gene(kind, gene, text["reagent"], text["compound"] or gene)

    @staticmethod
    def _is_control(text: dict[str, str]) -> bool:
        if text["negcon"].lower() not in FALSE or text["control"].lower() in NEGATIVE:
            return True
        if text["type"].lower() in NEGATIVE or text["compound"].lower() in NEGATIVE:
            return True
        # JUMP tables leave the sample of DMSO wells empty and call the well a control
        return text["type"].lower() == "control" and not (text["key"] or text["compound"] or text["gene"])


def _features(columns: list[str]) -> list[str]:
    return [name for name in columns if not name.startswith(("Metadata_", "Image_", "Unnamed:"))]


def _measured(table: pa.Table) -> tuple[list[str], np.ndarray, list[tuple[int, str, str]], tuple[str, ...]]:
    """Features that hold numbers, their values [n_rows, n_features], wrong places, and a note on what was left out."""
    names = _features(table.column_names)
    values, wrong = numbers(table, names)
    textual = {column for _, column, _ in wrong} & {
        name for i, name in enumerate(names) if np.isnan(values[:, i]).all()
    }  # fmt: skip
    if not textual:
        return names, values, wrong, ()
    used = np.array([name not in textual for name in names])
    note = f"left out, for they hold no numbers: {', '.join(sorted(textual)[:5])}"
    kept = [item for item in wrong if item[1] not in textual]
    return [name for name in names if name not in textual], values[:, used], kept, (note,)


def _contexts(table: pa.Table) -> list[Context]:
    cells = texts(table, first_of(table.column_names, ("Metadata_cell_line", "Metadata_Cell_Line", "Metadata_cell")))
    hours = first_of(table.column_names, ("Metadata_timepoint_h", "Metadata_time_h", "Metadata_timepoint"))
    times = numbers(table, [hours])[0][:, 0] if hours else np.full(table.num_rows, np.nan)
    return [
        Context(cell.strip() or "unknown cells", None if np.isnan(time) else float(time))
        for cell, time in zip(cells, times, strict=True)
    ]


def _compounds(used: list[Perturbation]) -> pd.DataFrame:
    unique = {item.compounds[0]: item for item in used if item.kind == "compound"}
    return pd.DataFrame(
        [
            {
                "Metadata_InChIKey": key, "Metadata_Name": item.name.rsplit(" ", 2)[0] if item.dose_um else item.name,
                "aliases": [], "targets": [], "mechanisms": [],
            }
            for key, item in unique.items()
        ]
    )  # fmt: skip


def _pick(table: pa.Table, column: str, rows: np.ndarray) -> list[str | None]:
    values = texts(table, column) if column in table.column_names else [""] * table.num_rows
    return [values[row] or None for row in rows]


def _responses(batch: Batch, wells: pd.DataFrame, values: np.ndarray) -> tuple[str, ...]:
    """Responses where they can be had; else the reason as a note, for the profiles are still of use."""
    if wells["is_control"].all():
        return ("every well is a control: there are no responses",)
    try:
        batch.add_responses(wells, values)
    except DataQualityError as error:
        return (f"no responses are computed: {error.message}",)
    return ()
