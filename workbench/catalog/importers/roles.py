"""Which column of a table plays which role, and which are features."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from workbench.catalog.importers.columns import (
    FEATURE,
    NO_FEATURE,
    ROLES,
    by_plain_name,
    first_of,
    has_hidden_signs,
    normal_well,
    plain,
    shown,
)  # fmt: skip
from workbench.catalog.importers.formats.table import EMPTY, Table
from workbench.catalog.importers.wishes import Wishes
from workbench.errors import InputError

WISHED = {"plate_column": "plate", "well_column": "well", "batch_column": "batch", "dose_column": "dose",
          "cell_column": "cell", "time_column": "time"}  # fmt: skip
NEVER_A_FEATURE = ("Metadata_", "Image_", "Unnamed:", "__index_level")


@dataclass(frozen=True)
class Roles:
    """Column of each role ("" where there is none), features in order, and columns that are neither."""

    column: dict[str, str]
    features: list[str]
    left_out: list[str]

    def __getitem__(self, role: str) -> str:
        return self.column.get(role, "")

    @property
    def named(self) -> list[str]:
        """Columns with a role, each once."""
        return list(dict.fromkeys(name for name in self.column.values() if name))


def roles_of(table: Table, wishes: Wishes) -> Roles:
    """What each column is taken for. Raises InputError when a column that was wished for is not there."""
    head = table.head()
    texts = list(head.columns)
    known = by_plain_name(texts)
    column = {role: next((known[name] for name in names if name in known), "") for role, names in ROLES.items()}
    column["well"] = _well_column(head, known) or column["well"]
    for wish, role in WISHED.items():
        if said := getattr(wishes, wish):
            column[role] = find_column(table, said)
    if wishes.perturbation_column:
        for role in ("compound", "gene", "key", "label"):
            column[role] = ""
        column["label"] = find_column(table, wishes.perturbation_column)
    if column["reagent"] in (column["compound"], column["label"]) and not column["gene"]:
        column["reagent"] = ""
    if table.measured is not None:
        return Roles(column, table.measured, [])
    return _with_features(head, column, has_prefix=any(name.startswith("Metadata_") for name in texts))


def _well_column(head: pd.DataFrame, known: dict[str, str]) -> str:
    """The first column called like a well that holds A01 and such."""
    for name in ROLES["well"]:
        found = known.get(name)
        if found and sum(normal_well(cell) is not None for cell in head[found].astype(str)) > len(head) / 2:
            return found
    return ""


def find_column(table: Table, said: str) -> str:
    """The column a person means. Raises InputError offering the nearest."""
    found = said if said in table.columns else first_of(table.columns, (plain(said),))
    if found is None:
        near = get_close_matches(said, table.columns[:5000], n=3) or table.columns[:6]
        raise InputError(f"{table.path.name} has no column {said!r}.", hint=f"It has {', '.join(map(shown, near))}, …")
    return found


def _with_features(head: pd.DataFrame, column: dict[str, str], *, has_prefix: bool) -> Roles:
    taken = {name for role, name in column.items() if name and (not has_prefix or name.startswith("Metadata_"))}
    taken |= {column[role] for role in ("plate", "well", "label", "dose") if column[role]}
    numeric, textual = [], []
    for name in head.columns:
        if name in taken or name.startswith(NEVER_A_FEATURE) or plain(name) in NO_FEATURE:
            continue
        (numeric if _is_numeric(head[name]) else textual).append(name)
    typical = [name for name in numeric if FEATURE.fullmatch(name)]
    features = typical if not has_prefix and len(typical) > len(numeric) / 2 else numeric
    hidden = next((name for name in features if has_hidden_signs(name)), None)
    if hidden is not None:
        raise InputError(f"the column {shown(hidden)!r} has hidden signs in its name.", hint="Rename it.")
    if has_prefix:  # a feature called like a role, e.g. a compartment "Cells", keeps being a feature
        column = {role: name if name in taken else "" for role, name in column.items()}
    else:
        column = {role: name if name not in features else "" for role, name in column.items()}
    chosen = set(features)
    return Roles(column, features, [name for name in [*textual, *numeric] if name not in chosen])


def _is_numeric(cells: pd.Series) -> bool:
    """Whether some cells hold numbers, and most of those that are not empty."""
    filled = [cell.strip() for cell in cells.astype(str) if cell.strip().lower() not in EMPTY]
    if not filled:
        return len(cells) > 0
    good = sum(_reads_as_number(cell) for cell in filled)
    return good > 0 and good >= len(filled) / 2


def _reads_as_number(cell: str) -> bool:
    try:
        float(cell.replace(",", ".") if cell.count(",") == 1 else cell)
    except ValueError:
        return False
    return True
