"""`workbench cells`: evaluate a model of the virtual cell, score predicted cells; heavy imports come late."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from workbench.terminal import fail, table

cells = typer.Typer(no_args_is_help=True, help="The virtual cell: evaluate, score.")


@cells.command("evaluate")
def evaluate_model(
    model: Annotated[str, typer.Option(help="A model of the registry, e.g. multi_kernel_gp, ridge, mean.")],
    dataset: Annotated[str, typer.Option(help="A data set that has a recipe, e.g. l1000_orf_u2os.")],
    seeds: Annotated[int, typer.Option(min=5, help="Splits to average over.")] = 5,
    split: Annotated[str, typer.Option(help="What is new: gene, pair, part, leave-one-out (default: the usual).")] = "",
    permutations: Annotated[int, typer.Option(min=0, help="Draws of the permuted null.")] = 20,
    export: Annotated[Path | None, typer.Option(help="Write the held-out predictions of seed 0 as .h5ad.")] = None,
) -> None:
    """Score a model beside baselines, permuted null and replicate ceiling; print the table and keep it in the lake."""
    from workbench.evaluation.scorecard import barred
    from workbench.lab import Lab

    lab = Lab.open()
    job = lab.cells.evaluate(model, dataset, split=split, seeds=seeds, permutations=permutations, inline=True)
    rows = lab.cells.evaluation(model, job.result_id)
    typer.echo(f"{model}, {job.result_id}")
    for finding in dict.fromkeys(words for row in rows for words in row["details"].get("findings", ())):
        typer.echo(f"! {finding}")
    if any(row["details"].get("shared_controls") for row in rows):
        typer.echo("! Prediction and truth share their controls here: rD is inflated by their noise.")
    for stratum in dict.fromkeys(row["stratum"] for row in rows):
        _print([row for row in rows if row["stratum"] == stratum], f"Perturbations: {stratum}")
    if useless := barred(rows):
        typer.echo(f"No ranking by {', '.join(useless)} here: a replicate does not beat the mean.")
    if export is not None:
        lab.cells.export_predictions(model, dataset, export, split=split)
        typer.echo(f"Held-out predictions are in {export}.")


@cells.command("score")
def score_files(
    real: Annotated[Path, typer.Argument(help="Real cells, .h5ad with log1p expression.")],
    predicted: Annotated[Path, typer.Argument(help="Predicted cells, .h5ad with the same genes and perturbations.")],
    perturbation: Annotated[str, typer.Option(help="obs column (default: the usual names).")] = "",
    control: Annotated[str, typer.Option(help="Label of the control cells (default: the usual ones).")] = "",
) -> None:
    """Score predicted cells of a file against real ones, beside no change, the mean and half of the real cells."""
    import anndata

    from workbench.evaluation.anndata_cells import evaluate_anndata

    sides = []
    for path in (real, predicted):
        try:
            sides.append(anndata.read_h5ad(path))
        except OSError as error:
            fail(f"{path} cannot be read as .h5ad: {error}.", "Name two AnnData files.")
    _print(evaluate_anndata(*sides, perturbation=perturbation, control=control), "Cells")


def _print(rows: Sequence[dict[str, Any]], title: str) -> None:
    """References down, metrics across: value with its interval; n of the metric in its head."""
    metrics = list(dict.fromkeys(row["metric"] for row in rows))
    found = {(row["reference"], row["metric"]): row for row in rows}
    references = list(dict.fromkeys(row["reference"] for row in rows))
    typer.echo("")
    for start in range(0, len(metrics), 4):  # as many as 160 columns hold
        shown = metrics[start : start + 4]
        body = [
            (reference, *(_cell(found.get((reference, metric))) for metric in shown))
            for reference in references
            if any((reference, metric) in found for metric in shown)
        ]
        table((title, *shown), body)


def _cell(row: dict[str, Any] | None) -> str:
    return "" if row is None else f"{row['value']:.3f} ({row['low']:.3f} to {row['high']:.3f}) n={row['n']}"
