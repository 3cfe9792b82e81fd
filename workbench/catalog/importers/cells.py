"""Perturbed single cells and pseudobulks: read in blocks, summed by perturbation, context and batch, against matched controls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.catalog.batch import Batch, list_column
from workbench.catalog.importers import importer
from workbench.catalog.importers.checks import (
    Unmatched,
    between,
    checked_step,
    control_check,
    leakage_check,
    looks_misspelt,
    unit_of,
)
from workbench.catalog.importers.columns import first_of, shown
from workbench.catalog.importers.conventions import Convention, convention_of
from workbench.catalog.importers.formats.h5ad import INDEX
from workbench.catalog.importers.formats.table import Table
from workbench.catalog.importers.matched import Design, Scale, Sums, scale_of
from workbench.catalog.importers.measured import Measured, measure
from workbench.catalog.importers.roles import Roles, roles_of
from workbench.catalog.importers.treatments import Treatments, treatments_of
from workbench.catalog.importers.wishes import Wishes
from workbench.errors import InputError
from workbench.nouns import Perturbation

TWICE, NO_COUNT, NOT_ONE = (
    "this cell was in the file before",
    "the cell has no counts",
    "the cell has no single assignment",
)
AMBIGUOUS = re.compile(r"unassigned|multiplet|doublet|multiple|ambiguous|not_?assigned", re.IGNORECASE)
LEAST_CELLS = {True: 2, False: 1}  # rows that make a control: two cells, or one pseudobulk
BLOCK = 256


@importer(
    "cells",
    needs="single cells or pseudobulks of genes with what was done (perturbation, condition, target_gene) and controls",
)
class Cells:
    """Becomes pseudobulk wells and responses; single cells are summed and not kept."""

    def accepts(self, table: Table, wishes: Wishes) -> bool:
        """Genes were measured in perturbed cells that stand in no well."""
        return convention_of(table, wishes) is not None

    def read(
        self, table: Table, batch: Batch, wishes: Wishes, genes: frozenset[str], folder: Path | None
    ) -> dict[str, Any]:
        """Rows into the batch; gives what was understood. Raises InputError when no row is a control."""
        found = convention_of(table, wishes)
        wishes = (
            wishes
            if wishes.perturbation_column or not found.label
            else replace(wishes, perturbation_column=found.label)
        )
        given = roles_of(table, wishes)
        roles = Roles({**given.column, "reagent": ""}, given.features, given.left_out)  # guides of a gene are one
        texts = table.texts([name for name in table.head().columns if name not in set(roles.features)])
        treatments = treatments_of(texts, roles, wishes, genes)
        measured = measure(table, roles.features, None)
        kept = _reject(table, batch, texts, roles, treatments, measured, found)
        contexts, plates, names, plate_names = _places(texts, roles, treatments)
        merged, pool = _merged(treatments)
        control = treatments.is_control[treatments.codes]
        if not control[kept].any():
            _refuse_without_controls(table, treatments)
        design = Design.of((merged[treatments.codes], contexts, plates), control, kept, 2 if found.is_cells else None)
        scale = scale_of(measured)
        sums = Sums(table, measured.features, design, scale, LEAST_CELLS[found.is_cells])
        for row in sums.empty:
            file, number = table.place(row)
            batch.reject(file, number, "all genes", "0", NO_COUNT)
        items = {
            code: treatments.perturbations[pool[code]] for code in np.unique(design.perturbation[~design.is_control])
        }
        items[-1] = _control(treatments)
        written = _Written(items, names, plate_names, texts, roles, sums)
        _fill(batch, measured, scale, written, table)
        step = checked_step(len(sums.pairs()), len(measured.features))
        changes = [item for item in sums.changes(step) if items[item.perturbation].kind != "control"]
        facts = _facts(table, found, scale, measured, treatments, written, given)
        unmatched = _unmatched(sums, plate_names)
        units = [unit_of(items[item.perturbation]) for item in changes]
        facts["control check"] = control_check(changes, units, unmatched, "batch and context")
        facts["leakage check"] = _leaks(sums, items, treatments, given, texts, kept)
        told = [note for note in table.notes if not note.startswith(("X ", "layers/", "raw/"))]  # `values` says it
        notes = [*told, *_foreign(list(items.values()), genes), *treatments.notes, *measured.notes]
        if roles["gene"] and not (roles["kind"] or wishes.perturbation_kind):
            notes.append("the intervention is taken to be a knock-out (say otherwise with --perturbation-kind)")
        if odd := looks_misspelt(_labels(treatments)):
            notes.append(
                f"{shown(odd)!r} is read as a perturbation; if it is a control, say --control-label {shown(odd)!r}"
            )
        return {**facts, "notes": tuple(notes)}


class _Written:
    """What the groups of a table are called: perturbations by code (-1 the control), contexts, plates, and their sums."""

    def __init__(
        self, items: dict[int, Perturbation], contexts: list[Any], plates: list[tuple[str, str]], texts: pd.DataFrame,
        roles: Roles, sums: Sums,
    ) -> None:  # fmt: skip
        self.items, self.contexts, self.plates, self.sums = items, contexts, plates, sums
        self.n_cells = sums.n
        if column := roles["cell_count"]:
            said = pd.to_numeric(texts[column].astype(str), errors="coerce").fillna(0).to_numpy()
            here = sums.well >= 0
            self.n_cells = np.bincount(sums.well[here], weights=said[here], minlength=len(sums.keys))


def _reject(
    table: Table, batch: Batch, texts: pd.DataFrame, roles: Roles, treatments: Treatments, measured: Measured,
    found: Convention,
) -> np.ndarray:  # fmt: skip
    """Keep refused rows with their reason; the mask [n_rows] of the others."""
    refused = dict(measured.refused)
    wrong = {i: item for i, item in enumerate(treatments.perturbations) if isinstance(item, tuple)}
    for i, item in enumerate(treatments.perturbations):
        if isinstance(item, Perturbation) and AMBIGUOUS.fullmatch(item.name):
            wrong[i] = (roles["label"] or roles["gene"], item.name, NOT_ONE)
    refused |= {
        int(row): wrong[int(treatments.codes[row])] for row in np.flatnonzero(np.isin(treatments.codes, list(wrong)))
    }
    if found.is_cells and INDEX in texts:
        refused |= {
            int(row): (INDEX, str(texts[INDEX].iloc[row]), TWICE) for row in np.flatnonzero(texts[INDEX].duplicated())
        }
    for row, (column, value, reason) in sorted(refused.items()):
        file, number = table.place(row)
        batch.reject(file, number, column, str(value), reason)
    kept = np.ones(len(texts), dtype=bool)
    kept[list(refused)] = False
    if not kept.any():
        raise InputError(
            f"no row of {table.path.name} can be used: {batch.rejects[0]['reason'] if batch.rejects else 'it holds no rows'}.",
            where=str(table.path),
        )
    return kept


def _places(texts: pd.DataFrame, roles: Roles, treatments: Treatments) -> tuple[np.ndarray, np.ndarray, list, list]:
    """Context and plate codes of each row [n_rows], the contexts, and name and batch of each plate."""
    names = [item.context_id for item in treatments.contexts]
    codes, ids = pd.factorize(np.array(names, dtype=object))
    known = dict(zip(names, treatments.contexts, strict=True))
    contexts = codes[treatments.codes]
    column = roles["batch"] or roles["plate"]
    batches = (
        texts[column].astype(str).str.strip().to_numpy(dtype=object)
        if column
        else np.full(len(texts), "", dtype=object)
    )
    pairs = pd.MultiIndex.from_arrays([batches, contexts])
    plates, unique = pd.factorize(pairs)
    listed = [known[name] for name in ids]
    told = [(" ".join(filter(None, (batch, str(listed[context])))), batch) for batch, context in unique]
    return contexts, plates, listed, told


def _merged(treatments: Treatments) -> tuple[np.ndarray, dict[int, int]]:
    """One code for all treatments with the same perturbation; and a treatment of each code."""
    ids = [item.perturbation_id if isinstance(item, Perturbation) else "" for item in treatments.perturbations]
    codes, _ = pd.factorize(np.array(ids, dtype=object))
    return codes, {int(code): i for i, code in reversed(list(enumerate(codes)))}


def _control(treatments: Treatments) -> Perturbation:
    name = max(treatments.control_names().items(), key=lambda item: item[1])[0]
    return Perturbation(f"control:{name}", "control", name)


def _labels(treatments: Treatments) -> list[str]:
    return [item.name for item in treatments.perturbations if isinstance(item, Perturbation) and item.kind != "control"]


def _refuse_without_controls(table: Table, treatments: Treatments) -> None:
    counts = np.bincount(treatments.codes, minlength=len(treatments.perturbations))
    labels = [
        treatments.perturbations[i].name for i in np.argsort(-counts, kind="stable")
        if isinstance(treatments.perturbations[i], Perturbation)
    ]  # fmt: skip
    odd = looks_misspelt(labels)
    raise InputError(
        f"no row of {table.path.name} is a control, so there is nothing to compare the perturbations with.",
        where=str(table.path),
        hint=f"Is it {odd!r}? Say --control-label {odd!r}." if odd else
        f"Say what controls are called with --control-label; most often there is {', '.join(map(shown, labels[:6]))}.",
    )  # fmt: skip


def _fill(batch: Batch, measured: Measured, scale: Scale, written: _Written, table: Table) -> None:
    """Perturbations, contexts, wells, profiles and responses into the batch."""
    sums, items = written.sums, written.items
    design, group = sums.design, sums.group
    used = np.flatnonzero(sums.n > 0)
    batch.add_contexts([written.contexts[code] for code in np.unique(design.context[group[used]])])
    batch.add_perturbations([items[code] for code in np.unique(design.perturbation[group[used]])], {})
    batch.add_features(measured.features, symbols=measured.features, unit=scale.unit, kind="expression")
    batch.add("compound", [
        {"Metadata_InChIKey": key, "Metadata_Name": item.name.rsplit(" ", 2)[0] if item.dose_um else item.name,
         "aliases": [], "targets": [], "mechanisms": []}
        for key, item in {i.compounds[0]: i for i in items.values() if i.kind == "compound"}.items()
    ])  # fmt: skip
    plate, control = design.plate[group[used]], design.is_control[group[used]]
    ids = [items[code].perturbation_id for code in design.perturbation[group[used]]]
    wells = pd.DataFrame(
        {
            "Metadata_Batch": [written.plates[code][1] or None for code in plate],
            "Metadata_Plate": [written.plates[code][0] for code in plate],
            "Metadata_Well": [f"{name} {part + 1}" for name, part in zip(ids, sums.part[used], strict=True)],
            "Metadata_pert_type": np.where(control, "control", "trt"), "perturbation_id": ids,
            "context_id": [written.contexts[code].context_id for code in design.context[group[used]]],
            "is_control": control, "control_type": np.where(control, "negcon", ""),
            "cell_count": written.n_cells[used].astype(int),
        }
    )  # fmt: skip
    batch.add_wells(wells, None, file=table.path.name)
    well_ids = (batch.dataset + "|" + wells["Metadata_Plate"] + "|" + wells["Metadata_Well"]).tolist()
    batch.add_stream("profile", len(used), lambda: _profiles(sums.means[used], well_ids, batch.dataset))
    n = sum(items[perturbation].kind != "control" for perturbation, _, _ in sums.pairs())
    batch.add_stream("response", n, lambda: _responses(written, batch.dataset))


def _profiles(means: np.ndarray, ids: list[str], dataset: str) -> Iterator[pa.Table]:
    for i in range(0, len(ids), BLOCK):
        vectors = list_column(means[i : i + BLOCK].astype(np.float32))
        yield pa.table({"well_id": ids[i : i + BLOCK], "dataset": [dataset] * len(vectors), "vector": vectors})


def _responses(written: _Written, dataset: str) -> Iterator[pa.Table]:
    real = (item for item in written.sums.changes() if written.items[item.perturbation].kind != "control")
    while part := list(islice(real, BLOCK)):
        yield pa.table(
            {
                "dataset": [dataset] * len(part),
                "perturbation_id": [written.items[item.perturbation].perturbation_id for item in part],
                "context_id": [written.contexts[item.context].context_id for item in part],
                "n": [item.n for item in part], "n_controls": [item.n_controls for item in part],
                "agreement": [item.agreement for item in part],
                "delta": list_column(np.stack([item.delta for item in part])),
                "standard_error": list_column(np.stack([item.standard_error for item in part])),
            }
        )  # fmt: skip


def _unmatched(sums: Sums, plates: list[tuple[str, str]]) -> Unmatched:
    design = sums.design
    treated = ~design.is_control & (sums.n_group > 0)
    without = treated & (sums.control < 0)
    names = [plates[code][0] or "all" for code in np.unique(design.plate[without])]
    return Unmatched(len(np.unique(design.perturbation[treated])), len(np.unique(design.perturbation[without])), names)


def _facts(
    table: Table,
    found: Convention,
    scale: Scale,
    measured: Measured,
    treatments: Treatments,
    written: _Written,
    roles: Roles,
) -> dict[str, Any]:
    sums, items = written.sums, written.items
    design = sums.design
    treated = np.flatnonzero(~design.is_control & (sums.n_group > 0))
    row = "cells" if found.is_cells else "pseudobulk rows"
    kinds = pd.Series(
        [items[code].kind for code in np.unique(design.perturbation[treated])], dtype=object
    ).value_counts()
    per = pd.Series(sums.n_group[treated]).groupby([design.perturbation[treated], design.context[treated]]).sum()
    controls = sums.n_group[design.is_control]
    labels = sorted(treatments.control_names().items(), key=lambda item: -item[1])
    named = ", ".join(f"{shown(name)} {n:,}" for name, n in labels[:4]) + (", …" if len(labels) > 4 else "")
    contexts = [str(written.contexts[code]) for code in np.unique(design.context)]
    places = np.unique(design.plate[design.is_control | (sums.n_group > 0)])
    halves = "each in two pseudobulk wells (its even and odd cells)" if found.is_cells else "each row is a well"
    column = roles["batch"] or roles["plate"]
    return {
        "modality": "expression", "format": table.form, "convention": f"{found.name} ({found.why})",
        "values": scale.words, "units": scale.unit,
        "genes": f"{len(measured.features):,} ({measured.features[0]} … {measured.features[-1]})",
        "perturbation from": treatments.described,
        "perturbations": ", ".join(f"{n:,} {kind}" for kind, n in kinds.items()) + f"; {between(per.min(), per.max())} {row} each"
        if len(per) else "none",
        "controls": f"{controls.sum():,} {row} ({named}); {between(controls.min(), controls.max())} a batch and context",
        "contexts": f"{len(contexts):,} ({', '.join(map(shown, contexts[:6]))}{', …' if len(contexts) > 6 else ''})",
        "batches": f"{len({written.plates[code][1] for code in places}):,} ({column})" if column else "no batch column",
        "replicates": halves, **measured.facts, "readout": f"{len(measured.features):,} genes",
    }  # fmt: skip


def _leaks(
    sums: Sums,
    items: dict[int, Perturbation],
    treatments: Treatments,
    roles: Roles,
    texts: pd.DataFrame,
    kept: np.ndarray,
) -> str:
    design = sums.design
    treated = np.flatnonzero(~design.is_control & (sums.n_group > 0))
    places = pd.Series(design.plate[treated]).groupby(design.perturbation[treated]).nunique()
    counts = {items[code].perturbation_id: int(n) for code, n in places.items()}
    prints = sums.print[(sums.well >= 0) & (sums.print != 0)]
    said = leakage_check(list(items.values()), counts, len(prints) - len(np.unique(prints)), "batches or contexts")
    guide = first_of(
        texts.columns, ("guide_id", "guide", "sgrna", "guide_identity", "sgid", "grna", "sgid_ab", "guide_ids")
    )
    if guide and guide not in treatments.described.split(", "):
        pairs = pd.DataFrame(
            {"p": treatments.codes[kept], "g": texts[guide].astype(str).to_numpy()[kept]}
        ).drop_duplicates()
        n = pairs.groupby("p")["g"].nunique()
        if (n > 1).any():
            said += f"; {int(n.sum()):,} guides ({guide}) of {len(n):,} targets are pooled by target: split by gene, not by guide"
    return said


def _foreign(items: list[Perturbation], genes: frozenset[str]) -> list[str]:
    """A note when the genes are named by accession numbers."""
    named = [gene for item in items for gene in item.genes]
    odd = [gene for gene in named if re.fullmatch(r"ENS[A-Z]*G\d{11}(\.\d+)?|\d+", gene)]
    if not odd or len(odd) < len(named) / 2:
        return []
    return [
        f"{len(odd):,} of {len(named):,} perturbed genes are no symbols but accession numbers (e.g. {odd[0]}): they will "
        "meet no network or other data; name a column of symbols with --perturbation-column"
    ]
