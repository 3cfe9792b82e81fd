"""`workbench experiments`: list, show, export for the bench, stock, check and import results; heavy imports come late."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.terminal import fail, table

if TYPE_CHECKING:
    from workbench.lab import Lab

SHOWN = 20
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


@experiments.command("check")
def check_results(
    file: Annotated[Path, typer.Argument(help="CSV, Excel, AnnData, Parquet or a plate reader's grids.")],
    name: Annotated[str, typer.Argument(help="The batch it answers, e.g. E-3.")],
    answer: Annotated[list[str] | None, typer.Option(help="An answer to a question, KEY=ANSWER.")] = None,
) -> None:
    """Say what was understood of a result file; writes nothing."""
    plan = _lab().experiments.check_results(_there(file), name, _answers(answer))
    for line in plan.lines():
        typer.echo(line)
    table(("row", "column", "value", "what does not fit"), [
        (str(row["row"] or "–"), row["column"], row["value"], row["problem"]) for row in plan.mismatches[:SHOWN]
    ])  # fmt: skip
    if len(plan.mismatches) > SHOWN:
        typer.echo(f"and {len(plan.mismatches) - SHOWN:,} more")
    if not plan.quality:
        return
    typer.echo(plan.quality["words"])
    table(("plate", "verdict", "wells", "controls", "why"), [
        (plate, row["verdict"], str(row["n_treatments"] + row["n_positive"]), str(row["n_controls"]), "; ".join(row["reasons"]))
        for plate, row in plan.quality["plates"].items()
    ])  # fmt: skip


@experiments.command("import")
def import_results(
    file: Annotated[Path, typer.Argument(help="The result file.")],
    name: Annotated[str, typer.Argument(help="The batch it answers, e.g. E-3.")],
    answer: Annotated[list[str] | None, typer.Option(help="An answer to a question, KEY=ANSWER.")] = None,
    override: Annotated[str, typer.Option(help="Why plates count that should stop; kept in the history.")] = "",
    train: Annotated[bool, typer.Option("--train/--no-train", help="Queue the next version.")] = True,
) -> None:
    """Import a result file: all or nothing; every hypothesis is judged by its declared rule."""
    lab = _lab()
    lab.experiments.import_results(
        _there(file), name, inline=True, train=train, answers=_answers(answer), override=override
    )
    item = lab.experiments.get(name)
    typer.echo(f"{item.handle} is {item.state}: {len(lab.experiments.results(name)):,} wells have a result.")


def _answers(said: list[str] | None) -> dict[str, str]:
    pairs = [text.partition("=") for text in said or ()]
    wrong = next((key for key, sign, _ in pairs if not sign), None)
    if wrong is not None:
        fail(f"{wrong!r} is no answer.", "Write KEY=ANSWER, e.g. --answer 'grid 1 plate=WB0001-1'.")
    return {key.strip(): value.strip() for key, _, value in pairs}


def _there(path: Path) -> Path:
    if not path.is_file():
        fail(f"there is no file {str(path)!r}.", "Check the path.")
    return path


def _lab() -> Lab:
    from workbench.lab import Lab

    return Lab.open()
