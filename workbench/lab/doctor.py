"""What `workbench doctor` says: versions, settings, places, what is missing and how to mend it."""

from __future__ import annotations

import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.lab import Lab

PACKAGES = ("duckdb", "duckdb-extensions", "dbos", "sqlalchemy", "numpy", "torch", "rdkit", "panel", "holoviews")
LOW_SPACE_GB = 2.0


def examine(lab: Lab) -> list[str]:
    """Lines of the report; a line that begins with `!` names something to mend and how."""
    settings = lab.settings
    lines = ["Versions", f"  python {platform.python_version()}"]
    lines += [f"  {name} {_version(name)}" for name in PACKAGES]
    lines += ["Settings (WORKBENCH_*)"]
    lines += [f"  {name} = {value}" for name, value in settings.model_dump().items()]
    lines += [
        "Places",
        f"  ledger {settings.ledger_url}",
        f"  lake {settings.lake_metadata} and {settings.lake_data}",
        f"  jobs {settings.jobs_url}",
        f"  weights {settings.weights}",
        "State",
    ]
    return lines + _state(lab)


def _state(lab: Lab) -> list[str]:
    datasets = lab.data.available()
    absent = [item.dataset for item in datasets if item.imported_at is None]
    lines = [f"  {len(datasets) - len(absent)} data sets imported; not imported: {', '.join(absent) or 'none'}"]
    bundled = [item.dataset for item in datasets if item.imported_at is None and item.bundled]
    if bundled:
        lines.append(f"! {', '.join(bundled)}: bundled but not imported. Mend: workbench setup")
    workers = lab.jobs.workers()
    lines.append(
        f"  {len(workers)} workers: " + (", ".join(f"pid {w['pid']} ({w['age_s']:.0f} s)" for w in workers) or "none")
    )
    if not workers:
        lines.append("! no worker runs, so queued jobs wait. Mend: make app, or workbench worker")
    free = shutil.disk_usage(lab.settings.home).free / 1e9
    lines.append(f"  {free:.1f} GB free where the catalog lies")
    if free < LOW_SPACE_GB:
        lines.append(f"! less than {LOW_SPACE_GB:g} GB free. Mend: make room, or set WORKBENCH_HOME elsewhere")
    return lines


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing (mend: make venv)"
