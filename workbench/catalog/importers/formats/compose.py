"""Several files as one table: plates one below the other, metadata joined to measurements."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.catalog.importers.columns import ROLES, normal_well, plain
from workbench.catalog.importers.formats.table import Block, Table
from workbench.errors import InputError

# what rows of two tables have in common, the most exact first
KEYS = (
    ("source", "plate", "well"), ("plate", "well"), ("source", "plate"), ("plate",), ("well_id",), ("sample",),
    ("sample_id",), ("sig_id",), ("inst_id",), ("distil_id",), ("cell_id",), ("obs_index",),
    ("jcp2022",), ("broad_sample",), ("pert_id",),
    ("compound_id",), ("inchikey",), ("compound",), ("gene",), ("well",),
)  # fmt: skip
MODALITY = {"crispr": "crispr", "orf": "orf"}


class Stacked(Table):
    """Tables of the same features one below the other."""

    def __init__(self, parts: list[Table], features: list[str]) -> None:
        self.parts, self.path = parts, parts[0].path
        texts = [name for part in parts for name in part.head().columns if name not in features]
        self._texts = list(dict.fromkeys(texts))
        self.columns = [*self._texts, *features]
        self.measured: list[str] | None = features
        self.form = f"{len(parts):,} files of {parts[0].form}"
        self.notes = list(dict.fromkeys(note for part in parts for note in part.notes))
        self._ends = np.zeros(0, dtype=int)

    def head(self) -> pd.DataFrame:
        """The first rows of all text columns."""
        frames = [part.head().reindex(columns=self._texts) for part in self.parts[:5]]
        return pd.concat(frames, ignore_index=True).fillna("")

    def texts(self, names: list[str]) -> pd.DataFrame:
        """Columns of all rows as categories of text."""
        frames = []
        for part in self.parts:
            frame = part.texts([name for name in names if name in part.columns])
            frames.append(frame.astype(object).reindex(columns=names).fillna(""))
        self._ends = np.cumsum([len(frame) for frame in frames])
        return pd.concat(frames, ignore_index=True).astype("category")

    def blocks(self, names: list[str]) -> Iterator[Block]:
        """Columns as numbers, block by block."""
        start = 0
        for part in self.parts:
            n_rows = 0
            for block in part.blocks(names):
                wrong = [(row + start, column, text) for row, column, text in block.wrong]
                n_rows = block.start + len(block.values)
                yield Block(start + block.start, block.values, wrong)
            start += n_rows

    def place(self, row: int) -> tuple[str, int]:
        """File and number of a row."""
        i = int(np.searchsorted(self._ends, row, side="right"))
        return self.parts[i].path.name, row - (int(self._ends[i - 1]) if i else 0) + 1


class Joined(Table):
    """A table with further text columns beside it, row by row."""

    def __init__(self, table: Table, extra: pd.DataFrame, note: str, measured: list[str] | None) -> None:
        self.table, self._extra, self.path = table, extra, table.path
        self.form, self.measured = table.form, measured
        self.notes = [*table.notes, note]
        self.columns = [*table.columns, *(name for name in extra.columns if name not in table.columns)]

    def head(self) -> pd.DataFrame:
        """The first rows of all text columns."""
        first = self.table.head()
        return first.assign(**{name: self._extra[name].head(len(first)).astype(str).to_numpy() for name in self._extra})

    def texts(self, names: list[str]) -> pd.DataFrame:
        """Columns of all rows as categories of text."""
        own = self.table.texts([name for name in names if name not in self._extra])
        return own.assign(**{name: self._extra[name].to_numpy() for name in names if name in self._extra})[
            names
        ].astype("category")

    def blocks(self, names: list[str]) -> Iterator[Block]:
        """Columns as numbers, block by block."""
        yield from self.table.blocks(names)

    def place(self, row: int) -> tuple[str, int]:
        """File and number of a row."""
        return self.table.place(row)


def compose(tables: list[Table], features: list[list[str]]) -> Table:
    """One table of several; `features` are those of each, none for tables of metadata.

    Raises InputError when the tables of measurements share no feature or a table of metadata cannot be joined.
    """
    measured = [table for table, names in zip(tables, features, strict=True) if names]
    described = [table for table, names in zip(tables, features, strict=True) if not names]
    own = [names for names in features if names]
    if len(measured) > 1:
        whole, names = _stack(measured, own), None
    elif measured:
        whole, names = measured[0], own[0]
    else:
        described.sort(key=_n_keys, reverse=True)
        whole, names = described.pop(0), []
    return _join_all(whole, described, names if names is not None else whole.measured)


def _stack(tables: list[Table], features: list[list[str]]) -> Table:
    shared = [name for name in features[0] if all(name in set(names) for names in features[1:])]
    if not shared:
        names = ", ".join(table.path.name for table in tables[:4])
        raise InputError(
            f"{names} share no feature.", hint="Import them apart, or name one file of measurements and its metadata."
        )
    stacked = Stacked(tables, shared)
    lost = max(map(len, features)) - len(shared)
    if lost:
        stacked.notes.append(f"{lost:,} features are not in every file and are left out")
    return stacked


def _join_all(whole: Table, described: list[Table], features: list[str] | None) -> Table:
    waiting, tried = list(described), 0
    while waiting and tried < len(waiting):
        table = waiting.pop(0)
        made = _join(whole, table, features)
        if made is None:
            waiting.append(table)  # another table may bring its key
            tried += 1
        else:
            whole, tried = made, 0
    if waiting:
        names = ", ".join(table.path.name for table in waiting)
        raise InputError(
            f"{names} cannot be joined to {whole.path.name}: they share no column whose values agree, and have another "
            "number of rows.",
            hint="Name the shared column alike in both, e.g. Metadata_Plate and Metadata_Well, or well_id.",
        )
    return whole


def _join(whole: Table, table: Table, features: list[str] | None) -> Table | None:
    """`whole` with the columns of a table of metadata; None when they cannot be brought together."""
    mine = {_key(name): name for name in reversed(list(whole.head().columns)) if name not in set(features or ())}
    theirs = {_key(name): name for name in reversed(list(table.head().columns))}
    other = table.texts(list(theirs.values())).astype(object)
    for keys in KEYS:
        if not all(key in mine and key in theirs for key in keys):
            continue
        left = _tuples(whole.texts([mine[key] for key in keys]).astype(object), keys, mine)
        right = _tuples(other, keys, theirs)
        known = right.isin(set(left))
        if known.any():
            return _matched(whole, table, features, keys, (left, right[known], other[known], theirs))
    n_rows = len(whole.texts([]))
    if n_rows != len(other):
        return None
    note = f"{table.path.name} is taken to describe the rows of {whole.path.name} in the same order"
    return Joined(whole, _renamed(other, whole, table, {}).reset_index(drop=True), note, features)


def _matched(whole: Table, table: Table, features: list[str] | None, keys: tuple[str, ...], found: tuple) -> Table:
    left, right, other, theirs = found
    shown = ", ".join(theirs[key] for key in keys)
    twice = right.duplicated()
    if twice.any():
        first = " ".join(right[twice].iloc[0])
        raise InputError(
            f"{table.path.name} describes {shown} = {first!r} more than once ({int(twice.sum()):,} rows too many).",
            hint="Keep one row for each.",
        )
    position = pd.Series(range(len(right)), index=pd.Index(right.to_numpy(), tupleize_cols=False))
    rows = position.reindex(pd.Index(left.to_numpy(), tupleize_cols=False)).to_numpy()
    known = ~np.isnan(rows)
    extra = _renamed(other, whole, table, {theirs[key] for key in keys})
    modality = next((kind for word, kind in MODALITY.items() if word in table.path.name.lower()), "")
    if modality and "jcp2022" in keys:
        extra = extra.assign(Metadata_perturbation_type=modality)
    taken = extra.iloc[np.where(known, rows, 0).astype(int)].reset_index(drop=True)
    taken[~known] = ""
    for name in taken.columns:  # what two tables say of different rows, as ORF and CRISPR do, is put together
        if name in whole.columns:
            before = whole.texts([name])[name].astype(str).to_numpy()
            taken[name] = np.where(before != "", before, taken[name])
    n = int((~known).sum())
    note = f"{table.path.name} is joined by {shown}" + (f"; {n:,} rows are not in it" if n else "")
    return Joined(whole, taken, note, features)


def _renamed(other: pd.DataFrame, whole: Table, table: Table, keys: set[str]) -> pd.DataFrame:
    """Columns of the other table without its keys, called as ours where ours means the same."""
    mine = {plain(name): name for name in whole.head().columns}
    return other.drop(columns=list(keys)).rename(columns=lambda name: mine.get(plain(name), name))


def _tuples(frame: pd.DataFrame, keys: tuple[str, ...], names: dict[str, str]) -> pd.Series:
    columns = []
    for key in keys:
        column = frame[names[key]].map(lambda text: str(text).strip())
        columns.append(column.map(lambda text: normal_well(text) or text) if key == "well" else column)
    return pd.Series(list(zip(*columns, strict=True)), index=frame.index, dtype=object)


def _key(name: str) -> str:
    """The role of a column if rows are found by it, else its plain name."""
    short = plain(name)
    for role in ("plate", "well", "source"):
        if short in ROLES[role] and short != "well_id":
            return role
    return short


def _n_keys(table: Table) -> tuple[int, int]:
    keys = {_key(name) for name in table.columns}
    return len(keys & {"plate", "well"}), len(keys)


def files_of(paths: list[Path], suffixes: tuple[str, ...], limit: int = 2_000) -> list[Path]:
    """The files that are meant: those of folders by name, hidden ones left out. Raises InputError for none or too many."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(item for item in path.rglob("*") if item.name.lower().endswith(suffixes))
            found += [item for item in inside if item.is_file() and not item.name.startswith(".")]
        elif path.is_file():
            found.append(path)
        else:
            raise InputError(f"there is no file {path.name!r}.", where=str(path))
    if not found or len(found) > limit:
        names = ", ".join(path.name for path in paths)
        raise InputError(
            f"{names} holds {len(found):,} files; 1 to {limit:,} are read at once.",
            hint=f"We read {', '.join(suffixes)}.",
        )
    return found
