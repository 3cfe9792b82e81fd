import pytest

from workbench.catalog.people import ensure_person, list_people, require_right, set_role
from workbench.catalog.store import Catalog
from workbench.errors import InputError, UnknownNameError


def test_the_first_person_is_admin_the_next_a_scientist(empty_catalog: Catalog) -> None:
    assert ensure_person(empty_catalog, "me") == "admin"
    assert ensure_person(empty_catalog, "sam") == "scientist"
    assert ensure_person(empty_catalog, "rosalind", "reviewer") == "reviewer"
    assert ensure_person(empty_catalog, "me", "scientist") == "admin"  # a role is not changed by asking
    assert list_people(empty_catalog) == [("me", "admin"), ("rosalind", "reviewer"), ("sam", "scientist")]


def test_the_machine_is_never_admin(empty_catalog: Catalog) -> None:
    assert ensure_person(empty_catalog, "machine") == "scientist"


def test_who_may_decide(empty_catalog: Catalog) -> None:
    for name, role in (("me", "admin"), ("sam", "scientist"), ("rosalind", "reviewer")):
        ensure_person(empty_catalog, name, role)
    with empty_catalog.ledger.session() as session:
        for person in ("me", "rosalind"):
            for action in ("approve", "propose", "withdraw", "change", ""):
                require_right(session, person, action, "ada", "H-1")
        require_right(session, "sam", "withdraw", "sam", "H-1")
        require_right(session, "sam", "", "ada", "H-1")  # commenting, laying out
        for person in ("sam", "nobody yet"):
            with pytest.raises(InputError, match=f"{person} is a scientist and cannot approve H-1"):
                require_right(session, person, "approve", person, "H-1")
            with pytest.raises(InputError, match="cannot change H-1 of ada"):
                require_right(session, person, "change", "ada", "H-1")


def test_an_admin_gives_roles_and_one_admin_remains(empty_catalog: Catalog) -> None:
    ensure_person(empty_catalog, "me")
    ensure_person(empty_catalog, "sam")
    ensure_person(empty_catalog, "machine")
    set_role(empty_catalog, "sam", "reviewer", "me")
    assert ("sam", "reviewer") in list_people(empty_catalog)
    with pytest.raises(InputError, match="sam is no admin"):
        set_role(empty_catalog, "sam", "admin", "sam")
    with pytest.raises(InputError, match="only admin"):
        set_role(empty_catalog, "me", "scientist", "me")
    with pytest.raises(InputError, match="never decides"):
        set_role(empty_catalog, "machine", "reviewer", "me")
    with pytest.raises(UnknownNameError, match="'eve'"):
        set_role(empty_catalog, "eve", "reviewer", "me")


def test_the_first_person_is_admin_though_the_machine_came_before(empty_catalog: Catalog) -> None:
    ensure_person(empty_catalog, "machine")
    assert ensure_person(empty_catalog, "me") == "admin"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 81, "\u202eevil"])
def test_a_name_can_be_seen(empty_catalog: Catalog, name: str) -> None:
    with pytest.raises(InputError, match="name has 1 to 80"):
        ensure_person(empty_catalog, name)


def test_an_unknown_role_is_named(empty_catalog: Catalog) -> None:
    with pytest.raises(InputError, match="'king'"):
        ensure_person(empty_catalog, "sam", "king")
