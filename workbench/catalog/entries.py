"""The entries of `data_catalog/*.toml`: what each data set is, where its files come from, what to expect of them."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from workbench.settings import Settings

REQUIRED = ("title", "modality", "source", "licence", "citation", "units", "controls", "loader", "bundled")


@dataclass(frozen=True)
class Entry:
    """One data set as described by its TOML file."""

    name: str
    title: str
    modality: str
    source: str
    licence: str
    citation: str
    units: str
    controls: str
    loader: str
    bundled: bool
    readout: str = ""
    folder: str = ""
    simulated: bool = False
    files: dict[str, str] = field(default_factory=dict)
    expect: dict[str, int] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def checksum(self) -> str:
        """One checksum over all files: the key of an import."""
        return hashlib.sha256("".join(f"{name}{sha}" for name, sha in sorted(self.files.items())).encode()).hexdigest()


def read_entries(settings: Settings) -> dict[str, Entry]:
    """All entries by name. Raises InputError naming the file and the missing key."""
    return {path.stem: read_entry(path) for path in sorted(settings.data_catalog.glob("*.toml"))}


def read_entry(path: Path) -> Entry:
    """One entry. Raises InputError when the file is no TOML, lacks a key or has an unknown one."""
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} is not a valid data set entry: {error}.", where=str(path)) from error
    missing = [key for key in REQUIRED if key not in facts]
    if missing:
        raise InputError(f"{path.name} lacks {', '.join(missing)}.", where=str(path))
    try:
        return Entry(name=path.stem, **facts)
    except TypeError as error:
        raise InputError(f"{path.name} has a key we do not know: {error}.", where=str(path)) from error


def find_entry(settings: Settings, name: str) -> Entry:
    """The entry of that name. Raises UnknownNameError with the nearest names."""
    entries = read_entries(settings)
    if name not in entries:
        near = get_close_matches(name, entries, n=3)
        raise UnknownNameError(
            f"no data set is called {name!r}.",
            hint=(f"Did you mean {', '.join(near)}? " if near else "") + "See `workbench data list`.",
        )
    return entries[name]


def locate_files(settings: Settings, entry: Entry, file: Path | None = None) -> dict[str, Path]:
    """Where each file of the entry lies: `file` itself or in that folder, bundled, or under WORKBENCH_MIRROR.

    Raises InputError that says which file is missing and how to bring it.
    """
    if file is not None and not file.exists():
        raise InputError(f"there is no file or folder {file.name!r}.", where=str(file))
    if file is not None and file.is_file() and len(entry.files) == 1:
        return dict.fromkeys(entry.files, file)
    given = [] if file is None else [file if file.is_dir() else file.parent]
    folders = [*given, settings.data_catalog / "bundled" / (entry.folder or entry.name)]
    if settings.mirror is not None:
        folders.append(settings.mirror / (entry.folder or entry.name))
    found = {}
    for name in entry.files:
        path = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if path is None:
            raise InputError(
                f"{name} of {entry.name} is not on this machine.",
                where=", ".join(str(folder) for folder in folders),
                hint=f"It may not be bundled ({entry.licence}). Get it from {entry.source} and name it with "
                f"--file, or set WORKBENCH_MIRROR to the folder that holds {entry.folder or entry.name}/{name}.",
            )
        found[name] = path
    return found


def is_available(settings: Settings, entry: Entry) -> bool:
    """Whether all files of the entry are on this machine."""
    try:
        locate_files(settings, entry)
    except InputError:
        return False
    return True


def check_hashes(entry: Entry, files: dict[str, Path]) -> None:
    """Raise InputError naming the file whose sha256 differs from the entry's."""
    for name, path in files.items():
        found = file_sha256(path)
        if found != entry.files[name]:
            raise InputError(
                f"{name} of {entry.name} is not the file it should be: sha256 {found[:12]}…, expected "
                f"{entry.files[name][:12]}….",
                where=str(path),
                hint="Fetch it again, or correct the checksum in the data set's TOML if you changed it on purpose.",
            )


def file_sha256(path: Path) -> str:
    """sha256 of a file, read in blocks."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
