"""What was understood of somebody's own file, and reading it into a batch; nothing is written here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.catalog.batch import Batch
from workbench.catalog.entries import file_sha256, read_entries
from workbench.catalog.importers import IMPORTERS
from workbench.catalog.importers.tabular import read_table
from workbench.errors import ConflictError, InputError
from workbench.nouns import Dataset

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.catalog.store import Catalog

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
SHOWN_REJECTS = 5


@dataclass(frozen=True)
class ImportPlan:
    """How a file was understood: kind, columns, counts, refused rows and what to know about it."""

    path: Path
    name: str
    importer: str
    sha256: str
    facts: dict[str, str]
    counts: dict[str, int]
    rejects: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = field(default=())

    def lines(self) -> list[str]:
        """The plan in words, one thing a line."""
        head = [f"{self.path.name} is read as {self.importer} and will be called {self.name}."]
        facts = [f"  {label}: {value}" for label, value in self.facts.items()]
        counts = ["  rows: " + ", ".join(f"{n:,} {table}" for table, n in self.counts.items())]
        refused = [
            f"  refused: row {row['row_number']}, {row['column_name']} = {row['value']!r}: {row['reason']}"
            for row in self.rejects[:SHOWN_REJECTS]
        ]
        more = len(self.rejects) - SHOWN_REJECTS
        return head + facts + counts + refused + ([f"  … and {more:,} more refused rows"] if more > 0 else []) + [
            f"  note: {note}" for note in self.notes
        ]  # fmt: skip


def recognise(catalog: Catalog, path: Path, name: str) -> ImportPlan:
    """Read a file without writing anything; says how it is understood. Raises InputError for an unusable file."""
    return read_own_file(catalog, path, name)[0]


def read_own_file(catalog: Catalog, path: Path, name: str) -> tuple[ImportPlan, Batch, Dataset]:
    """The plan of a file, its rows and the data set they make.

    Raises InputError for a name or file that cannot be used, naming row, column and value, and ConflictError when
    another file is in the catalog under that name.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there is no file {path.name!r}.", where=str(path))
    sha256 = file_sha256(path)
    _check_name(catalog, name, sha256)
    table = read_table(path)
    kind = _kind(table, path)
    batch = Batch(name)
    facts = IMPORTERS.find(kind).thing().read(table, batch, path.name)
    counts = batch.counts()
    if not {"well", "response", "network_edge"} & set(counts):
        first = batch.rejects[0]["reason"] if batch.rejects else "it holds no rows"
        raise InputError(f"no row of {path.name} can be used: {first}.", where=str(path))
    rejects = tuple(sorted(batch.rejects, key=lambda reject: reject["row_number"]))
    notes = (*facts.pop("notes", ()), *_unknown_genes(catalog, batch))
    plan = ImportPlan(path, name, kind, sha256, facts, counts, rejects, notes)
    dataset = Dataset(
        name, facts.get("title", name), facts.get("modality", kind), "not stated (your own file)", path.name,
        units=facts.get("units", ""), controls=facts.get("controls", ""), readout=facts.get("readout", ""),
        sha256=sha256, bundled=False,
    )  # fmt: skip
    return plan, batch, dataset


def _kind(table: pa.Table, path: Path) -> str:
    for entry in IMPORTERS:
        if entry.thing().accepts(table.column_names):
            return entry.name
    known = "; ".join(f"{entry.name}: {entry.facts['needs']}" for entry in IMPORTERS)
    found = ", ".join(table.column_names[:8]) + (", …" if table.num_columns > 8 else "")
    raise InputError(
        f"the columns of {path.name} ({found}) are of no kind we know.", where=str(path), hint=f"We read {known}."
    )


def _check_name(catalog: Catalog, name: str, sha256: str) -> None:
    if not NAME.fullmatch(name):
        raise InputError(
            f"{name!r} cannot be the name of a data set.",
            hint="Use letters, digits, '_', '-' and '.', at most 64, beginning with a letter or digit.",
        )
    if name in read_entries(catalog.settings):
        raise InputError(f"{name!r} is a data set of the data catalog.", hint="Choose another name with --name.")
    sql = "SELECT sha256 FROM lake.dataset WHERE dataset = $1 AND sha256 <> $2"
    if catalog.lake.rows(sql, [name, sha256]):
        raise ConflictError(
            f"another file is in the catalog as {name!r} already.",
            hint=f"Choose another name with --name, or run `workbench data remove {name}` first.",
        )


def _unknown_genes(catalog: Catalog, batch: Batch) -> tuple[str, ...]:
    """A note on symbols no data set of the catalog has; they are kept, for a catalog never knows all genes."""
    frames = batch.frames.get("perturbation", [])
    symbols = {gene for frame in frames for genes in frame["genes"] for gene in genes}
    known = {row["s"] for row in catalog.lake.rows("SELECT DISTINCT Metadata_Symbol AS s FROM lake.gene")}
    unknown = sorted(symbols - known)
    if not unknown or not known:
        return ()
    shown = ", ".join(unknown[:5]) + (", …" if len(unknown) > 5 else "")
    return (f"{len(unknown):,} of {len(symbols):,} gene symbols are not known here ({shown}); they are kept as given",)
