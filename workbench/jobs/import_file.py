"""Import somebody's own files: look at them, then write all of it in one transaction."""

from __future__ import annotations

from pathlib import Path

from workbench.catalog import datasets
from workbench.catalog.importers.plan import checksum, chosen_files
from workbench.catalog.importers.wishes import Wishes
from workbench.catalog.object_storage import handed_over
from workbench.jobs.engine.kinds import Run, job


@job("import_file", title="Import a file", queue="heavy", estimate_s=2.0)
def import_file(run: Run, paths: list[str], name: str, sha256: str = "", wishes: dict[str, str] | None = None) -> str:
    """All or nothing; the same files twice is once. Gives the data set's name.

    `sha256` is what the files were when their plan was shown; files that changed since are refused.
    """
    run.progress(0.1, f"Checking {Path(paths[0]).name}")
    seen = run.step("check", _check, run, paths)
    run.progress(0.2, f"Reading and writing {name}")
    return run.step("write", _write, run, paths, name, sha256 or seen, wishes or {})


def _check(run: Run, paths: list[str]) -> str:
    return checksum(chosen_files([handed_over(run.catalog.settings, path) for path in paths]))


def _write(run: Run, paths: list[str], name: str, sha256: str, wishes: dict[str, str]) -> str:
    files = [handed_over(run.catalog.settings, path) for path in paths]
    return datasets.import_own_files(run.catalog, files, name, sha256, Wishes.of(wishes)).dataset
