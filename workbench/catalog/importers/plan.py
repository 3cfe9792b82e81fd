"""What was understood of somebody's own files, and reading them into a batch; nothing is written here."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.catalog.batch import Batch
from workbench.catalog.entries import file_sha256, read_entries
from workbench.catalog.importers import IMPORTERS
from workbench.catalog.importers.columns import shown
from workbench.catalog.importers.formats import SUFFIXES, open_table
from workbench.catalog.importers.formats.compose import compose, files_of
from workbench.catalog.importers.formats.table import Table
from workbench.catalog.importers.roles import roles_of
from workbench.catalog.importers.wishes import Wishes
from workbench.errors import ConflictError, InputError
from workbench.nouns import Dataset

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
SHOWN_REJECTS = 5
USABLE = {"well", "response", "network_edge", "compound", "gene"}
HIDDEN = ("modality", "readout")
TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".gct")


@dataclass(frozen=True)
class ImportPlan:
    """How files were understood: kind, columns, counts, refused rows and what to know about them."""

    paths: tuple[Path, ...]
    name: str
    importer: str
    sha256: str
    facts: dict[str, str]
    counts: dict[str, int]
    rejects: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = field(default=())
    wishes: Wishes = field(default_factory=Wishes)

    def lines(self) -> list[str]:
        """The plan in words, one thing a line."""
        names = ", ".join(shown(path.name) for path in self.paths[:3])
        names += f" and {len(self.paths) - 3:,} more" if len(self.paths) > 3 else ""
        head = [f"{names} {'is' if len(self.paths) == 1 else 'are'} read as {self.importer}; called {self.name}."]
        facts = [f"  {label}: {value}" for label, value in self.facts.items() if label not in HIDDEN]
        counts = ["  rows: " + ", ".join(f"{n:,} {table}" for table, n in self.counts.items())]
        reasons = Counter(row["reason"] for row in self.rejects).most_common()
        counts += [f"  refused rows: {len(self.rejects):,}"] + [f"    {n:,}: {reason}" for reason, n in reasons]
        refused = [
            f"  e.g. {shown(row['file'])}, row {row['row_number']}, {shown(row['column_name'])} = "
            f"{shown(row['value'])!r}: {row['reason']}"
            for row in self.rejects[:SHOWN_REJECTS]
        ]
        more = len(self.rejects) - SHOWN_REJECTS
        return head + facts + counts + refused + ([f"  … and {more:,} more refused rows"] if more > 0 else []) + [
            f"  note: {note}" for note in self.notes
        ]  # fmt: skip


def recognise(catalog: Catalog, paths: Path | Sequence[Path], name: str, wishes: Wishes | None = None) -> ImportPlan:
    """Read files without writing anything; says how they are understood. Raises InputError for unusable ones.

    Files that readers in C take apart are read by a process of their own.
    """
    from workbench.catalog.importers.apart import understand_apart

    chosen, genes = chosen_files(paths), known_genes(catalog)
    _check_name(catalog, name, checksum(chosen))
    if all(path.name.lower().removesuffix(".gz").endswith(TEXT_SUFFIXES) for path in chosen):
        plan, batch, _ = understand(chosen, name, wishes or Wishes(), genes)
        symbols = batch.symbols()
    else:
        plan, symbols = understand_apart(chosen, name, wishes or Wishes(), genes)
    return _with_unknown_genes(catalog, plan, symbols, genes)


def read_own_files(
    catalog: Catalog, paths: Path | Sequence[Path], name: str, wishes: Wishes | None = None
) -> tuple[ImportPlan, Batch, Dataset]:
    """The plan of some files, their rows and the data set they make; values wait on disk until they are written.

    Raises InputError for a name or file that cannot be used, naming row, column and value, and ConflictError when
    another file is in the catalog under that name.
    """
    chosen = chosen_files(paths)
    _check_name(catalog, name, checksum(chosen))
    return understand(chosen, name, wishes or Wishes(), known_genes(catalog), catalog.settings.cache / "imports")


def understand(
    paths: Sequence[Path], name: str, wishes: Wishes, genes: frozenset[str], folder: Path | None = None
) -> tuple[ImportPlan, Batch, Dataset]:
    """Read files, apart from any catalog. With a folder, values are kept there so that the batch can be written."""
    sha256 = checksum(paths)
    table = _one_table(paths, wishes)
    kind = _kind(table, wishes)
    batch = Batch(name)
    facts = IMPORTERS.find(kind).thing().read(table, batch, wishes, genes, folder)
    counts = batch.counts()
    if not {"well", "response", "network_edge"} & set(counts) and not (kind == "JUMP tables" and USABLE & set(counts)):
        first = batch.rejects[0]["reason"] if batch.rejects else "it holds no rows"
        raise InputError(f"no row of {table.path.name} can be used: {first}.", where=str(table.path))
    rejects = tuple(sorted(batch.rejects, key=lambda reject: (reject["file"], reject["row_number"])))
    notes = tuple(facts.pop("notes", ()))
    plan = ImportPlan(tuple(paths), name, kind, sha256, facts, counts, rejects, notes, wishes)
    dataset = Dataset(
        name, name, facts["modality"], "not stated (your own file)", ", ".join(path.name for path in paths)[:500],
        units=facts.get("units", ""), controls=facts.get("controls", ""), readout=facts.get("readout", ""), sha256=sha256,
        bundled=False,
    )  # fmt: skip
    return plan, batch, dataset


def chosen_files(paths: Path | Sequence[Path]) -> list[Path]:
    """The files that are meant by files and folders, each once. Raises InputError when there is none."""
    given = [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]
    return list(dict.fromkeys(files_of(given, SUFFIXES)))


def checksum(paths: Sequence[Path]) -> str:
    """The sha256 of one file; of several, that of their names and sums."""
    if len(paths) == 1:
        return file_sha256(paths[0])
    sums = sorted(f"{path.name} {file_sha256(path)}" for path in paths)
    return hashlib.sha256("\n".join(sums).encode()).hexdigest()


def known_genes(catalog: Catalog) -> frozenset[str]:
    """Symbols of the genes the catalog knows."""
    return frozenset(row["s"] for row in catalog.lake.rows("SELECT DISTINCT Metadata_Symbol AS s FROM lake.gene"))


def _with_unknown_genes(
    catalog: Catalog, plan: ImportPlan, symbols: frozenset[str], known: frozenset[str]
) -> ImportPlan:
    """The plan with notes on symbols no data set has and on former names; all are kept as given."""
    unknown = sorted(symbols - known)
    if not unknown or not known:
        return plan
    sql = (
        "SELECT DISTINCT alias, Metadata_Symbol AS symbol FROM (SELECT unnest(aliases) AS alias, Metadata_Symbol FROM "
        "lake.gene) WHERE alias IN (SELECT unnest($1::VARCHAR[])) ORDER BY 1, 2"
    )
    found = catalog.lake.rows(sql, [unknown])
    newer: dict[str, list[str]] = {}
    for row in found:
        newer.setdefault(row["alias"], []).append(row["symbol"])
    names = ", ".join(map(shown, unknown[:5])) + (", …" if len(unknown) > 5 else "")
    notes = [f"{len(unknown):,} of {len(symbols):,} gene symbols are not known here ({names}); they are kept as given"]
    if newer:
        told = ", ".join(f"{shown(old)} is now {' or '.join(new[:3])}" for old, new in list(newer.items())[:5])
        notes.append(
            f"{len(newer):,} of them are former names or aliases (HGNC): {told}{', …' if len(newer) > 5 else ''}; rename them "
            "to meet networks and other data"
        )
    return replace(plan, notes=(*plan.notes, *notes))


def _one_table(paths: Sequence[Path], wishes: Wishes) -> Table:
    tables = [open_table(path, wishes.values) for path in paths]
    if len(tables) == 1:
        return tables[0]
    said = Wishes(values=wishes.values)  # a column that is named may stand in any of the files
    features = [
        [name for name in roles_of(table, said).features if not name.startswith("Metadata_")] for table in tables
    ]
    return compose(tables, features)


def _kind(table: Table, wishes: Wishes) -> str:
    for entry in IMPORTERS:
        if entry.thing().accepts(table, wishes):
            return entry.name
    known = "; ".join(f"{entry.name}: {entry.facts['needs']}" for entry in IMPORTERS)
    found = ", ".join(map(shown, table.columns[:8])) + (", …" if len(table.columns) > 8 else "")
    if table.measured is not None or roles_of(table, wishes).features:
        raise InputError(
            f"{table.path.name} holds measurements ({found}) but not what they are of.", where=str(table.path),
            hint="Give the table of its wells beside it (a row for each, in the same order or with a shared column), or "
            f"name a column with --perturbation-column. We read {known}.",
        )  # fmt: skip
    raise InputError(
        f"the columns of {table.path.name} ({found}) are of no kind we know.", where=str(table.path),
        hint=f"We read {known}.",
    )  # fmt: skip


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
