import pytest

from workbench.catalog.people import ensure_person, list_people, require_author_or_reviewer, require_reviewer
from workbench.catalog.store import Catalog
from workbench.errors import InputError


def test_the_first_person_is_admin_the_next_a_scientist(empty_catalog: Catalog) -> None:
    assert ensure_person(empty_catalog, "me") == "admin"
    assert ensure_person(empty_catalog, "sam") == "scientist"
    assert ensure_person(empty_catalog, "rosalind", "reviewer") == "reviewer"
    assert ensure_person(empty_catalog, "me", "scientist") == "admin"  # a role is not changed by asking
    assert list_people(empty_catalog) == [("me", "admin"), ("rosalind", "reviewer"), ("sam", "scientist")]


def test_the_machine_is_never_admin(empty_catalog: Catalog) -> None:
    assert ensure_person(empty_catalog, "machine") == "scientist"


def test_who_may_decide(empty_catalog: Catalog) -> None:
    ensure_person(empty_catalog, "me")
    require_reviewer(empty_catalog, "me", "approve")
    require_author_or_reviewer(empty_catalog, "sam", "sam", "withdraw H-1")
    with pytest.raises(InputError, match="sam is a scientist and cannot approve"):
        require_reviewer(empty_catalog, "sam", "approve")
    with pytest.raises(InputError, match="cannot withdraw H-1 of ada"):
        require_author_or_reviewer(empty_catalog, "sam", "ada", "withdraw H-1")


def test_an_unknown_role_is_named(empty_catalog: Catalog) -> None:
    with pytest.raises(InputError, match="'king'"):
        ensure_person(empty_catalog, "sam", "king")
