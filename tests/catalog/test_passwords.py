"""Passwords are kept as argon2id hashes; what is easy to guess cannot be chosen."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from workbench.catalog.passwords import hash_password, is_outdated, is_right, require_good
from workbench.errors import InputError


def test_a_password_is_kept_as_an_argon2id_hash_with_a_salt_of_its_own() -> None:
    one, other = hash_password("four rusty mice sing"), hash_password("four rusty mice sing")
    assert one.startswith("$argon2id$")
    assert one != other
    assert is_right(one, "four rusty mice sing")
    assert not is_right(one, "four rusty mice sin")
    assert not is_outdated(one)
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("x"))


def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    assert is_right(hash_password("na\u00efve zebra tools"), "nai\u0308ve zebra tools")


@pytest.mark.parametrize("kept", ["", "no hash at all", "$argon2id$v=19$m=65536"])
def test_without_a_hash_nothing_is_right(kept: str) -> None:
    for password in ("", "nobody has this password", kept):
        assert not is_right(kept, password)


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "aaaaaaaaaaaaaaaa", "abababababababab", "y" * 201,
                                      "rosalind franklin", "Rosalind Franklin", "nilknarf dnilasor"])  # fmt: skip
def test_what_is_easy_to_guess_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(InputError) as refused:
        require_good(password, "rosalind franklin")
    assert not password or password not in str(refused.value)


def test_a_long_one_is_taken() -> None:
    require_good("four rusty mice sing", "rosalind")
