"""The version of the code that made a result: release and, in a checkout, the commit."""

from __future__ import annotations

import functools
import subprocess
from importlib.metadata import version
from pathlib import Path


@functools.lru_cache(maxsize=1)
def code_version() -> str:
    """E.g. `0.1.0+1a2b3c4`; without git just the release."""
    release = version("workbench")
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True, timeout=5,
            check=True,
        ).stdout.strip()  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return release
    return f"{release}+{commit}"
