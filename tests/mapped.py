"""A lab with real maps, made once a test process from the bundled files; used by tests of several rooms."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from workbench.jobs.build_map import build_map
from workbench.jobs.import_dataset import import_dataset
from workbench.lab import Lab
from workbench.settings import Settings

DATASETS = ("bbbc021", "nelisa_jump_target", "l1000_orf_u2os", "cpjump1", "periscope", "gene_relationships")


class InlineRun:
    """Runs a job's steps in order, in this process."""

    job_id = "test"
    person = "tester"

    def __init__(self, catalog: Any) -> None:
        self.catalog = catalog
        self.steps: list[str] = []

    def step(self, name: str, function: Any, *arguments: Any) -> Any:
        self.steps.append(name)
        return function(*arguments)

    def progress(self, share: float, message: str) -> None:
        assert 0 <= share <= 1

    def check_cancelled(self) -> None:
        return


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="workbench-maps-")


@cache
def _lab() -> Lab:
    lab = Lab.open(Settings(home=Path(_folder().name), person="tester"))
    run = InlineRun(lab.catalog)
    for name in DATASETS:
        import_dataset(run, name)
    for name in DATASETS[:-1]:
        build_map(run, name)
    return lab


@pytest.fixture(scope="session")
def mapped_lab() -> Lab:
    return _lab()
