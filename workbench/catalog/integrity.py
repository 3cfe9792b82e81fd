"""Whether a data set in the lake is still what was imported: counts, content, joins and source files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.catalog.entries import check_hashes, is_available, locate_files, read_entries
from workbench.catalog.schema import TABLES
from workbench.errors import InputError

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog
    from workbench.nouns import Dataset

OWNED = tuple(name for name, columns in TABLES.items() if "dataset VARCHAR" in columns and name != "reject")
# written once by the import; maps and splits come later, the dataset row holds the time
IMPORTED = (
    "gene", "compound", "perturbation", "plate", "well", "feature", "profile", "response", "image", "network_edge",
    "gene_set",
)  # fmt: skip
_ORPHANS = {
    "profiles belong to no well": "SELECT count(*) FROM lake.profile WHERE dataset = $1 AND well_id NOT IN "
    "(SELECT well_id FROM lake.well WHERE dataset = $1)",
    "wells hold a perturbation that is not described": "SELECT count(*) FROM lake.well WHERE dataset = $1 AND "
    "perturbation_id NOT IN (SELECT perturbation_id FROM lake.perturbation WHERE dataset = $1)",
    "responses are of a perturbation that is not described": "SELECT count(*) FROM lake.response WHERE dataset = $1 "
    "AND perturbation_id NOT IN (SELECT perturbation_id FROM lake.perturbation WHERE dataset = $1)",
    "wells are in a context that is not described": "SELECT count(*) FROM lake.well WHERE dataset = $1 AND "
    "context_id NOT IN (SELECT context_id FROM lake.context)",
    "wells are there more than once": "SELECT count(*) - count(DISTINCT well_id) FROM lake.well WHERE dataset = $1",
    "profiles hold a value that is not a number": "SELECT count(*) FROM lake.profile WHERE dataset = $1 AND "
    "list_bool_or(list_transform(vector, lambda x: isnan(x)))",
}


def fingerprints(value: Callable[[str, list[Any]], Any], name: str) -> dict[str, str]:
    """A checksum of the content of each table of a data set, whatever the order of its rows.

    `value(sql, parameters)` gives the first column of the first row, inside or outside a transaction.
    """
    found = {}
    for table in IMPORTED:
        sql = f"SELECT bit_xor(md5_number_lower(to_json(t)::VARCHAR)) AS n FROM lake.{table} t WHERE dataset = $1"
        number = value(sql, [name])
        if number is not None:
            found[table] = f"{number:016x}"
    return found


def lost_files(catalog: Catalog) -> list[str]:
    """Parquet files of the lake that are not there or not as long as they were written; only of a lake on disk."""
    if "://" in catalog.settings.lake_data:
        return []
    lost = []
    for table in TABLES:
        for row in catalog.lake.rows("FROM ducklake_list_files('lake', $1)", [table]):
            for kind in ("data_file", "delete_file"):
                path = row[kind] and Path(row[kind])
                if path and not (path.is_file() and path.stat().st_size == row[f"{kind}_size_bytes"]):
                    lost.append(f"{table}/{path.name}")
    return lost


def verify_dataset(catalog: Catalog, dataset: Dataset) -> dict[str, Any]:
    """Compare a data set with what its import wrote down and with its files: ok, problems and notes in words."""
    name = dataset.dataset
    problems = [*_count_problems(catalog, dataset), *_content_problems(catalog, dataset)]
    for words, sql in _ORPHANS.items():
        n = catalog.lake.value(sql, [name])
        if n:
            problems.append(f"{n:,} {words}")
    widths = {
        row["d"]
        for row in catalog.lake.rows("SELECT DISTINCT len(vector) AS d FROM lake.profile WHERE dataset = $1", [name])
    }
    if widths and widths != {dataset.n_features}:
        problems.append(f"profiles have {sorted(widths)} values, the data set has {dataset.n_features} features")
    notes: list[str] = []
    entry = read_entries(catalog.settings).get(name)
    if entry is None or not (entry.bundled or is_available(catalog.settings, entry)):
        notes.append("its source file is not at hand to compare with")
    else:
        try:
            check_hashes(entry, locate_files(catalog.settings, entry))
        except InputError as error:
            problems.append(str(error))
        if entry.checksum != dataset.sha256:
            problems.append("its entry names other files than those that were imported")
    return {"dataset": name, "ok": not problems, "problems": problems, "notes": notes, "rows": dataset.n_rows}


def _count_problems(catalog: Catalog, dataset: Dataset) -> list[str]:
    problems = []
    for table, expected in dataset.quality.get("counts", {}).items():
        if table in IMPORTED:
            found = catalog.lake.value(f"SELECT count(*) FROM lake.{table} WHERE dataset = $1", [dataset.dataset])
            if found != expected:
                problems.append(f"table {table} holds {found:,} rows, imported were {expected:,}")
    return problems


def _content_problems(catalog: Catalog, dataset: Dataset) -> list[str]:
    expected = dataset.quality.get("content")
    if expected is None:
        return []
    found = fingerprints(catalog.lake.value, dataset.dataset)
    return [
        f"the content of table {table} is not what was imported"
        for table in sorted(set(expected) | set(found))
        if expected.get(table) != found.get(table)
    ]
