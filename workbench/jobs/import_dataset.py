"""Import a data set of the data catalog: check the files, then write all of it in one transaction."""

from __future__ import annotations

from pathlib import Path

from workbench.catalog import datasets
from workbench.catalog.entries import find_entry
from workbench.jobs.engine.kinds import Run, job


@job("import_dataset", title="Import a data set", queue="heavy", estimate_s=2.0)
def import_dataset(run: Run, name: str, file: str = "") -> str:
    """All or nothing; the same files twice is once, so a step that died can run again. Gives the data set's name.

    `file` is the data set's file, or the folder with its files, where they lie nowhere else.
    """
    run.progress(0.1, f"Checking the files of {name}")
    run.step("check", _check, run, name, file)
    run.progress(0.3, f"Reading and writing {name}")
    return run.step("write", _write, run, name, file)


def _check(run: Run, name: str, file: str) -> int:
    files = datasets.check_files(run.catalog, find_entry(run.catalog.settings, name), Path(file) if file else None)
    return len(files)


def _write(run: Run, name: str, file: str) -> str:
    return datasets.import_dataset(run.catalog, name, Path(file) if file else None).dataset
