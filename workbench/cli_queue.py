"""The command line of the queue: `workbench hypotheses|token|verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.nouns.limits import VOLUME_NL
from workbench.terminal import table

if TYPE_CHECKING:
    from workbench.lab import Lab

hypotheses = typer.Typer(no_args_is_help=True, help="The queue: list, propose, verify.")
tokens = typer.Typer(no_args_is_help=True, help="Tokens of instruments and scripts: create, list, revoke.")


@hypotheses.command("list")
def list_hypotheses(state: Annotated[str | None, typer.Argument()] = None) -> None:
    """Hypotheses with their state."""
    rows = [(h.handle, h.state, h.author, h.statement) for h in _lab().hypotheses.list(state=state)]
    table(("id", "state", "author", "statement"), rows)


@hypotheses.command("propose")
def propose(
    task: Annotated[str, typer.Argument(help="The virtual cell to ask, e.g. l1000_orf.")],
    k: Annotated[int, typer.Option("--k", help="How many to propose, at most.")] = 4,
    acquisition: Annotated[str, typer.Option(help="How to choose, e.g. greedy, diverse, value_per_cost.")] = "diverse",
    plates: Annotated[int | None, typer.Option(help="Plates there are; without it, as many as it takes.")] = None,
    wells: Annotated[int, typer.Option(help="Wells of a plate: 96, 384 or 1536.")] = 96,
    replicates: Annotated[int, typer.Option(help="Replicates of each.")] = 3,
    budget: Annotated[float | None, typer.Option(help="What they may cost together: wells, or the unit of the prices.")] = None,
    prices: Annotated[Path | None, typer.Option(help="A table with perturbation_id and cost: the price of testing each.")] = None,
    volume_nl: Annotated[float, typer.Option(help="Stock that goes into a well.")] = VOLUME_NL,
    ignore_stock: Annotated[bool, typer.Option("--ignore-stock", help="Propose what the stock does not hold, too.")] = False,
    look: Annotated[bool, typer.Option("--look", help="Say how much fits; propose nothing.")] = False,
) -> None:  # fmt: skip
    """Let the machine propose within plates, budget and stock; what was left out is said with the reason."""
    lab = _lab().hypotheses
    limits = lab.limits(wells, plates, replicates, budget, prices, None if ignore_stock else volume_nl)
    typer.echo(lab.room(task, limits).words)
    if look:
        return
    made = lab.suggest(task, k, acquisition, limits=limits)
    rows = [(h.handle, f"{h.score:.3g}", f"{h.cost:g}", h.statement, h.reason) for h in made]
    table(("id", "score", "wells", "statement", "reason"), rows)
    typer.echo(made.words)


@hypotheses.command("verify")
def verify(
    since: Annotated[str, typer.Option(help="An end of the history that was noted earlier, e.g. 41:ab12…")] = "",
) -> None:
    """Check the chains of the history and of people's access, and the attached files; names the first event changed."""
    lab = _lab()
    problems = lab.hypotheses.verify(since) + lab.people.verify()
    for problem in problems:
        typer.echo(f"{problem['handle']}: event {problem['sequence']}: {problem['problem']}")
    if problems:
        typer.echo("The history was changed." if len(problems) == 1 else f"{len(problems)} histories were changed.")
        raise typer.Exit(1)
    typer.echo("All histories are intact.")
    typer.echo(f"They end at {lab.hypotheses.head()} (note it elsewhere; check later with --since).")


@tokens.command("create")
def create_token(
    name: Annotated[str, typer.Argument(help="What it is for, e.g. plate-reader-2.")],
    scopes: Annotated[str, typer.Option(help="Of read, queue, approve, results; by comma.")] = "read",
    days: Annotated[int, typer.Option(help="How long it lives.")] = 90,
    person: Annotated[str, typer.Option(help="As whom it acts (default: WORKBENCH_PERSON).")] = "",
) -> None:
    """Make a token and show it, this once."""
    asked = [scope.strip() for scope in scopes.split(",") if scope.strip()]
    token, text = _lab().tokens.create(name, asked, days, person or None)
    typer.echo(text)
    words = f"{token.name} acts as {token.person} ({', '.join(token.scopes)}) until {token.expires_at:%Y-%m-%d}."
    typer.echo(f"{words} Keep it now: it is not shown again.", err=True)


@tokens.command("list")
def list_tokens() -> None:
    """Tokens, without their secrets."""
    rows = [
        (t.name, t.person, ", ".join(t.scopes), t.state, f"{t.expires_at:%Y-%m-%d}",
         f"{t.used_at:%Y-%m-%d %H:%M}" if t.used_at else "never")
        for t in _lab().tokens.list()
    ]  # fmt: skip
    table(("token", "acts as", "scopes", "state", "expires", "used"), rows)


@tokens.command("revoke")
def revoke_token(name: str) -> None:
    """End a token at once."""
    typer.echo(f"{_lab().tokens.revoke(name).name} is revoked.")


def _lab() -> Lab:
    from workbench.lab import Lab

    return Lab.open()
