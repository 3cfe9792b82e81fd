"""A lab with real maps, used by tests of several rooms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import copy_home
from workbench.lab import Lab
from workbench.settings import Settings


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


@pytest.fixture(scope="session")
def mapped_lab(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab with real maps that tests may add cohorts to: one copy of the filled catalog a test process."""
    home = copy_home(filled_home, tmp_path_factory.mktemp("mapped") / "home")
    lab = Lab.open(Settings(home=home, person="tester", mirror=None))
    yield lab
    lab.close()
