"""The seal of the event log: a keyed hash of where it ends; who can write the ledger alone cannot make one."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from typing import TYPE_CHECKING

from workbench.errors import StorageError

if TYPE_CHECKING:
    from workbench.settings import Settings


def read_seal_key(settings: Settings) -> bytes:
    """The key: the variable WORKBENCH_SEAL_KEY, else a file beside a SQLite ledger, made when it is not there.

    Empty for a team's PostgreSQL without the variable: its hosts must share one key. Raises StorageError when the file
    cannot be read or written.
    """
    given = settings.seal_key.get_secret_value()
    if given:
        return given.encode()
    if not settings.ledger_url.startswith("sqlite"):
        return b""
    path = settings.home / "seal.key"
    try:
        if not path.exists():
            made = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
            handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32))
            try:
                os.link(made, path)  # the first of two processes wins, whole
            except FileExistsError:
                pass
            finally:
                made.unlink()
        return path.read_bytes()
    except OSError as error:
        raise StorageError(
            f"the key of the event log cannot be read: {error.strerror}.", where=str(path),
            hint="Put the file back, or set WORKBENCH_SEAL_KEY.",
        ) from error  # fmt: skip


def seal(key: bytes, n_events: int, ledger_hash: str) -> str:
    """HMAC-SHA256 over the number of events and the hash of the last one; empty without a key."""
    return hmac.new(key, f"{n_events}:{ledger_hash}".encode(), hashlib.sha256).hexdigest() if key else ""
