"""The open catalog: one lake, one ledger, one set of settings; what every room is handed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError
from ulid import ULID

from workbench.catalog.lake import Lake
from workbench.catalog.ledger import Ledger, now
from workbench.errors import StorageError

if TYPE_CHECKING:
    from workbench.settings import Settings

DATABASE_ERRORS = (OSError, SQLAlchemyError)  # what a ledger or queue database raises when it cannot be opened


class Catalog:
    """Lake and ledger of one home; open it once per process (`Catalog.open`) and pass it on."""

    def __init__(self, settings: Settings, lake: Lake, ledger: Ledger) -> None:
        self.settings = settings
        self.lake = lake
        self.ledger = ledger

    @classmethod
    def open(cls, settings: Settings) -> Catalog:
        """Open, creating what is missing. Raises StorageError when the home cannot be written."""
        try:
            for folder in (settings.home, settings.weights, settings.cache):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"cannot make the folder {settings.home}: {error.strerror}.",
                hint="Set WORKBENCH_HOME to a folder you can write to.",
            ) from error
        ledger = Ledger(settings)  # first: the lake attaches it
        return cls(settings, Lake(settings), ledger)

    def close(self) -> None:
        """Close both stores."""
        self.lake.close()
        self.ledger.close()


def new_id() -> str:
    """A new ULID as text: sortable by time, unique between processes."""
    return str(ULID())


def utc_now() -> datetime:
    """The present moment in UTC."""
    return now()
