"""The code version names the release, and the commit in a checkout."""

import subprocess
from importlib.metadata import version

from workbench.training.code_version import code_version


def test_it_begins_with_the_release_and_ends_with_the_commit():
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    expected = version("workbench") + (f"+{commit.stdout.strip()}" if commit.returncode == 0 else "")
    assert code_version() == expected
