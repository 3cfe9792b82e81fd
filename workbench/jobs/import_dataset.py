"""Import a data set of the data catalog."""

from __future__ import annotations

from workbench.catalog import datasets
from workbench.jobs.engine.kinds import Run, job


@job("import_dataset", title="Import a data set", queue="heavy", estimate_s=2.0)
def import_dataset(run: Run, name: str) -> str:
    """All or nothing; the same files twice is once. Gives the data set's name."""
    run.progress(0.1, f"Checking and reading {name}")
    return run.step("import", _import, run, name)


def _import(run: Run, name: str) -> str:
    return datasets.import_dataset(run.catalog, name).dataset
