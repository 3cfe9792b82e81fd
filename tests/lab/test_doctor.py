"""The doctor says what is damaged and how to mend it, and never falls over what it examines."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import copy_home
from workbench.catalog.accounts import set_password
from workbench.catalog.datasets import import_dataset
from workbench.catalog.store import Catalog
from workbench.errors import InputError, StorageError
from workbench.lab.doctor import examine
from workbench.settings import Settings

GARBAGE = b"this is no database " * 500


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a catalog with one data set; only copy it."""
    home = tmp_path_factory.mktemp("sound") / "home"
    catalog = Catalog.open(Settings(home=home, mirror=None))
    import_dataset(catalog, "cellbox_skmel133")
    catalog.close()
    return home


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Path:
    return shutil.copytree(sound, tmp_path / "home", ignore=shutil.ignore_patterns("*.lock"))


def to_mend(**settings) -> list[str]:
    """What the doctor finds, but for data sets that this small catalog never had."""
    lines = examine(Settings(mirror=settings.pop("mirror", None), **settings))
    return [line for line in lines if line.startswith("!") and "not imported" not in line]


def test_a_sound_catalog_has_nothing_to_mend(home):
    assert to_mend(home=home) == []


@pytest.mark.parametrize(
    ("file", "found", "mend"),
    [
        ("ledger.sqlite", "the ledger cannot be opened: file is not a database", "Put a copy of the file in its place"),
        ("lake.sqlite", "the lake cannot be opened", "run workbench setup"),
        ("jobs.sqlite", "the job queue cannot be opened: file is not a database", "Move jobs.sqlite away"),
    ],
)
def test_a_file_that_is_no_database_is_named(home, file, found, mend):
    (home / file).write_bytes(GARBAGE)
    [line] = to_mend(home=home)
    assert found in line
    assert str(home / file) in line
    assert mend in line


def test_lost_and_cut_files_of_the_lake_are_named_and_reading_them_is_an_error_in_words(home):
    path = next((home / "lake").rglob("response/*.parquet"))
    path.write_bytes(path.read_bytes()[:100])
    [line] = to_mend(home=home)
    assert f"response/{path.name}" in line
    path.unlink()
    assert f"response/{path.name}" in to_mend(home=home)[0]
    catalog = Catalog.open(Settings(home=home, mirror=None))
    with pytest.raises(StorageError, match="workbench doctor"):
        catalog.lake.rows("SELECT delta FROM lake.response")
    catalog.close()


def test_a_ledger_of_a_newer_workbench_is_left_alone(home):
    with sqlite3.connect(home / "ledger.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    [line] = to_mend(home=home)
    assert "at migration 9999" in line
    assert "Update the code" in line


def test_lost_weights_are_named_with_their_version(filled_home, tmp_path):
    home = copy_home(filled_home, tmp_path / "filled")
    next((home / "weights").glob("*.safetensors")).unlink()
    [line] = to_mend(home=home)
    assert "are not here" in line
    assert "Mend: workbench models train" in line


def test_wrong_folders_are_named(home, tmp_path):
    lines = to_mend(home=home, mirror=tmp_path / "nowhere", data_catalog=tmp_path)
    assert ["WORKBENCH_MIRROR" in line or "WORKBENCH_DATA_CATALOG" in line for line in lines] == [True, True]


def test_passwords_are_not_shown(home):
    lines = examine(Settings(home=home, mirror=None, catalog="postgresql://ann:secret@127.0.0.1:1/lab"))
    assert "secret" not in "\n".join(lines)
    assert any(line.startswith("!") and "WORKBENCH_CATALOG" in line for line in lines)


@pytest.mark.parametrize(("name", "value"), [("PORT", "abc"), ("PORT", "70000"), ("THREADS", "0")])
def test_a_setting_that_cannot_be_used_is_named(monkeypatch, name, value):
    monkeypatch.setenv(f"WORKBENCH_{name}", value)
    with pytest.raises(InputError, match=f"WORKBENCH_{name} is '{value}'"):
        Settings()


def test_an_app_that_believes_everybody_and_one_that_lets_nobody_in_are_named(home):
    assert to_mend(home=home, host="127.0.0.1") == []
    [line] = to_mend(home=home, host="0.0.0.0", sign_in="none")
    assert "whoever reaches 0.0.0.0 acts as anybody" in line
    [line] = to_mend(home=home, host="0.0.0.0")
    assert "nobody can sign in yet. Mend: workbench people add" in line
    catalog = Catalog.open(Settings(home=home, mirror=None))
    set_password(catalog, "ada", "four rusty mice sing", "admin", "me")
    catalog.close()
    assert to_mend(home=home, host="0.0.0.0") == []
    with sqlite3.connect(home / "ledger.sqlite") as ledger:
        ledger.execute("UPDATE person SET role = 'scientist'")
    [line] = to_mend(home=home)
    assert "ada is scientist, the history tells of admin" in line
