"""People's files on disk, named by their content: written once, never run, never shown by a browser."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

from workbench.catalog.object_storage import bring, keep, whole
from workbench.errors import InputError, StorageError, UnknownNameError

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.settings import Settings

MAX_NAME = 120
_SHA256 = re.compile(r"[0-9a-f]{64}")
_UNSAFE = re.compile(r'[<>:"/\\|?*&%\x00-\x1f\x7f]')


def safe_name(name: str) -> str:
    """A file name that is safe on every system: no folders, control or direction characters; ends kept, at most 120.

    Raises InputError when nothing is left.
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    plain = re.sub(r"\s+", " ", _UNSAFE.sub("_", plain)).strip(" .")
    if not plain:
        raise InputError(f"{name[:80]!r} is no name of a file.")
    stem, dot, suffix = plain.rpartition(".")
    if len(plain) > MAX_NAME and dot:
        return f"{stem[: MAX_NAME - len(suffix) - 1]}.{suffix}"[-MAX_NAME:]
    return plain[:MAX_NAME]


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
