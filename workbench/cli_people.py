"""The command line of people: `workbench people list|role|add|invite|password|disable|enable|history`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.terminal import table

if TYPE_CHECKING:
    from workbench.lab import Lab

people = typer.Typer(no_args_is_help=True, help="People: list, role, add, invite, password, disable, enable, history.")
By = Annotated[str, typer.Option(help="The admin who does it (default: WORKBENCH_PERSON).")]
Role = Annotated[str | None, typer.Option(help="scientist, reviewer or admin (default of a new name: scientist).")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@people.command("list")
def list_people() -> None:
    """People with their roles, whether they can sign in, and when they last did something."""
    rows = [
        (item.person, item.role, item.state, f"{item.used_at:%Y-%m-%d %H:%M}" if item.used_at else "never")
        for item in _lab().people.list()
    ]
    table(("person", "role", "account", "seen (UTC)"), rows)


@people.command("role")
def set_role(
    name: str, role: Annotated[str, typer.Argument(help="scientist, reviewer or admin.")], by: By = ""
) -> None:
    """Give a person another role."""
    _lab().hypotheses.set_role(name, role, by or None)
    typer.echo(f"{name} is {role} now.")


@people.command("add")
def add(name: str, role: Role = None, password_stdin: FromStdin = False, by: By = "") -> None:
    """Add a person with a password that is asked for here; the first admin of all is made this way."""
    _lab().people.set_password(name, _password(password_stdin), role, by or None)
    typer.echo(f"{name} can sign in.")


@people.command("invite")
def invite(
    name: str, role: Role = None, days: Annotated[int, typer.Option(help="How long the code holds.")] = 7, by: By = ""
) -> None:
    """Make a code with which a person chooses a password, and show it, this once."""
    typer.echo(_lab().people.invite(name, role, days, by or None))
    _told(name)


@people.command("password")
def reset_password(name: str, password_stdin: FromStdin = False, by: By = "") -> None:
    """Take a person's password and sign-ins away and make a code for a new one; or give them the one from standard input."""
    lab = _lab()
    if password_stdin:
        lab.people.set_password(name, _password(True), None, by or None)
        typer.echo(f"{name} has another password and is signed out everywhere.")
        return
    typer.echo(lab.people.reset(name, by or None))
    _told(name)


@people.command("disable")
def disable(name: str, by: By = "") -> None:
    """End a person's access at once: sign-ins, invitations and tokens."""
    _lab().people.disable(name, by or None)
    typer.echo(f"{name} is disabled.")


@people.command("enable")
def enable(name: str, by: By = "") -> None:
    """Give a person's access back, with the password they had."""
    _lab().people.enable(name, by or None)
    typer.echo(f"{name} is enabled.")


@people.command("history")
def history(limit: Annotated[int, typer.Option(help="How many, newest first.")] = 50) -> None:
    """Who was added, given a role, invited, disabled, locked out or given a token, and by whom."""
    rows = [
        (str(event.position), f"{event.at:%Y-%m-%d %H:%M}", event.person, event.kind, event.subject,
         ", ".join(f"{name} {value}" for name, value in event.facts.items()))
        for event in _lab().people.history(limit)
    ]  # fmt: skip
    table(("event", "when (UTC)", "by", "what", "whose", "facts"), rows)


def _told(name: str) -> None:
    typer.echo(f"{name} chooses a password with it on the page /invite. It is not shown again.", err=True)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _lab() -> Lab:
    from workbench.lab import Lab

    return Lab.open()
