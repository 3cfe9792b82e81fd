"""By which convention a table of perturbed cells was written, and what says so: GEARS, State, scPerturb, pseudobulk."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.catalog.importers.columns import FEATURE, first_of, is_negative_name, plain
from workbench.catalog.importers.formats.table import Table
from workbench.catalog.importers.roles import Roles, roles_of
from workbench.catalog.importers.wishes import Wishes

# columns that only tables of single cells have
CELL_COLUMNS = (
    "ncounts", "n_counts", "ngenes", "n_genes", "ncount_rna", "nfeature_rna", "total_counts", "n_genes_by_counts",
    "pct_counts_mt", "percent_mito", "percent_mt", "mitopercent", "umi_count", "gem_group", "gemgroup", "nperts",
    "s_score", "g2m_score", "leiden",
)  # fmt: skip
BARCODE = re.compile(r"(.*[_:#-])?[ACGTN]{12,}([_.:-].*)?")
SYMBOL = re.compile(r"[A-Z][A-Z0-9]*(orf\d+)?([.-][A-Z0-9]+)*|ENS[A-Z]*G\d{11}(\.\d+)?")
LEAST_GENES = 20
CELLS = 12  # rows a perturbation, from which a plain table without wells is of cells and not of bulk replicates


class Convention(NamedTuple):
    """Name and reason in words; whether a row is a cell or a pseudobulk; the column with the label where it must be said."""

    name: str
    why: str
    is_cells: bool
    label: str


def convention_of(table: Table, wishes: Wishes) -> Convention | None:
    """The convention of cells or pseudobulks, None for tables of wells and anything else."""
    roles = roles_of(table, wishes)
    if not roles.features or roles["well"] or (roles["plate"] and not table.form.startswith("AnnData")):
        return None
    if not any(roles[role] for role in ("label", "gene", "compound")) or not _of_genes(table, roles):
        return None
    head = table.head()
    counted = [name for name in table.columns if name not in set(roles.features) and plain(name) in CELL_COLUMNS]
    named, why, label = _named(table, roles)
    if roles["cell_count"]:
        return Convention("pseudobulk", f"{roles['cell_count']} counts the cells behind a row", False, label)
    barcodes = next((name for name in head if _share(head[name], BARCODE) > 0.5), "")
    if counted or barcodes:
        told = f"{', '.join(counted[:3])} {'are' if len(counted[:3]) > 1 else 'is'} kept of single cells" if counted else (
            f"{barcodes} holds barcodes of cells"
        )  # fmt: skip
        return Convention(named or "single cells", "; ".join(filter(None, (why, told))), True, label)
    source = label or roles["label"] or roles["gene"] or roles["compound"]
    column = table.texts([source])[source].astype(str)
    n_labels = column[~column.map(is_negative_name)].nunique()
    if len(column) >= (3 if table.form.startswith("AnnData") else CELLS) * max(n_labels, 1):
        told = f"{len(column):,} rows of {n_labels:,} perturbations without plates or wells"
        return Convention(named or "single cells", "; ".join(filter(None, (why, told))), True, label)
    if _share(pd.Series(roles.features), SYMBOL) > 0.6 and len(roles.features) >= LEAST_GENES:
        told = (
            f"rows are perturbations, columns genes, and no column names plates, wells or cells ({len(column):,} rows)"
        )
        return Convention("pseudobulk", told, False, label)
    return None


def _named(table: Table, roles: Roles) -> tuple[str, str, str]:
    """Name of the convention, what says so, and the column to take the label from ("" where roles know it)."""
    columns = [name for name in table.columns if table.measured is None or name not in set(table.measured)]
    condition = first_of(columns, ("condition",))
    if condition and condition not in roles.features:
        texts = table.texts([condition])[condition].astype("category").cat.categories.astype(str)
        paired = [text for text in texts if any(is_negative_name(part) for part in text.split("+")[1:])]
        if paired:
            return "GEARS", f"{condition} holds {paired[0]!r}", condition
    perturbation, n_parts = first_of(columns, ("perturbation",)), first_of(columns, ("nperts", "perturbation_type"))
    if perturbation and n_parts:
        return "scPerturb", f"{perturbation} with {n_parts}", perturbation
    target = first_of(columns, ("target_gene",))
    if target:
        texts = table.texts([target])[target].astype("category").cat.categories.astype(str)
        found = next((text for text in texts if is_negative_name(text)), "")
        if found:
            return "State / Virtual Cell Challenge", f"{target} holds {found!r}", ""
    return "", "", ""


def _of_genes(table: Table, roles: Roles) -> bool:
    """Whether the measured columns can be genes: no image features, no embedding."""
    names = pd.Series(roles.features)
    return "obsm/" not in table.form and _share(names, FEATURE) < 0.5


def _share(names: pd.Series, pattern: re.Pattern[str]) -> float:
    return float(np.mean([bool(pattern.fullmatch(str(name))) for name in names])) if len(names) else 0.0
