"""Names of files that people and instruments send: safe on every system, never a way into another folder."""

from __future__ import annotations

import re
import unicodedata

from workbench.errors import InputError

MAX_NAME = 120
MAX_BYTES = 200  # file systems allow 255, and a part of a name may be put before it
_UNSAFE = re.compile(r'[<>:"/\\|?*&%\x00-\x1f\x7f]')


def safe_name(name: str, otherwise: str = "") -> str:
    """A file name that is safe on every system: no folders, control or direction characters; ends kept, at most 120.

    What has nothing left is called `otherwise`. Raises InputError where that is not given.
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    plain = re.sub(r"\s+", " ", _UNSAFE.sub("_", plain)).strip(" .")
    if not plain and not otherwise:
        raise InputError(f"{name[:80]!r} is no name of a file.")
    return _cut(plain or otherwise)


def _cut(name: str) -> str:
    """At most MAX_NAME characters and MAX_BYTES bytes; a short ending stays whole."""
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > MAX_NAME // 4:
        stem, ending = name, ""
    ending = dot + ending if ending else ""
    stem = stem[: MAX_NAME - len(ending)]
    while stem and len((stem + ending).encode()) > MAX_BYTES:
        stem = stem[:-1]
    return (stem.rstrip(" .") + ending).strip(" .")
