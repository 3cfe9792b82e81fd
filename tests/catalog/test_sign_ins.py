"""Sign-ins: opened by a right password, held in the ledger, ended by time, sign-out and an admin."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from workbench.catalog import accounts, passwords, sign_ins
from workbench.catalog.account_tables import AccountRow, SignInRow
from workbench.catalog.store import Catalog
from workbench.errors import InputError

GOOD = "four rusty mice sing"


@pytest.fixture
def catalog(empty_catalog: Catalog) -> Catalog:
    accounts.set_password(empty_catalog, "ada", GOOD, "admin", "me")
    return empty_catalog


def older(catalog: Catalog, name: str, **by: float) -> None:
    with catalog.ledger.session() as session:
        row = session.get(SignInRow, name)
        for column in ("created_at", "used_at", "expires_at"):
            setattr(row, column, getattr(row, column) - timedelta(**by))


def test_only_the_hash_of_the_secret_is_kept(catalog: Catalog) -> None:
    secret = sign_ins.sign_in(catalog, " ada ", GOOD)
    assert len(secret) == 43
    everything = b"".join(path.read_bytes() for path in catalog.settings.home.rglob("ledger.sqlite*"))
    assert secret.encode() not in everything
    name = sign_ins.sign_in_id(secret)
    assert sign_ins.signed_in(catalog, name) == "ada"
    for wrong in (secret, "", name[:-1], name.upper(), sign_ins.sign_in_id("")):
        assert sign_ins.signed_in(catalog, wrong) is None


def test_wrong_unknown_and_without_password_are_refused_in_the_same_words(catalog: Catalog) -> None:
    accounts.invite(catalog, "sam", None, "ada")
    said = set()
    for name, password in (("ada", "wrong"), ("ada", ""), ("nobody", GOOD), ("sam", ""), ("", ""), ("x" * 500, GOOD)):
        with pytest.raises(InputError) as refused:
            sign_ins.sign_in(catalog, name, password)
        said.add(str(refused.value))
    assert said == {"the name or the password is not right. Check both."}


def test_an_unknown_name_costs_a_hash_too(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    looked, right = [], passwords.is_right
    monkeypatch.setattr(sign_ins, "is_right", lambda kept, password: looked.append(kept) or right(kept, password))
    for name in ("ada", "nobody"):
        with pytest.raises(InputError):
            sign_ins.sign_in(catalog, name, "wrong")
    assert len(looked) == 2
    assert passwords._nobody().split("$")[1:4] == looked[0].split("$")[1:4]


def test_the_sixth_wrong_try_is_refused_even_with_the_right_password(catalog: Catalog) -> None:
    for _ in range(5):
        with pytest.raises(InputError, match="not right"):
            sign_ins.sign_in(catalog, "ada", "guess", "10.0.0.1")
    with pytest.raises(InputError, match="too many tries"):
        sign_ins.sign_in(catalog, "ada", GOOD, "10.0.0.2")


def test_a_sign_in_ends_unused_after_hours_and_used_after_days(catalog: Catalog) -> None:
    name = sign_ins.sign_in_id(sign_ins.sign_in(catalog, "ada", GOOD))
    older(catalog, name, hours=11)
    assert sign_ins.signed_in(catalog, name) == "ada"
    older(catalog, name, hours=11)
    assert sign_ins.signed_in(catalog, name, touch=False) == "ada"
    older(catalog, name, hours=2)
    assert sign_ins.signed_in(catalog, name) is None
    name = sign_ins.sign_in_id(sign_ins.sign_in(catalog, "ada", GOOD))
    for _ in range(15):
        older(catalog, name, hours=11)
        assert sign_ins.signed_in(catalog, name) == "ada"
    older(catalog, name, hours=11)
    assert sign_ins.signed_in(catalog, name) is None


def test_a_sign_out_ends_one_sign_in_and_old_rows_go(catalog: Catalog) -> None:
    here, there = (sign_ins.sign_in_id(sign_ins.sign_in(catalog, "ada", GOOD)) for _ in range(2))
    sign_ins.sign_out(catalog, here)
    sign_ins.sign_out(catalog, here)
    sign_ins.sign_out(catalog, "unknown")
    assert sign_ins.signed_in(catalog, here) is None
    assert sign_ins.signed_in(catalog, there) == "ada"
    older(catalog, here, days=40)
    sign_ins.sign_in(catalog, "ada", GOOD)
    with catalog.ledger.session() as session:
        assert session.get(SignInRow, here) is None


def test_a_hash_of_older_parameters_is_renewed_at_the_next_sign_in(catalog: Catalog) -> None:
    with catalog.ledger.session() as session:
        weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
        session.get(AccountRow, "ada").password_hash = weak.hash(GOOD)
    assert sign_ins.sign_in(catalog, "ada", GOOD)
    with catalog.ledger.session() as session:
        assert not passwords.is_outdated(session.get(AccountRow, "ada").password_hash)
    assert sign_ins.sign_in(catalog, "ada", GOOD)


def test_an_invitation_signs_in_who_is_not_disabled(catalog: Catalog) -> None:
    assert sign_ins.signed_in(catalog, sign_ins.sign_in_id(sign_ins.open_sign_in(catalog, "ada"))) == "ada"
    with pytest.raises(InputError, match="nobody cannot sign in"):
        sign_ins.open_sign_in(catalog, "nobody")
