from __future__ import annotations

from datetime import timedelta

import pytest

from workbench.catalog import tokens
from workbench.catalog.ledger import TokenRow, now
from workbench.catalog.people import ensure_person
from workbench.catalog.store import Catalog
from workbench.errors import ConflictError, InputError, UnknownNameError


@pytest.fixture
def catalog(empty_catalog: Catalog) -> Catalog:
    ensure_person(empty_catalog, "me")
    ensure_person(empty_catalog, "sam")
    return empty_catalog


def test_a_token_is_shown_once_and_kept_as_a_hash(catalog: Catalog) -> None:
    made, text = tokens.create_token(catalog, "reader", "sam", ["read", "results", "read"], 30, "sam")
    secret = text.split("_", 2)[2]
    assert (made.person, made.scopes, made.state) == ("sam", ("read", "results"), "active")
    assert len(secret) == 43
    everything = b"".join(path.read_bytes() for path in catalog.settings.home.rglob("ledger.sqlite*"))
    assert secret.encode() not in everything
    assert tokens.check_token(catalog, text).token_id == made.token_id
    assert tokens.list_tokens(catalog)[0].used_at is not None
    assert secret not in repr(tokens.list_tokens(catalog))


def test_what_is_no_valid_token_is_none(catalog: Catalog) -> None:
    made, text = tokens.create_token(catalog, "reader", "sam", ["read"], 30, "sam")
    other = tokens.create_token(catalog, "other", "sam", ["read"], 30, "sam")[1]
    mixed = f"wb_{made.token_id}_{other.split('_', 2)[2]}"
    for wrong in ("", "wb_", text[:-1], text + "a", text.upper(), mixed, f"wb_{'0' * 12}_{'A' * 43}", "é" * 50):
        assert tokens.check_token(catalog, wrong) is None
    tokens.revoke_token(catalog, "reader", "sam")
    assert tokens.check_token(catalog, text) is None
    with catalog.ledger.session() as session:
        session.get(TokenRow, other.split("_")[1]).expires_at = now() - timedelta(seconds=1)
    assert tokens.check_token(catalog, other) is None
    assert {token.name: token.state for token in tokens.list_tokens(catalog)} == {
        "reader": "revoked",
        "other": "expired",
    }


def test_who_may_make_and_revoke_for_whom(catalog: Catalog) -> None:
    tokens.create_token(catalog, "of me", "me", ["read"], 1, "me")
    tokens.create_token(catalog, "for sam", "sam", ["read"], 1, "me")
    with pytest.raises(InputError, match="sam is no admin and cannot make a token for me"):
        tokens.create_token(catalog, "x", "me", ["approve"], 1, "sam")
    with pytest.raises(InputError, match="cannot revoke a token of me"):
        tokens.revoke_token(catalog, "of me", "sam")
    assert tokens.revoke_token(catalog, "for sam", "sam").state == "revoked"


def test_what_cannot_be_made_is_said(catalog: Catalog) -> None:
    tokens.create_token(catalog, "taken", "me", ["read"], 1, "me")
    for name, person, scopes, days, kind, words in (
        ("x", "me", ["everything"], 1, InputError, "among read, queue, approve, results; got everything"),
        ("x", "me", [], 1, InputError, "got none"), ("x", "me", ["read"], 0, InputError, "lives 1 to"),
        (" ", "me", ["read"], 1, InputError, "name has 1 to 80"), ("a\nb", "me", ["read"], 1, InputError, "can be seen"),
        ("x", "nobody", ["read"], 1, UnknownNameError, "no person 'nobody'"),
        ("taken", "me", ["read"], 1, ConflictError, "called 'taken' already"),
    ):  # fmt: skip
        with pytest.raises(kind, match=words):
            tokens.create_token(catalog, name, person, scopes, days, "me")
    with pytest.raises(UnknownNameError, match="no token 'none'"):
        tokens.revoke_token(catalog, "none", "me")
