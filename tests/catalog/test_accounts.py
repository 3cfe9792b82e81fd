"""Accounts: an admin invites, the person chooses; codes hold once, passwords can be changed, reset and taken away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from workbench.catalog import access_history, accounts, sign_ins, tokens
from workbench.catalog.account_tables import AccountRow, InvitationRow
from workbench.catalog.ledger import now
from workbench.catalog.people import ensure_person, list_people
from workbench.catalog.store import Catalog
from workbench.errors import InputError, UnknownNameError

GOOD, OTHER = "four rusty mice sing", "seven cold lamps float"


@pytest.fixture
def catalog(empty_catalog: Catalog) -> Catalog:
    """An admin with a password."""
    accounts.set_password(empty_catalog, "ada", GOOD, "admin", "me")
    return empty_catalog


def states(catalog: Catalog) -> dict[str, tuple[str, str]]:
    return {item.person: (item.role, item.state) for item in accounts.list_accounts(catalog)}


def test_the_first_admin_is_made_on_the_shell_and_from_then_on_an_admin_decides(empty_catalog: Catalog) -> None:
    assert not accounts.anybody_can_sign_in(empty_catalog)
    accounts.set_password(empty_catalog, "ada", GOOD, "admin", "me")
    assert accounts.anybody_can_sign_in(empty_catalog)
    assert states(empty_catalog) == {"ada": ("admin", "active")}
    for attempt in (
        lambda: accounts.set_password(empty_catalog, "eve", GOOD, "admin", "me"),
        lambda: accounts.invite(empty_catalog, "eve", "admin", "eve"),
        lambda: accounts.reset(empty_catalog, "ada", "eve"), lambda: accounts.disable(empty_catalog, "ada", "eve"),
    ):  # fmt: skip
        with pytest.raises(InputError, match="is no admin and cannot"):
            attempt()
    assert states(empty_catalog) == {"ada": ("admin", "active")}


def test_an_invitation_is_used_once_and_kept_as_a_hash(catalog: Catalog) -> None:
    code = accounts.invite(catalog, "rosalind", "reviewer", "ada")
    assert states(catalog)["rosalind"] == ("reviewer", "invited")
    everything = b"".join(path.read_bytes() for path in catalog.settings.home.rglob("ledger.sqlite*"))
    assert code.encode() not in everything
    with pytest.raises(InputError, match="12 to 200 characters"):
        accounts.accept(catalog, code, "short")
    assert accounts.accept(catalog, f" {code}\n", OTHER) == "rosalind"
    assert states(catalog)["rosalind"] == ("reviewer", "active")
    with pytest.raises(InputError, match="is not known, was used, or has run out"):
        accounts.accept(catalog, code, GOOD)
    assert sign_ins.sign_in(catalog, "rosalind", OTHER)


def test_a_code_that_does_not_hold_is_refused_in_the_same_words(catalog: Catalog) -> None:
    first = accounts.invite(catalog, "sam", None, "ada")
    second = accounts.invite(catalog, "sam", None, "ada")
    late = accounts.invite(catalog, "tom", None, "ada")
    with catalog.ledger.session() as session:
        for row in session.query(InvitationRow).filter_by(person="tom"):
            row.expires_at = now() - timedelta(seconds=1)
    for code in (first, late, "", "wbi_", second[:-1], second + "a", second.upper(), "é" * 99):
        with pytest.raises(InputError, match="is not known, was used, or has run out"):
            accounts.accept(catalog, code, GOOD)
    accounts.disable(catalog, "sam", "ada")
    with pytest.raises(InputError, match="is not known, was used, or has run out"):
        accounts.accept(catalog, second, GOOD)


def test_changing_a_password_ends_the_other_sign_ins_and_needs_the_present_one(catalog: Catalog) -> None:
    here, there = (sign_ins.sign_in_id(sign_ins.sign_in(catalog, "ada", GOOD)) for _ in range(2))
    for present, new, words in (
        ("wrong", OTHER, "present password is not right"), (GOOD, "short", "12 to 200"), (GOOD, GOOD, "is the present one"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=words):
            accounts.change_password(catalog, "ada", present, new, here)
    assert sign_ins.signed_in(catalog, there) == "ada"
    accounts.change_password(catalog, "ada", GOOD, OTHER, here)
    assert sign_ins.signed_in(catalog, here) == "ada"
    assert sign_ins.signed_in(catalog, there) is None
    with pytest.raises(InputError):
        sign_ins.sign_in(catalog, "ada", GOOD)


def test_guessing_the_present_password_is_limited(catalog: Catalog) -> None:
    for _ in range(5):
        with pytest.raises(InputError, match="not right"):
            accounts.change_password(catalog, "ada", "guess", OTHER)
    with pytest.raises(InputError, match="too many tries"):
        accounts.change_password(catalog, "ada", GOOD, OTHER)


def test_a_signature_needs_the_password_and_is_told_without_it(catalog: Catalog) -> None:
    accounts.confirm(catalog, "ada", GOOD, "approve H-1, H-2")
    for name, password in (("ada", "wrong"), ("ada", ""), ("nobody", GOOD)):
        with pytest.raises(InputError, match="the password is not right"):
            accounts.confirm(catalog, name, password, "approve H-3")
    told = [(e.person, e.facts) for e in access_history.list_access(catalog) if e.kind == "signed"]
    assert told == [("ada", {"what": "approve H-1, H-2"})]
    accounts.set_password(catalog, "sam", OTHER, "reviewer", "ada")
    accounts.disable(catalog, "sam", "ada")
    with pytest.raises(InputError, match="the password is not right"):
        accounts.confirm(catalog, "sam", OTHER, "approve H-3")
    assert access_history.verify_access(catalog) == []


def test_a_reset_takes_password_and_sign_ins_away(catalog: Catalog) -> None:
    accounts.set_password(catalog, "sam", OTHER, None, "ada")
    open_ = sign_ins.sign_in_id(sign_ins.sign_in(catalog, "sam", OTHER))
    code = accounts.reset(catalog, "sam", "ada")
    assert sign_ins.signed_in(catalog, open_) is None
    with pytest.raises(InputError):
        sign_ins.sign_in(catalog, "sam", OTHER)
    assert accounts.accept(catalog, code, GOOD) == "sam"
    with pytest.raises(UnknownNameError, match="has no account"):
        accounts.reset(catalog, "nobody", "ada")


def test_a_disabled_person_is_out_at_once_tokens_included(catalog: Catalog) -> None:
    accounts.set_password(catalog, "sam", OTHER, "reviewer", "ada")
    open_ = sign_ins.sign_in_id(sign_ins.sign_in(catalog, "sam", OTHER))
    token = tokens.create_token(catalog, "reader", "sam", ["read"], 1, "sam")[1]
    accounts.disable(catalog, "sam", "ada")
    assert sign_ins.signed_in(catalog, open_) is None
    assert tokens.check_token(catalog, token) is None
    with pytest.raises(InputError, match="the name or the password is not right"):
        sign_ins.sign_in(catalog, "sam", OTHER)
    with pytest.raises(InputError, match="sam is disabled"):
        accounts.invite(catalog, "sam", None, "ada")
    accounts.enable(catalog, "sam", "ada")
    assert sign_ins.signed_in(catalog, open_) is None
    assert sign_ins.sign_in(catalog, "sam", OTHER)
    assert tokens.check_token(catalog, token) is not None


def test_the_last_admin_cannot_be_disabled_and_the_machine_never_signs_in(catalog: Catalog) -> None:
    with pytest.raises(InputError, match="ada is the only admin"):
        accounts.disable(catalog, "ada", "ada")
    with pytest.raises(InputError, match="ada is the only admin"):
        accounts.invite(catalog, "ada", "scientist", "ada")
    with pytest.raises(InputError, match="never signs in"):
        accounts.invite(catalog, "machine", None, "ada")
    with pytest.raises(InputError, match="a role is one of"):
        accounts.invite(catalog, "eve", "king", "ada")
    with pytest.raises(InputError, match="lives 1 to 30 days"):
        accounts.invite(catalog, "eve", None, "ada", days=31)
    assert set(states(catalog)) == {"ada"}


def test_people_from_before_accounts_keep_their_role(catalog: Catalog) -> None:
    ensure_person(catalog, "sam", "reviewer")
    assert states(catalog)["sam"] == ("reviewer", "no account")
    accounts.invite(catalog, "sam", None, "ada")
    assert dict(list_people(catalog))["sam"] == "reviewer"


def test_no_password_or_code_is_in_the_history_or_the_ledger(catalog: Catalog) -> None:
    code = accounts.invite(catalog, "sam", "reviewer", "ada")
    accounts.accept(catalog, code, OTHER)
    with catalog.ledger.session() as session:
        kept = session.get(AccountRow, "sam").password_hash
    told = repr(access_history.list_access(catalog)) + repr(accounts.list_accounts(catalog))
    everything = b"".join(path.read_bytes() for path in catalog.settings.home.rglob("ledger.sqlite*"))
    for secret in (code, OTHER, GOOD):
        assert secret not in told
        assert secret.encode() not in everything
    assert kept not in told
    assert [event.kind for event in access_history.list_access(catalog)][:3] == ["password", "invited", "added"]
