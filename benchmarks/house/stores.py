"""Appends to the lake and writes to the ledger, alone and by three processes at once; imports; size of the bundle."""

from __future__ import annotations

import json
import subprocess
import time
from typing import Any

from benchmarks.figures import figure, quantile
from benchmarks.house.homes import PROJECT, empty_home, python

APPEND = """
import json, sys, time
from workbench.catalog.store import Catalog
from workbench.settings import Settings
catalog, who, n, times = Catalog.open(Settings()), sys.argv[1], int(sys.argv[2]), []
catalog.lake.value("SELECT count(*) FROM lake.reject")
for i in range(n):
    start = time.perf_counter()
    with catalog.lake.writing(f"{who} {i}") as cursor:
        cursor.execute("INSERT INTO lake.reject (dataset, row_number) VALUES ($1, $2)", [who, i])
    times.append(1000 * (time.perf_counter() - start))
print(json.dumps(times))
"""
LEDGER = """
import json, sys, time
from workbench.catalog.ledger import PersonRow
from workbench.catalog.store import Catalog
from workbench.settings import Settings
catalog, who, n, times = Catalog.open(Settings()), sys.argv[1], int(sys.argv[2]), []
for i in range(n):
    start = time.perf_counter()
    with catalog.ledger.session() as session:
        session.add(PersonRow(name=f"{who}-{i}"))
    times.append(1000 * (time.perf_counter() - start))
print(json.dumps(times))
"""


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """Figures of the two stores."""
    n = 40 if quick else 150
    alone, _ = _writers(APPEND, 1, n)
    three, rows = _writers(APPEND, 3, n)
    ledger, _ = _writers(LEDGER, 3, 5 * n)
    how = f"one-row transactions, {n} a process"
    return {
        "catalog_append_ms_median_1p": quantile(alone, 0.5, "ms", f"{how}, one process"),
        "catalog_append_ms_median_3p": quantile(three, 0.5, "ms", f"{how}, three processes at once"),
        "catalog_append_ms_max_3p": figure(max(three), "ms", f"{how}, three processes at once", n=len(three)),
        "catalog_rows_lost_3p": figure(3 * n - rows, "rows", "acknowledged appends that are not in the table", n=3 * n),
        "ledger_write_ms_median_3p": quantile(
            ledger, 0.5, "ms", f"one-row transactions, {5 * n} a process, three at once"
        ),
        "import_rows_per_s": _import_rate(),
        "bundled_data_mb": _bundled(),
    }


def _writers(code: str, n_processes: int, n: int) -> tuple[list[float], int]:
    """Times of all writes, and the rows of the table afterwards."""
    from workbench.catalog.store import Catalog
    from workbench.settings import Settings

    with empty_home() as home:
        Catalog.open(Settings(home=home)).close()
        processes = [python(code, f"w{i}", n, home=home) for i in range(n_processes)]
        times = [value for process in processes for value in json.loads(process.communicate()[0].splitlines()[-1])]
        catalog = Catalog.open(Settings(home=home))
        rows = int(catalog.lake.value("SELECT count(*) FROM lake.reject"))
        catalog.close()
    return times, rows


def _import_rate() -> dict[str, Any]:
    """Wells and profiles of the largest bundled set, read, checked and written."""
    from workbench.catalog.datasets import import_dataset
    from workbench.catalog.store import Catalog
    from workbench.settings import Settings

    rates = []
    for _ in range(3):
        with empty_home() as home:
            catalog = Catalog.open(Settings(home=home))
            start = time.perf_counter()
            made = import_dataset(catalog, "periscope")
            rates.append(made.n_rows / (time.perf_counter() - start))
            catalog.close()
    return quantile(rates, 0.5, "rows/s", "periscope: 41,873 wells with profiles and annotations, checksum included")


def _bundled() -> dict[str, Any]:
    files = subprocess.run(
        ["git", "ls-files", "-z", "data_catalog"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    size = sum((PROJECT / name).stat().st_size for name in files if name) / 1e6
    return figure(size, "MB", "tracked files under data_catalog/", n=len(files) - 1)
