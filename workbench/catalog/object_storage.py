"""A team's object storage (S3 or alike): the lake's Parquet files through DuckDB, weights and people's files through fsspec.

On one machine everything lies in the home and nothing here does anything. Keys and endpoint come from the usual variables:
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from workbench.errors import MissingPackageError, StorageError

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
    try:
        if not storage.exists(address):
            storage.put_file(str(path), address)
    except OSError as error:
        raise StorageError(
            f"{path.name} could not be stored: {error}", where=address, hint="Nothing was lost; try again."
        ) from error


def bring(settings: Settings, path: Path) -> None:
    """Fetch into the home what another host has stored; nothing where it is here already or nowhere."""
    if path.exists() or not is_shared(settings):
        return
    address, storage = _address(settings, path), _storage()
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        if storage.exists(address):
            path.parent.mkdir(parents=True, exist_ok=True)
            storage.get_file(address, str(partial))
            partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise StorageError(f"{path.name} could not be fetched: {error}", where=address) from error


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
