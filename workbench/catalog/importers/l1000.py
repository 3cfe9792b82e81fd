"""What is peculiar to L1000 files: the level of processing, and that a level 5 signature is a response already."""

from __future__ import annotations

import re

import pandas as pd

from workbench.catalog.importers.columns import first_of
from workbench.catalog.importers.formats.table import Table

IN_NAME = ((5, r"level_?5|modz|compz"), (4, r"level_?4|zspc|zsvc"), (3, r"level_?3|q2norm|_qnorm|_inf_"))
OF_SIGNATURES = ("sig_id", "distil_id", "distil_nsample", "distil_cc_q75", "tas")
MEANING = {
    3: "normalised expression of each well", 4: "z-score of each well against its plate",
    5: "signatures: replicates taken together, z-scores against their plates",
}  # fmt: skip


def level_of(table: Table, lowest: float) -> int:
    """3, 4 or 5 for a file with LINCS columns, from its name, its columns or the sign of its values; 0 for others."""
    columns = table.columns if table.measured is None else table.columns[: len(table.columns) - len(table.measured)]
    if first_of(columns, ("pert_iname", "cmap_name")) is None or first_of(columns, ("pert_type",)) is None:
        return 0
    name = table.path.name.lower()
    said = next((level for level, words in IN_NAME if re.search(words, name)), 0)
    if said or first_of(columns, OF_SIGNATURES):
        return said or 5
    return 4 if lowest < 0 else 3


def replicates_of(texts: pd.DataFrame, rows: list[int]) -> pd.Series:
    """How many wells are behind each signature (distil_nsample), 1 where it is not said; rows [n]."""
    column = first_of(texts.columns, ("distil_nsample", "nsample"))
    if column is None:
        return pd.Series(1, index=range(len(rows)))
    said = pd.to_numeric(texts[column].astype(str).iloc[rows], errors="coerce").fillna(1)
    return said.clip(lower=1).astype(int).reset_index(drop=True)
