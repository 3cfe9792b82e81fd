from __future__ import annotations

import pytest

from workbench.catalog.files import path_of, read_file, write_file
from workbench.catalog.store import Catalog
from workbench.errors import InputError, StorageError, UnknownNameError


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
