"""Files that are broken or meant ill: named on the command line, exit code 1, nothing written, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.called import call
from workbench.catalog.store import Catalog
from workbench.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    Catalog.open(Settings(home=folder, mirror=None)).close()
    return folder


def run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("WORKBENCH_")}
    return subprocess.run(
        [sys.executable, "-m", "workbench.cli", *arguments], cwd=PROJECT, text=True, capture_output=True, timeout=120,
        env=environment | {"WORKBENCH_HOME": str(home)},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("broken.csv", b"gene,score\nTP53\n", "row 2"),
        ("latin.csv", "gene,score\nMüller,1\n".encode("latin-1"), "not UTF-8"),
        ("wide.csv", b",".join(b"f%d" % i for i in range(100_000)) + b"\n", "100,000 columns"),
        ("cut.parquet", b"PAR1" + b"\0" * 100, "not a readable Parquet"),
    ],
)
def test_the_command_line_names_what_is_wrong(home: Path, tmp_path: Path, name, content, message) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    way = run if name == "broken.csv" else call  # one of them as a process from its start
    done = way("data", "import", str(path), "--name", "mine", "--yes", home=home)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    catalog = Catalog.open(Settings(home=home, mirror=None))
    assert catalog.lake.value("SELECT count(*) FROM lake.dataset") == 0
    catalog.close()


def test_markup_and_formulas_are_stored_as_the_text_they_are(home: Path, tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)>"
    path = tmp_path / "plate.csv"
    path.write_text(
        "Metadata_Plate,Metadata_Well,Metadata_Name,f\nP,A1,DMSO,1\nP,A2,DMSO,2\n"
        f"P,A3,{name},3\nP,A4,=1+1,4\nP,A4,again,4\n"
    )
    done = call("data", "import", str(path), "--name", "mine", "--yes", home=home)
    assert done.returncode == 0, done.stderr
    assert "1 rejected" in done.stdout
    catalog = Catalog.open(Settings(home=home, mirror=None))
    names = {row["n"] for row in catalog.lake.rows("SELECT Metadata_Name AS n FROM lake.compound")}
    catalog.close()
    assert names == {name, "=1+1"}
    assert call("data", "remove", "mine", home=home).returncode == 0


def test_a_set_that_may_not_be_bundled_is_brought_by_file(home: Path, tmp_path: Path) -> None:
    without = call("data", "import", "trrust", home=home)
    assert without.returncode == 1
    assert "not verified" in without.stderr
    (tmp_path / "wrong.parquet").write_bytes(b"x")
    wrong = call("data", "import", "trrust", "--file", str(tmp_path / "wrong.parquet"), home=home)
    assert wrong.returncode == 1
    assert "sha256" in wrong.stderr
    assert "Traceback" not in wrong.stderr + without.stderr
