from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.catalog.files import MAX_NAME, path_of, read_file, safe_name, write_file
from workbench.catalog.store import Catalog
from workbench.errors import InputError, StorageError, UnknownNameError


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("gel.png", "gel.png"), ("../../etc/passwd.txt", "passwd.txt"), ("C:\\Users\\me\\a b.csv", "a b.csv"),
        ("x\u202egnp.exe", "xgnp.exe"), ("a\nb<script>.txt", "ab_script_.txt"), ("Größe µM.csv", "Größe µM.csv"),
        (".htaccess", "htaccess"), ("a/..", None), ("\x00", None),
    ],
)  # fmt: skip
def test_names_are_made_safe(given_name: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(InputError, match="no name of a file"):
            safe_name(given_name)
    else:
        assert safe_name(given_name) == kept


@settings(max_examples=60)
@given(st.text(min_size=1, max_size=300))
def test_whatever_is_given_the_name_has_no_folder_and_no_hidden_character(text: str) -> None:
    try:
        name = safe_name(text)
    except InputError:
        return
    assert 0 < len(name) <= MAX_NAME
    assert not set(name) & set('/\\<>:"|?*\n\r\0')
    assert name.isprintable()
    assert name not in (".", "..")
    assert safe_name(name) == name


def test_the_end_of_a_long_name_is_kept() -> None:
    assert safe_name("x" * 400 + ".csv").endswith(".csv")


def test_content_comes_back_and_a_changed_file_is_named(empty_catalog: Catalog) -> None:
    place = empty_catalog.settings
    sha256 = write_file(place, b"hello")
    assert write_file(place, b"hello") == sha256
    assert read_file(place, sha256) == b"hello"
    assert [path.name for path in place.files.rglob("*") if path.is_file()] == [sha256]
    path_of(place, sha256).write_bytes(b"other")
    with pytest.raises(StorageError, match="not what was attached"):
        read_file(place, sha256)
    path_of(place, sha256).unlink()
    with pytest.raises(UnknownNameError, match="is not there"):
        read_file(place, sha256)
    with pytest.raises(InputError, match="no sha256"):
        read_file(place, "../ledger.sqlite")
