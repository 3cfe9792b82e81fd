"""Somebody's own profiles, a million wells of 400 features: memory and rate of looking at them and of writing them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.figures import figure
from benchmarks.house.homes import PROJECT, empty_home, python

N_FEATURES, WELLS_A_PLATE = 400, 384
MAKE = """
import sys
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
path, n, d = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = np.random.default_rng(0)
plate, place = np.divmod(np.arange(n), 384)
name = np.where(place < 32, "DMSO", np.char.add("drug ", ((plate // 4) * 352 + place).astype(str)))
head = {
    "Metadata_Batch": [f"b{i // 40}" for i in plate], "Metadata_Plate": [f"P{i:05d}" for i in plate],
    "Metadata_Well": [f"{chr(65 + i // 24)}{i % 24 + 1:02d}" for i in place], "Metadata_pert_iname": name.tolist(),
}
signal = rng.normal(size=(997, d)).astype(np.float32)
names = [f"Cells_Feature_{i}" for i in range(d)]
columns = {name: signal[:, i][np.arange(n) % 997] + rng.normal(size=n).astype(np.float32) for i, name in enumerate(names)}
pq.write_table(pa.table({**head, **columns}), path, row_group_size=1 << 20, use_dictionary=list(head))
"""
IMPORT = """
import json, sys, time
from pathlib import Path
from workbench.catalog.datasets import import_own_files
from workbench.catalog.importers.plan import understand
from workbench.catalog.importers.wishes import Wishes
from workbench.catalog.store import Catalog
from workbench.settings import Settings

def peak_gib():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 2**20

path = Path(sys.argv[1])
start = time.perf_counter()
if sys.argv[2] == "look":
    n = understand([path], "million", Wishes(), frozenset())[0].counts["profile"]
else:
    n = import_own_files(Catalog.open(Settings()), path, "million").n_rows
print(json.dumps({"n": n, "seconds": time.perf_counter() - start, "peak_gib": peak_gib()}))
"""


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """Figures of looking at a Parquet file of one row group and of importing it, each in a process of its own."""
    n = 100_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder, empty_home() as home:
        path = Path(folder) / "million.parquet"
        subprocess.run([sys.executable, "-c", MAKE, str(path), str(n), str(N_FEATURES)], check=True, cwd=PROJECT)
        found = {what: _measured(path, what, home) for what in ("look", "write")}
    how = f"{n:,} wells x {N_FEATURES} features, Parquet in row groups of a million, responses included; process peak (VmHWM)"
    look, write = found["look"], found["write"]
    return {
        "import_1m_peak_gib": figure(write["peak_gib"], "GiB", how, n=n),
        "import_1m_rows_per_s": figure(write["n"] / write["seconds"], "rows/s", how, n=n),
        "import_1m_dry_run_peak_gib": figure(look["peak_gib"], "GiB", f"{how}; only looked at", n=n),
        "import_1m_dry_run_s": figure(look["seconds"], "s", f"{how}; only looked at", n=n),
    }


def _measured(path: Path, what: str, home: Path) -> dict[str, float]:
    process = python(IMPORT, path, what, home=home)
    answer = process.communicate()[0]
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "import")
    return json.loads(answer.splitlines()[-1])
