"""Passwords: which may be chosen, how they are kept (argon2id), and whether one is right."""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workbench.errors import InputError

MIN_LENGTH, MAX_LENGTH = 12, 200
MIN_DIFFERENT = 5
_HASHER = PasswordHasher()  # RFC 9106 for little memory: 64 MiB, three passes


def require_good(password: str, person: str) -> None:
    """Raise InputError unless the password is one that may be chosen: long, not one letter again and again, no name."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InputError(
            f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters, this one {len(password)}.",
            hint="Four or five words that do not belong together are easy to keep in mind.",
        )
    if len(set(password)) < MIN_DIFFERENT or person.casefold() in (password.casefold(), password.casefold()[::-1]):
        raise InputError("this password is too easy to guess.", hint="Take other words.")


def hash_password(password: str) -> str:
    """What is kept of a password: argon2id with its salt and parameters."""
    return _HASHER.hash(_normal(password))


def is_right(kept: str, password: str) -> bool:
    """Whether it is the password of this hash; an empty hash (nobody, no password) takes as long and is never right."""
    try:
        return _HASHER.verify(kept or _nobody(), _normal(password)) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than those of today."""
    return _HASHER.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")


def _normal(password: str) -> str:
    """One spelling for what looks the same, whatever keyboard it was typed on; of too long a text only what counts."""
    return unicodedata.normalize("NFKC", password[: MAX_LENGTH + 1])
