"""A team's object storage (S3 or alike): the lake's Parquet files through DuckDB, weights and people's files through fsspec.

On one machine everything lies in the home and nothing here does anything. Keys and endpoint come from the usual variables:
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from workbench.errors import InputError, MissingPackageError, StorageError

if TYPE_CHECKING:
    from workbench.settings import Settings

NEEDED = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def is_shared(settings: Settings) -> bool:
    """Whether files lie in object storage."""
    return settings.data.startswith("s3://")


def secret_sql(environment: Mapping[str, str]) -> str:
    """The DuckDB statement that tells it keys and endpoint. Raises StorageError naming the variable that is missing."""
    _require_keys(environment)
    options = {
        "TYPE": "s3", "KEY_ID": _quoted(environment[NEEDED[0]]), "SECRET": _quoted(environment[NEEDED[1]]),
        "REGION": _quoted(environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or "us-east-1"),
    }  # fmt: skip
    if endpoint := environment.get("AWS_ENDPOINT_URL"):
        parts = urlsplit(endpoint)
        options |= {
            "ENDPOINT": _quoted(parts.netloc),
            "URL_STYLE": "'path'",
            "USE_SSL": str(parts.scheme == "https").lower(),
        }
    if token := environment.get("AWS_SESSION_TOKEN"):
        options["SESSION_TOKEN"] = _quoted(token)
    return f"CREATE SECRET ({', '.join(f'{name} {value}' for name, value in options.items())})"


def keep(settings: Settings, path: Path) -> None:
    """Copy a file of the home to the team's storage, under the same name; one that is there is left alone."""
    if not is_shared(settings):
        return
    address, storage = _address(settings, path), _storage()
    with _told(f"{path.name} could not be stored", address, "Nothing was lost; try again."):
        if not storage.exists(address):
            storage.put_file(str(path), address)


def bring(settings: Settings, path: Path) -> None:
    """Fetch into the home what another host has stored; nothing where it is here already or nowhere."""
    if path.exists() or not is_shared(settings):
        return
    address, storage = _address(settings, path), _storage()
    with _told(f"{path.name} could not be fetched", address), whole(path) as partial:
        if storage.exists(address):
            storage.get_file(address, str(partial))


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A place beside `path` to write to, which becomes `path` at the end: nobody ever sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{os.getpid()}.{secrets.token_hex(4)}.partial")
    try:
        yield partial
        if partial.exists():
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def hand_over(settings: Settings, path: Path) -> str:
    """What a job is told of a file: its path on one machine; in a team the place, relative to every host's home, where it
    was stored by its content under its own name. Raises InputError when it is not there, StorageError."""
    if not is_shared(settings):
        return str(path.resolve())
    try:
        with path.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        kept = settings.files / "handed" / sha256[:2] / sha256 / path.name
        if not kept.exists():
            with whole(kept) as partial:
                shutil.copyfile(path, partial)
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path.name!r}.", where=str(path)) from error
    except OSError as error:
        raise StorageError(f"{path.name} could not be kept: {error.strerror}.", where=str(path)) from error
    keep(settings, kept)
    return kept.relative_to(settings.home).as_posix()


def handed_over(settings: Settings, place: str) -> Path:
    """The file that a job was told of, fetched where another host was given it."""
    path = settings.home / place  # an absolute path stays as it is
    if not Path(place).is_absolute():
        bring(settings, path)
    return path


@contextmanager
def _told(words: str, address: str, hint: str = "") -> Iterator[None]:
    """Errors of the disk and of the storage as ours."""
    import botocore.exceptions

    try:
        yield
    except (OSError, botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        raise StorageError(f"{words}: {error}", where=address, hint=hint) from error


def _address(settings: Settings, path: Path) -> str:
    return f"{settings.data.rstrip('/')}/{path.relative_to(settings.home).as_posix()}"


def _storage() -> Any:
    _require_keys(os.environ)
    try:
        import s3fs
    except ImportError as error:
        raise MissingPackageError(
            "object storage needs the package s3fs.", hint='Run pip install -e ".[team]".'
        ) from error
    return s3fs.S3FileSystem(endpoint_url=os.environ.get("AWS_ENDPOINT_URL"))


def _require_keys(environment: Mapping[str, str]) -> None:
    missing = [name for name in NEEDED if not environment.get(name)]
    if missing:
        raise StorageError(
            f"object storage needs {' and '.join(missing)}.", where="WORKBENCH_DATA",
            hint="Set them in the environment of app and workers; never in a file of the repository.",
        )  # fmt: skip


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
