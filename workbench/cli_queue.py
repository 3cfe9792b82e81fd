"""The command line of the queue: `workbench hypotheses|people|verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from workbench.terminal import table

if TYPE_CHECKING:
    from workbench.lab import Lab

hypotheses = typer.Typer(no_args_is_help=True, help="The queue: list, verify.")
people = typer.Typer(no_args_is_help=True, help="People: list, role.")


@hypotheses.command("list")
def list_hypotheses(state: Annotated[str | None, typer.Argument()] = None) -> None:
    """Hypotheses with their state."""
    rows = [(h.handle, h.state, h.author, h.statement) for h in _lab().hypotheses.list(state=state)]
    table(("id", "state", "author", "statement"), rows)


@hypotheses.command("verify")
def verify(
    since: Annotated[str, typer.Option(help="An end of the history that was noted earlier, e.g. 41:ab12…")] = "",
) -> None:
    """Check the hash chains of the history and the attached files; names the first event that was changed."""
    lab = _lab()
    problems = lab.hypotheses.verify(since)
    for problem in problems:
        typer.echo(f"{problem['handle']}: event {problem['sequence']}: {problem['problem']}")
    if problems:
        typer.echo("The history was changed." if len(problems) == 1 else f"{len(problems)} histories were changed.")
        raise typer.Exit(1)
    typer.echo("All histories are intact.")
    typer.echo(f"They end at {lab.hypotheses.head()} (note it elsewhere; check later with --since).")


@people.command("list")
def list_people() -> None:
    """People with their roles."""
    table(("person", "role"), _lab().hypotheses.people())


@people.command("role")
def set_role(
    name: str,
    role: Annotated[str, typer.Argument(help="scientist, reviewer or admin.")],
    by: Annotated[str, typer.Option(help="The admin who does it (default: WORKBENCH_PERSON).")] = "",
) -> None:
    """Give a person another role."""
    _lab().hypotheses.set_role(name, role, by or None)
    typer.echo(f"{name} is {role} now.")


def _lab() -> Lab:
    from workbench.lab import Lab

    return Lab.open()
