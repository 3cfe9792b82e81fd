"""Profiles of wells or cells: metadata and features, in any of the formats, however the columns are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.catalog.batch import Batch, list_column
from workbench.catalog.importers import importer
from workbench.catalog.importers.columns import plain, shown
from workbench.catalog.importers.formats.table import Table
from workbench.catalog.importers.l1000 import MEANING, level_of, replicates_of
from workbench.catalog.importers.measured import Measured, Spool, measure
from workbench.catalog.importers.roles import Roles, roles_of
from workbench.catalog.importers.treatments import Treatments, treatments_of
from workbench.catalog.importers.well_checks import check_wells
from workbench.catalog.importers.wells import TWICE, Places, places_of
from workbench.catalog.importers.wishes import Wishes
from workbench.kernels.response import MIN_CONTROLS, summarise
from workbench.nouns import Perturbation

LEVELS = {
    "spherized": "spherized", "feature_select": "normalized, features selected", "normalized": "normalized",
    "augmented": "raw, annotated", "consensus": "consensus of replicates",
}  # fmt: skip
RESPONSE_ROWS = 8_192
SIGNATURES = 5  # the level of L1000 files that hold them


@importer("profiles", needs="what was done to each well (or cell), where it stands, and features")
class Profiles:
    """Becomes wells, profiles and, on plates with two negative controls, responses."""

    def accepts(self, table: Table, wishes: Wishes) -> bool:
        """Something was measured, and it is said of which well or treatment."""
        roles = roles_of(table, wishes)
        stands = any(roles[role] for role in ("plate", "well", "batch"))
        treated = any(roles[role] for role in ("compound", "gene", "label", "key", "type", "control", "negcon"))
        return bool(roles.features) and (treated or stands)

    def read(
        self, table: Table, batch: Batch, wishes: Wishes, genes: frozenset[str], folder: Path | None
    ) -> dict[str, Any]:
        """Rows into the batch; gives what was understood. With a folder, values are kept there to be written from."""
        roles = roles_of(table, wishes)
        texts = table.texts(_text_columns(table, roles))
        places = places_of(texts, roles)
        treatments = treatments_of(texts, roles, wishes, genes)
        measured = measure(table, roles.features, folder)
        refused = _refused(places, treatments, measured)
        for row, (column, value, reason) in sorted(refused.items()):
            file, number = table.place(row)
            batch.reject(file, number, column, str(value), reason)
        good = np.setdiff1d(np.arange(len(texts)), np.fromiter(refused, dtype=int, count=len(refused)))
        wells = _wells(texts, roles, places, treatments, good)
        _describe(batch, texts, roles, treatments, good)
        level = level_of(table, measured.lowest)
        symbols = [name if name in genes else None for name in measured.features]
        batch.add_features(measured.features, symbols=symbols, kind="expression" if level else "profile")
        batch.add_wells(wells, None, file=table.path.name)
        ids = (batch.dataset + "|" + wells["Metadata_Plate"] + "|" + wells["Metadata_Well"]).to_numpy(dtype=object)
        batch.add_stream("profile", len(good), lambda: _profiles(measured, good, ids, batch.dataset))
        notes = [*table.notes, *places.notes, *treatments.notes, *measured.notes]
        if level == SIGNATURES:
            batch.add_stream("response", *_signatures(batch, measured, texts, wells, good))
            notes.append("signatures are responses already: they are kept as they are, without controls of their own")
        else:
            notes += _responses(batch, measured, wells, good)
        facts = _facts(table, roles, places, treatments, measured, wells)
        if level:
            facts |= {"convention": f"L1000 level {level} (pert_type and pert_iname; {MEANING[level]})"}
        if folder is None:  # nobody reads them when the wells are written
            facts |= check_wells(table, measured, treatments, wells, good)
        return {**facts, "notes": tuple(notes + _traps(treatments, roles, measured, good))}


def _text_columns(table: Table, roles: Roles) -> list[str]:
    """All text columns of a matrix with names, for one of them names its rows; else those with a role or `Metadata_`."""
    chosen = set(roles.features)
    return [name for name in table.head().columns if name not in chosen]


def _refused(places: Places, treatments: Treatments, measured: Measured) -> dict[int, tuple[str, str, str]]:
    reasons = {i: item for i, item in enumerate(treatments.perturbations) if isinstance(item, tuple)}
    refused = dict(measured.refused) | places.refused
    if reasons:
        wrong = np.isin(treatments.codes, list(reasons))
        refused |= {int(row): reasons[int(treatments.codes[row])] for row in np.flatnonzero(wrong)}
    return refused


def _wells(texts: pd.DataFrame, roles: Roles, places: Places, treatments: Treatments, good: np.ndarray) -> pd.DataFrame:
    codes = treatments.codes[good]

    def by_code(values: list[Any]) -> np.ndarray:
        return np.array([*values, None], dtype=object)[:-1][codes]

    def text(role: str) -> np.ndarray | None:
        if not roles[role]:
            return None
        values = texts[roles[role]].astype(object).to_numpy()[good]
        return np.where(values == "", None, values)

    control = treatments.is_control[codes]
    counts = None if not roles["cell_count"] else pd.to_numeric(
        texts[roles["cell_count"]].astype(object).iloc[good], errors="coerce"
    ).round().astype("Int64").to_numpy(dtype=object, na_value=None)  # fmt: skip
    return pd.DataFrame(
        {
            "row_number": good + 1, "Metadata_Source": text("source"),
            "Metadata_Batch": np.where(places.batch[good] == "", None, places.batch[good]),
            "Metadata_Plate": places.plate[good], "Metadata_Well": places.well[good],
            "Metadata_JCP2022": text("jcp2022"), "Metadata_pert_type": np.where(control, "control", "trt"),
            "perturbation_id": by_code([getattr(item, "perturbation_id", "") for item in treatments.perturbations]),
            "context_id": by_code([item.context_id for item in treatments.contexts]),
            "is_control": control, "control_type": by_code(treatments.control_type), "cell_count": counts,
        }
    )  # fmt: skip


def _describe(batch: Batch, texts: pd.DataFrame, roles: Roles, treatments: Treatments, good: np.ndarray) -> None:
    """Perturbations, contexts and compounds of the rows that are kept."""
    used, first = np.unique(treatments.codes[good], return_index=True)
    order = np.argsort(first)
    used, first = used[order], first[order]
    batch.add_contexts([treatments.contexts[i] for i in used])
    items = [treatments.perturbations[i] for i in used]
    batch.add_perturbations(items, {})

    def fact(role: str, row: int) -> str | None:
        return (str(texts[roles[role]].iloc[good[row]]) or None) if roles[role] else None

    rows: dict[str, dict[str, Any]] = {}
    for item, row in zip(items, first, strict=True):
        if item.kind == "compound":
            name = item.name.rsplit(" ", 2)[0] if item.dose_um else item.name
            rows.setdefault(item.compounds[0], {
                "Metadata_InChIKey": item.compounds[0], "Metadata_JCP2022": fact("jcp2022", row), "Metadata_Name": name,
                "Metadata_SMILES": fact("smiles", row), "aliases": [], "targets": [], "mechanisms": [],
            })  # fmt: skip
    batch.add("compound", list(rows.values()))


def _profiles(measured: Measured, good: np.ndarray, ids: np.ndarray, dataset: str) -> Iterator[pa.Table]:
    """Profiles of the kept rows as tables of the lake, block by block."""
    every = len(measured.used) == measured.spool.n_columns
    for start, values in measured.spool.blocks():
        low, high = np.searchsorted(good, [start, start + len(values)])
        rows = good[low:high] - start
        chosen = values if every else values[:, measured.used]
        if len(rows) != len(values):
            chosen = chosen[rows]
        yield pa.table(
            {"well_id": pa.array(ids[low:high], pa.string()), "dataset": pa.array([dataset] * len(rows), pa.string()),
             "vector": list_column(chosen)}
        )  # fmt: skip


def _responses(batch: Batch, measured: Measured, wells: pd.DataFrame, good: np.ndarray) -> list[str]:
    """Responses on the plates that have two controls; else the reason as a note, for the profiles are still of use."""
    if not len(wells) or wells["is_control"].all():
        return ["every well is a control: there are no responses"]
    plates, names = pd.factorize(wells["Metadata_Plate"])
    control = wells["is_control"].to_numpy(dtype=bool)
    n_controls = np.bincount(plates[control], minlength=len(names))
    poor = names[n_controls < MIN_CONTROLS]
    notes = []
    if len(poor):
        shown_names = ", ".join(shown(str(name)) for name in poor[:5]) + (", …" if len(poor) > 5 else "")
        notes.append(
            f"no responses are computed on {len(poor):,} of {len(names):,} plates: they have fewer than {MIN_CONTROLS} "
            f"negative controls ({shown_names}); name them with --control-label"
        )
    keys = wells["perturbation_id"].astype(str) + "\t" + wells["context_id"].astype(str)
    chosen = np.flatnonzero(~control & (n_controls[plates] >= MIN_CONTROLS))
    if len(chosen):
        groups, labels = pd.factorize(keys.iloc[chosen])
        batch.add_stream(
            "response", len(labels),
            lambda: _response_frames(measured, good, (plates, control, n_controls), (chosen, groups, labels), batch.dataset),
        )  # fmt: skip
    return notes


def _signatures(
    batch: Batch, measured: Measured, texts: pd.DataFrame, wells: pd.DataFrame, good: np.ndarray
) -> tuple[int, Callable[[], Iterator[pa.Table]]]:
    """L1000 level 5: the mean of the signatures of a perturbation and context; n counts the wells behind them."""
    chosen = np.flatnonzero(~wells["is_control"].to_numpy(dtype=bool))
    keys = wells["perturbation_id"].astype(str) + "\t" + wells["context_id"].astype(str)
    groups, labels = pd.factorize(keys.iloc[chosen])
    behind = replicates_of(texts, good[chosen].tolist()).groupby(groups).sum()
    plates, nobody = np.zeros(len(wells), dtype=np.int64), np.zeros(len(wells), dtype=bool)
    frames = (plates, nobody, np.zeros(1, dtype=np.int64)), (chosen, groups, labels)

    def made() -> Iterator[pa.Table]:
        start = 0
        for block in _response_frames(measured, good, *frames, batch.dataset):
            n = pa.array(behind.iloc[start : start + len(block)].to_numpy())
            yield block.set_column(block.schema.get_field_index("n"), "n", n)
            start += len(block)

    return len(labels), made


def _response_frames(
    measured: Measured,
    good: np.ndarray,
    on_plates: tuple[np.ndarray, ...],
    grouped: tuple[np.ndarray, ...],
    dataset: str,
) -> Iterator[pa.Table]:
    """Responses against the mean of the controls of the same plate, some thousand wells at a time."""
    plates, control, n_controls = on_plates
    chosen, groups, labels = grouped
    means = _control_means(measured.spool, measured.used, good, plates, control, n_controls)
    order = np.argsort(groups, kind="stable")
    ends = np.cumsum(np.bincount(groups))
    start = 0
    while start < len(labels):
        first = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, first + RESPONSE_ROWS, side="right")))
        rows = order[first : ends[stop - 1]]
        wells = chosen[rows]
        values = measured.spool.rows(good[wells])[:, measured.used].astype(np.float64) - means[plates[wells]]
        result = summarise(values, groups[rows])
        pairs = pd.DataFrame({"group": groups[rows], "plate": plates[wells]}).drop_duplicates()
        n = pd.Series(n_controls[pairs["plate"]]).groupby(pairs["group"].to_numpy()).sum()
        ids = [labels[group].split("\t") for group in result.groups]
        yield pa.table(
            {
                "dataset": [dataset] * len(ids), "perturbation_id": [item[0] for item in ids],
                "context_id": [item[1] for item in ids], "n": result.n,
                "n_controls": n.reindex(result.groups).to_numpy(), "agreement": result.agreement,
                "delta": list_column(result.delta), "standard_error": list_column(result.standard_error),
            }
        )  # fmt: skip
        start = stop


def _control_means(
    spool: Spool, used: np.ndarray, good: np.ndarray, plates: np.ndarray, control: np.ndarray, n_controls: np.ndarray
) -> np.ndarray:
    """Mean of the control wells of each plate [n_plates, n_features], 0 where there is none."""
    total = np.zeros((len(n_controls), len(used)))
    wells = np.flatnonzero(control)
    for start in range(0, len(wells), RESPONSE_ROWS):
        part = wells[start : start + RESPONSE_ROWS]
        np.add.at(total, plates[part], spool.rows(good[part])[:, used])
    return total / np.maximum(n_controls, 1)[:, None]


def _facts(
    table: Table, roles: Roles, places: Places, treatments: Treatments, measured: Measured, wells: pd.DataFrame
) -> dict[str, Any]:
    features = measured.features
    per_plate = wells.groupby("Metadata_Plate", sort=False)["is_control"].sum()
    names = sorted(treatments.control_names().items(), key=lambda item: -item[1])
    n_controls = int(wells["is_control"].sum())
    named = ", ".join(f"{shown(name)} {n:,}" for name, n in names[:5]) + (", …" if len(names) > 5 else "")
    spread = f"; {per_plate.min():,} to {per_plate.max():,} a plate" if len(per_plate) else ""
    n_batches = wells["Metadata_Batch"].nunique()
    batches = f"{n_batches:,} batches ({roles['batch'] or roles['source']})" if n_batches else "no batch column"
    left_out = ", ".join(map(shown, roles.left_out[:8])) + (", …" if len(roles.left_out) > 8 else "")
    twice = sum(reason == TWICE for _, _, reason in places.refused.values())
    others = [f"{name} from {roles[role]}" for role, name in (("dose", "dose"), ("cell", "cells"), ("time", "time"),
              ("cell_count", "cell count")) if roles[role]]  # fmt: skip
    return {
        "modality": "profiles", "format": table.form, "level": _level(table), "rows stand at": places.described or "their number",
        "features": f"{len(features):,} ({shown(features[0])} … {shown(features[-1])})",
        "perturbation from": treatments.described,
        "perturbations": _counted(treatments, wells),
        "controls": f"{n_controls:,} wells" + (f" ({named}){spread}" if n_controls else ": none was found"),
        "plates and batches": f"{len(per_plate):,} plate{'s' if len(per_plate) != 1 else ''}, {batches}",
        "wells that are there twice": f"{twice:,}",
        "context": "; ".join(others) or "no column names cells, dose or time",
        **measured.facts, "constant features": f"{len(measured.constant):,}",
        "neither metadata nor feature": left_out or "none",
        "readout": f"{len(features):,} features",
    }  # fmt: skip


def _counted(treatments: Treatments, wells: pd.DataFrame) -> str:
    used = set(wells["perturbation_id"])
    kinds = pd.Series(
        {item.perturbation_id: item.kind for item in treatments.perturbations
         if isinstance(item, Perturbation) and item.perturbation_id in used}, dtype=object,
    ).value_counts()  # fmt: skip
    sizes = wells.loc[~wells["is_control"], "perturbation_id"].value_counts()
    found = ", ".join(f"{n:,} {kind}" for kind, n in kinds.items()) or "none"
    return found + (f"; {sizes.min():,} to {sizes.max():,} wells each" if len(sizes) else "")


def _level(table: Table) -> str:
    """How far the profiles are processed, as pycytominer names its files."""
    name = table.path.name.lower()
    found = next((words for word, words in LEVELS.items() if word in name), "")
    if found and "negcon" in name and "normalized" in found:
        found = found.replace("normalized", "normalized to the negative controls")
    return f"{found} (from the file's name)" if found else "not said by the file's name"


def _traps(treatments: Treatments, roles: Roles, measured: Measured, good: np.ndarray) -> list[str]:
    notes = []
    counts = np.bincount(treatments.codes[good], minlength=len(treatments.perturbations))
    used = [
        item for item, n in zip(treatments.perturbations, counts, strict=True) if n and isinstance(item, Perturbation)
    ]
    missing = [item for item in used if item.genes and item.genes[0].upper() in ("NA", "NAN", "NONE", "NULL")]
    if missing:
        notes.append(f"{missing[0].genes[0]!r} is kept as the symbol of a gene, not as a missing value")
    spellings: dict[str, set[str]] = {}
    for item in used:
        for name in item.genes or item.compounds:
            spellings.setdefault(re.sub(r"_", "", plain(name)), set()).add(name)
    alike = [sorted(names) for key, names in spellings.items() if key and len(names) > 1]
    if alike:
        notes.append(
            f"{len(alike):,} perturbations are spelled in several ways, e.g. {' and '.join(map(shown, alike[0][:3]))}"
        )
    n_bad = len(set(measured.refused))
    if n_bad > 0.2 * measured.n_rows and measured.n_rows > 10:
        notes.append(
            f"{n_bad:,} wells are refused for single values; select features or impute them first to keep the wells"
        )
    if measured.constant:
        notes.append(
            f"{len(measured.constant):,} features have the same value in every well: "
            f"{', '.join(map(shown, measured.constant[:3]))}"
        )
    return notes
