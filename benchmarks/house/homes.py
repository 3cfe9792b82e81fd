"""Catalogs to measure on: empty, or filled by `workbench setup` once and kept under .artifacts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
FILLED = PROJECT / ".artifacts" / "benchmark-home"


@contextmanager
def empty_home() -> Iterator[Path]:
    """A folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        yield Path(folder) / "home"


@contextmanager
def filled_home() -> Iterator[Path]:
    """A copy of a filled catalog; brought up to date first."""
    workbench("setup", home=FILLED)
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        home = Path(folder) / "home"
        shutil.copytree(FILLED, home, ignore=shutil.ignore_patterns("*.lock"))
        yield home


def environment(home: Path) -> dict[str, str]:
    """Variables of a process that works on a home."""
    return {**os.environ, "WORKBENCH_HOME": str(home)}


def workbench(*arguments: str, home: Path) -> None:
    """Run one command of ours and wait."""
    subprocess.run([sys.executable, "-m", "workbench.cli", *arguments], env=environment(home), check=True, cwd=PROJECT)


def python(code: str, *arguments: object, home: Path) -> subprocess.Popen[str]:
    """Start a Python process that works on a home; its standard output is read by the caller."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, env=environment(home), stdout=subprocess.PIPE, text=True, cwd=PROJECT)
