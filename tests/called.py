"""The command line called within this process, which has loaded everything already."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest


def call(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """What `workbench ARGUMENTS` answers without other settings: exit code, stdout, stderr."""
    from workbench.cli import main

    out, err, code = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in [name for name in os.environ if name.startswith("WORKBENCH_")]:
            patch.delenv(name)
        patch.setenv("WORKBENCH_HOME", str(home))
        patch.setattr(sys, "argv", ["workbench", *arguments])
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())
