from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.kernels.file_names import MAX_BYTES, MAX_NAME, safe_name


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
    assert len(name.encode()) <= MAX_BYTES
    assert not set(name) & set('/\\<>:"|?*\n\r\0')
    assert name.isprintable()
    assert name not in (".", "..")
    assert safe_name(name) == name


def test_the_end_of_a_long_name_is_kept() -> None:
    assert safe_name("x" * 400 + ".csv").endswith(".csv")
    assert safe_name("µ" * 400 + ".csv").endswith("µ.csv")
    assert len(safe_name("\U0001f9ec" * 120 + ".h5ad").encode()) <= MAX_BYTES


def test_what_has_no_name_gets_one_where_it_is_given() -> None:
    assert safe_name("..", "file") == safe_name("", "file") == "file"
    assert safe_name("a.csv", "file") == "a.csv"
