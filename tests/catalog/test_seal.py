from __future__ import annotations

import stat
import threading

from pydantic import SecretStr

from workbench.catalog.seal import read_seal_key, seal
from workbench.catalog.store import Catalog
from workbench.settings import Settings


def test_the_key_is_made_once_for_its_owner_alone_and_never_shown(empty_catalog: Catalog) -> None:
    settings = empty_catalog.settings
    path = settings.home / "seal.key"
    assert read_seal_key(settings) == path.read_bytes()
    assert len(path.read_bytes()) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    given = settings.model_copy(update={"seal_key": SecretStr("a team's key")})
    assert read_seal_key(given) == b"a team's key"
    assert "a team's key" not in repr(given) + str(given.model_dump())


def test_threads_that_open_a_new_home_at_once_agree(tmp_path) -> None:
    settings, found = Settings(home=tmp_path), []
    threads = [threading.Thread(target=lambda: found.append(read_seal_key(settings))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["seal.key"]


def test_a_seal_depends_on_everything() -> None:
    made = {seal(b"k", 1, "a"), seal(b"l", 1, "a"), seal(b"k", 2, "a"), seal(b"k", 1, "b")}
    assert len(made) == 4
    assert seal(b"", 1, "a") == ""


def test_a_postgres_ledger_without_a_key_is_not_sealed(tmp_path) -> None:
    assert read_seal_key(Settings(home=tmp_path, catalog="postgresql://localhost/x")) == b""
    assert not (tmp_path / "seal.key").exists()
