"""The one error family. Each error says what is wrong, where, and what to do next."""

from __future__ import annotations


class WorkbenchError(Exception):
    """Base of all our errors: a message in words, where it happened, and the next step."""

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        self.message = message
        self.where = where
        self.hint = hint
        super().__init__(" ".join(part for part in (message, where and f"({where})", hint) if part))

    def to_json(self) -> dict[str, str]:
        """The one JSON shape of an error, for pages, jobs and the command line."""
        return {"error": type(self).__name__, "message": self.message, "where": self.where, "hint": self.hint}


class InputError(WorkbenchError):
    """A value, file or request of the user is not usable; names row, column and value.

    `forbidden`: it could be used, but not in the role of this person.
    """

    def __init__(self, message: str, *, where: str = "", hint: str = "", forbidden: bool = False) -> None:
        super().__init__(message, where=where, hint=hint)
        self.forbidden = forbidden


class UnknownNameError(WorkbenchError):
    """A name is not known; offers the nearest known ones."""


class DataQualityError(WorkbenchError):
    """The data do not support what was asked, e.g. replicates that do not agree."""


class ConflictError(WorkbenchError):
    """Somebody else changed the thing first; says who and when."""


class StorageError(WorkbenchError):
    """The catalog cannot be read or written: lock, disk, version or checksum."""


class JobError(WorkbenchError):
    """A job failed or was cancelled; carries the reason of the failing step."""


class MissingPackageError(WorkbenchError):
    """An optional package is needed; names the extra that brings it."""
