"""People on the command line: the first admin, invitations, passwords from standard input, who is out."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from workbench.cli import app
from workbench.errors import InputError
from workbench.lab import Lab
from workbench.settings import Settings

GOOD, OTHER = "four rusty mice sing", "seven cold lamps float"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def call(home: Path, *arguments: str, stdin: str = "") -> Result:
    environment = {"WORKBENCH_HOME": str(home), "WORKBENCH_PERSON": "ada", "WORKBENCH_SIGN_IN": "password"}
    return CliRunner(env=environment).invoke(app, ["people", *arguments], input=stdin)


def test_from_the_first_admin_to_a_person_who_left(home: Path) -> None:
    assert call(home, "list").output.split() == ["person", "role", "account", "seen", "(UTC)"]
    assert (
        call(home, "add", "ada", "--role", "admin", "--password-stdin", stdin=GOOD + "\n").output
        == "ada can sign in.\n"
    )
    invited = call(home, "invite", "sam", "--role", "reviewer")
    code = invited.stdout.strip()
    assert code.startswith("wbi_")
    assert "not shown again" in invited.stderr
    lab = Lab.open(Settings(home=home))
    assert lab.people.accept(code, OTHER)
    assert lab.people.sign_in("sam", OTHER)
    again = call(home, "password", "sam").stdout.strip()
    with pytest.raises(InputError):
        lab.people.sign_in("sam", OTHER)
    assert lab.people.accept(again, OTHER)
    assert "sam has another password" in call(home, "password", "sam", "--password-stdin", stdin=GOOD + "\r\n").output
    assert lab.people.sign_in("sam", GOOD)
    assert call(home, "disable", "sam").output == "sam is disabled.\n"
    assert "disabled" in call(home, "list").output
    assert call(home, "enable", "sam").output == "sam is enabled.\n"
    told = call(home, "history").output
    assert "reviewer" in told
    assert all(word not in told for word in (GOOD, OTHER, code, again))
    assert lab.people.verify() == []
    lab.close()


def test_a_role_that_was_changed_in_the_database_fails_the_verification(home: Path) -> None:
    call(home, "add", "ada", "--role", "admin", "--password-stdin", stdin=GOOD + "\n")
    call(home, "invite", "sam")
    verify = lambda: CliRunner(env={"WORKBENCH_HOME": str(home)}).invoke(app, ["verify"])
    assert verify().exit_code == 0
    lab = Lab.open(Settings(home=home))
    with lab.catalog.ledger.session() as session:
        session.execute(text("UPDATE person SET role = 'admin' WHERE name = 'sam'"))
    lab.close()
    found = verify()
    assert found.exit_code == 1
    assert "access: event 5: sam is admin, the history tells of scientist" in found.output


def test_a_password_can_be_typed_twice_and_who_is_no_admin_is_refused(home: Path) -> None:
    assert call(home, "add", "ada", "--role", "admin", stdin=f"{GOOD}\n{GOOD}\n").exit_code == 0
    for arguments in (
        ("invite", "eve", "--by", "eve"),
        ("disable", "ada", "--by", "eve"),
        ("password", "ada", "--by", "eve"),
    ):
        assert isinstance(call(home, *arguments).exception, InputError)
    weak = call(home, "add", "sam", "--password-stdin", stdin="short\n")
    assert "12 to 200" in str(weak.exception)
    assert "sam" not in call(home, "list").output
