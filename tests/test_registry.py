"""The registry: twice is an error naming both places, unknown offers the nearest, a broken file is seen."""

import sys

import pytest

from workbench.errors import UnknownNameError, WorkbenchError
from workbench.registry import Registry


@pytest.fixture
def package(tmp_path, monkeypatch):
    folder = tmp_path / "things"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from workbench.registry import Registry\nTHINGS = Registry('thing', 'things')\n"
    )
    (folder / "one.py").write_text(
        "from things import THINGS\n@THINGS.register('one', title='One')\ndef one(): return 1\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == "things"]:
        del sys.modules[name]


def test_files_are_imported_on_first_use(package):
    from things import THINGS

    assert THINGS.names() == ["one"]
    assert THINGS.find("one").facts == {"title": "One"}
    assert [entry.thing() for entry in THINGS] == [1]


def test_an_unknown_name_offers_the_nearest(package):
    from things import THINGS

    with pytest.raises(UnknownNameError, match="Did you mean 'one'"):
        THINGS.find("onne")


def test_a_name_used_twice_names_both_places(package):
    (package / "two.py").write_text("from things import THINGS\n@THINGS.register('one')\ndef other(): return 2\n")
    from things import THINGS

    with pytest.raises(WorkbenchError, match=r"things\.one\.one and things\.two\.other"):
        THINGS.names()


def test_a_broken_file_does_not_leave_a_shorter_list(package):
    (package / "zz.py").write_text("raise RuntimeError('broken')\n")
    from things import THINGS

    for _ in range(2):
        with pytest.raises(RuntimeError, match="broken"):
            THINGS.names()


def test_an_empty_registry_has_no_length():
    assert len(Registry("thing", "workbench.nouns")) == 0
