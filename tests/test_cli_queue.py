"""The queue on the command line, in this process: people, roles, and whether the history is whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from tests.conftest import copy_home
from tests.hypothesised import hypothesis
from workbench.catalog.hypotheses import insert_hypothesis
from workbench.cli import app
from workbench.errors import InputError
from workbench.lab import Lab
from workbench.settings import Settings


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one hypothesis."""
    place = tmp_path_factory.mktemp("queue") / "home"
    lab = Lab.open(Settings(home=place))
    insert_hypothesis(lab.catalog, hypothesis(number=0))
    lab.close()
    return place


def call(home: Path, *arguments: str):
    """Run a command on a home; errors of ours come out as they are."""
    return CliRunner(env={"WORKBENCH_HOME": str(home), "WORKBENCH_PERSON": "me"}).invoke(app, list(arguments))


def test_the_queue_and_its_people_are_listed_and_roles_given(home: Path) -> None:
    assert "H-1" in call(home, "hypotheses", "list").output
    assert "admin" in call(home, "people", "list").output
    assert call(home, "people", "role", "me", "admin").output == "me is admin now.\n"
    refused = call(home, "people", "role", "me", "reviewer", "--by", "sam")
    assert isinstance(refused.exception, InputError)


def test_a_whole_history_says_where_it_ends_and_a_changed_one_fails(home: Path) -> None:
    whole = call(home, "verify")
    assert whole.exit_code == 0
    assert "All histories are intact." in whole.output
    head = whole.output.split("They end at ")[1].split(" ")[0]
    assert call(home, "hypotheses", "verify", "--since", head).exit_code == 0
    assert call(home, "verify", "--since", f"1:{'0' * 64}").exit_code == 1
    lab = Lab.open(Settings(home=home))
    with lab.catalog.ledger.session() as session:
        session.execute(text("UPDATE hypothesis_event SET note = 'x'"))
    lab.close()
    changed = call(home, "verify")
    assert changed.exit_code == 1
    assert "H-1: event 1: its content was changed" in changed.output


def test_a_token_is_made_listed_without_its_secret_and_revoked(home: Path) -> None:
    made = call(home, "token", "create", "reader-2", "--scopes", "read, results", "--days", "7")
    text = made.stdout.strip()
    assert text.startswith("wb_")
    assert "not shown again" in made.stderr
    listed = call(home, "token", "list").output
    assert "reader-2" in listed
    assert text.split("_")[2] not in listed
    assert call(home, "token", "revoke", "reader-2").output == "reader-2 is revoked.\n"
    assert "revoked" in call(home, "token", "list").output


def test_the_machine_proposes_within_limits(filled_home: Path, tmp_path: Path) -> None:
    home = copy_home(filled_home, tmp_path / "home")
    room = call(home, "hypotheses", "propose", "l1000_orf", "--plates", "1", "--wells", "384", "--look")
    assert room.output.startswith("Room for 93 treatments of 3 replicates on 1 plate of 384 with 28 controls.")
    assert "H-" not in call(home, "hypotheses", "list").output
    made = call(home, "hypotheses", "propose", "l1000_orf", "--k", "3", "--budget", "7", "--acquisition", "greedy")
    assert made.exit_code == 0
    assert "The budget pays for 2." in made.output
    assert "2 of 3 proposed; " in made.output
    assert "over budget: 3 of 1 left, in wells" in made.output
    assert call(home, "hypotheses", "list").output.count("H-") == 2
    prices = tmp_path / "prices.csv"
    prices.write_text("perturbation_id,cost\nnobody,1\n")
    refused = call(home, "hypotheses", "propose", "l1000_orf", "--prices", str(prices))
    assert isinstance(refused.exception, InputError)
    assert "no price" in refused.exception.message
