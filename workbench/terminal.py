"""What commands write to a terminal: a table, and a refusal in words."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer


def fail(message: str, hint: str) -> None:
    """Say what went wrong and what to do, and end with exit code 1."""
    typer.echo(f"workbench: {message}" + (f"\n  {hint}" if hint else ""), err=True)
    sys.exit(1)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Rows of text under a head; as wide as the terminal, or 160 columns where there is none."""
    from rich.console import Console
    from rich.table import Table

    made = Table(*head, box=None, pad_edge=False)
    for row in rows:
        made.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 160).print(made)
