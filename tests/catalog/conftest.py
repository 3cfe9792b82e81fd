"""Bundled data for tests of the catalog: read by their loaders, or imported once for the whole run."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from workbench.catalog.batch import Batch
from workbench.catalog.entries import find_entry, locate_files
from workbench.catalog.loaders import LOADERS
from workbench.catalog.store import Catalog
from workbench.lab import Lab
from workbench.settings import Settings


@pytest.fixture(scope="session")
def imported(shared_lab: Lab) -> Catalog:
    """A catalog with every bundled data set; only read it."""
    return shared_lab.catalog


@cache
def _loaded(name: str) -> Batch:
    entry = find_entry(Settings(mirror=None), name)
    batch = Batch(name)
    LOADERS.find(entry.loader).thing(entry, locate_files(Settings(mirror=None), entry), batch)
    return batch


@pytest.fixture(scope="session")
def loaded() -> Callable[[str, str], pd.DataFrame]:
    """`loaded(data set, table)`: what a loader makes of the bundled files, before anything is written."""
    return lambda name, table: pd.concat(_loaded(name).frames[table], ignore_index=True)


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """`write_csv(text, name)`: a file with that text (or bytes)."""

    def write(text: str | bytes, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write
