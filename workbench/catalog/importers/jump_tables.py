"""The JUMP metadata tables without measurements: what is in each well, compounds by structure, reagents by gene."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.importers import importer
from workbench.catalog.importers.formats.table import Table
from workbench.catalog.importers.roles import Roles, roles_of
from workbench.catalog.importers.treatments import treatments_of
from workbench.catalog.importers.wells import places_of
from workbench.catalog.importers.wishes import Wishes
from workbench.nouns import Perturbation


@importer("JUMP tables", needs="Metadata_JCP2022 of WELL, PLATE, COMPOUND, ORF, CRISPR or PERTURBATION_CONTROL tables")
class JumpTables:
    """Becomes wells without profiles, compounds and genes, under the names the consortium uses."""

    def accepts(self, table: Table, wishes: Wishes) -> bool:
        """Rows are named by JCP2022 or stand on plates of a source, and nothing was measured."""
        roles = roles_of(table, wishes)
        known = {"Metadata_JCP2022"} & set(table.columns) or {"Metadata_Source", "Metadata_Plate"} <= set(table.columns)
        return bool(known) and not [name for name in roles.features if not name.startswith("Metadata_")]

    def read(
        self, table: Table, batch: Batch, wishes: Wishes, genes: frozenset[str], folder: Path | None
    ) -> dict[str, Any]:
        """Rows into the batch; gives what was understood."""
        roles = roles_of(table, wishes)
        texts = table.texts([name for name in table.columns if name not in set(roles.features)])
        treatments = treatments_of(texts, roles, wishes, genes)
        reasons = {i: item for i, item in enumerate(treatments.perturbations) if isinstance(item, tuple)}
        refused = {}
        notes = list(table.notes)
        if roles["well"]:
            places = places_of(texts, roles)
            refused = dict(places.refused)
            refused |= {int(row): reasons[int(treatments.codes[row])]
                        for row in np.flatnonzero(np.isin(treatments.codes, list(reasons)))}  # fmt: skip
            notes += places.notes
        for row, (column, value, reason) in sorted(refused.items()):
            file, number = table.place(row)
            batch.reject(file, number, column, str(value), reason)
        good = np.setdiff1d(np.arange(len(texts)), np.fromiter(refused, dtype=int, count=len(refused)))
        if roles["well"]:
            _add_wells(batch, texts, roles, places, treatments, good)
        _add_compounds(batch, texts, roles)
        _add_genes(batch, texts, roles)
        return {
            "modality": "plate metadata", "format": table.form, "perturbation from": treatments.described,
            "controls": ", ".join(f"{name} {n:,}" for name, n in treatments.control_names().items()) or "none is named",
            "readout": "none: metadata of wells", "notes": tuple(notes),
        }  # fmt: skip


def _add_wells(batch: Batch, texts: pd.DataFrame, roles: Roles, places: Any, treatments: Any, good: np.ndarray) -> None:
    codes = treatments.codes[good]
    used = [treatments.perturbations[i] for i in np.unique(codes)]
    batch.add_perturbations([item for item in used if isinstance(item, Perturbation)], {})
    batch.add_contexts([treatments.contexts[i] for i in np.unique(codes)])
    control = treatments.is_control[codes]
    values = {role: texts[roles[role]].astype(object).to_numpy()[good] if roles[role] else None
              for role in ("source", "jcp2022")}  # fmt: skip
    wells = pd.DataFrame(
        {
            "row_number": good + 1, "Metadata_Source": values["source"], "Metadata_Batch": places.batch[good],
            "Metadata_Plate": places.plate[good], "Metadata_Well": places.well[good], "Metadata_JCP2022": values["jcp2022"],
            "Metadata_pert_type": np.where(control, "control", "trt"),
            "perturbation_id": [treatments.perturbations[i].perturbation_id for i in codes],
            "context_id": [treatments.contexts[i].context_id for i in codes], "is_control": control,
            "control_type": [treatments.control_type[i] for i in codes],
        }
    )  # fmt: skip
    batch.add_wells(wells, None, file="WELL")


def _add_compounds(batch: Batch, texts: pd.DataFrame, roles: Roles) -> None:
    if not roles["key"]:
        return
    names = {"Metadata_InChIKey": "key", "Metadata_JCP2022": "jcp2022", "Metadata_SMILES": "smiles"}
    columns = {ours: texts[roles[role]].astype(str) for ours, role in names.items() if roles[role]}
    frame = pd.DataFrame(columns)
    frame = frame[frame["Metadata_InChIKey"] != ""].drop_duplicates("Metadata_InChIKey")
    shown = frame.get("Metadata_JCP2022", frame["Metadata_InChIKey"])
    lists = {name: [[] for _ in range(len(frame))] for name in ("aliases", "targets", "mechanisms")}
    batch.add("compound", frame.assign(Metadata_Name=shown, **lists))


def _add_genes(batch: Batch, texts: pd.DataFrame, roles: Roles) -> None:
    if not roles["gene"]:
        return
    numbers = texts[roles["ncbi"]].astype(str) if roles["ncbi"] else pd.Series("", index=texts.index)
    frame = pd.DataFrame({"Metadata_Symbol": texts[roles["gene"]].astype(str), "number": numbers})
    frame = frame[frame["Metadata_Symbol"] != ""].drop_duplicates("Metadata_Symbol")
    number = pd.to_numeric(frame.pop("number"), errors="coerce").astype("Int64")
    aliases = [[] for _ in range(len(frame))]
    batch.add("gene", frame.assign(Metadata_NCBI_Gene_ID=number, title="", aliases=aliases))
