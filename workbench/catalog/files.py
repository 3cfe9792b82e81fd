"""People's files on disk, named by their content: written once, never run, never shown by a browser."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from workbench.catalog.object_storage import bring, keep, whole
from workbench.errors import InputError, StorageError, UnknownNameError

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.settings import Settings

_SHA256 = re.compile(r"[0-9a-f]{64}")


def write_file(settings: Settings, content: bytes) -> str:
    """Keep a file; the same content twice is once. Gives its sha256. Raises StorageError when it cannot be written."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(settings, sha256)
    if path.exists():
        keep(settings, path)
        return sha256
    try:
        with whole(path) as partial:
            partial.write_bytes(content)
    except OSError as error:
        raise StorageError(f"the file could not be kept: {error.strerror}.", where=str(path.parent)) from error
    keep(settings, path)
    return sha256


def read_file(settings: Settings, sha256: str) -> bytes:
    """The content. Raises UnknownNameError when there is none, StorageError when it is not what was written."""
    path = path_of(settings, sha256)
    bring(settings, path)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise UnknownNameError(f"the file {sha256[:12]} is not there.", hint="Bring it back from a backup.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise StorageError(f"the file {sha256[:12]} is not what was attached.", where=str(path))
    return content


def path_of(settings: Settings, sha256: str) -> Path:
    """Where a file lies. Raises InputError for what is no sha256."""
    if not _SHA256.fullmatch(sha256):
        raise InputError(f"{sha256[:80]!r} is no sha256.")
    return settings.files / sha256[:2] / sha256
