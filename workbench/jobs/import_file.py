"""Import somebody's own file: look at it, then write all of it in one transaction."""

from __future__ import annotations

from pathlib import Path

from workbench.catalog import datasets
from workbench.catalog.importers.plan import recognise
from workbench.jobs.engine.kinds import Run, job


@job("import_file", title="Import a file", queue="heavy", estimate_s=2.0)
def import_file(run: Run, path: str, name: str, sha256: str = "") -> str:
    """All or nothing; the same file twice is once. Gives the data set's name.

    `sha256` is what the file was when its plan was shown; a file that changed since is refused.
    """
    run.progress(0.1, f"Reading {Path(path).name}")
    seen = run.step("read", _read, run, path, name)
    run.progress(0.5, f"Writing {name}")
    return run.step("write", _write, run, path, name, sha256 or seen)


def _read(run: Run, path: str, name: str) -> str:
    return recognise(run.catalog, Path(path), name).sha256


def _write(run: Run, path: str, name: str, sha256: str) -> str:
    return datasets.import_own_file(run.catalog, Path(path), name, sha256).dataset
