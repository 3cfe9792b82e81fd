"""`workbench experiments`: list, show, export for the bench, stock, check and import results; heavy imports come late."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.terminal import fail, table

if TYPE_CHECKING:
    from workbench.lab import Lab

experiments = typer.Typer(no_args_is_help=True, help="Batches of plates: list, export, stock, check, import.")


@experiments.command("list")
def list_experiments() -> None:
    """Batches, newest first."""
    rows = [
        (e.handle, e.state, e.lab, str(len(e.plates)), str(e.design.n_wells), e.title)
        for e in _lab().experiments.list()
    ]
    table(("id", "state", "lab", "plates", "wells", "title"), rows)


@experiments.command("export")
def export_experiment(
    name: Annotated[str, typer.Argument(help="A batch, e.g. E-3.")],
    form: Annotated[str, typer.Argument(help="csv, pdf, echo, opentrons or hamilton.")] = "csv",
    volume_nl: Annotated[float | None, typer.Option(help="Volume into wells without a dose.")] = None,
    well_volume_ul: Annotated[float | None, typer.Option(help="Volume of a well, for doses.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File to write (default: named after the batch).")] = None,
) -> None:
    """Write plate maps or a list for a liquid handler."""
    made = _lab().experiments.export(name, form, volume_nl, well_volume_ul)
    place = out or Path(made.file_name)
    try:
        place.write_bytes(made.content)
    except OSError as error:
        fail(f"{place} cannot be written: {error.strerror}.", "Name another file with --out.")
    for note in made.notes:
        typer.echo(f"! {note}")
    typer.echo(f"Written to {place}.")


@experiments.command("stock")
def stock(
    file: Annotated[
        Path | None, typer.Argument(help="A table of source wells to bring; without it, what there is.")
    ] = None,
) -> None:
    """List the source wells, or bring those of a file."""
    lab = _lab()
    if file is not None:
        typer.echo(f"{lab.experiments.import_stock(_there(file))} source wells are known.")
        return
    rows = lab.experiments.stock()
    table(tuple(rows.columns), [tuple(str(value) for value in row) for row in rows.itertuples(index=False)])


def _there(path: Path) -> Path:
    if not path.is_file():
        fail(f"there is no file {str(path)!r}.", "Check the path.")
    return path


def _lab() -> Lab:
    from workbench.lab import Lab

    return Lab.open()
