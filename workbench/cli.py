"""The command line: `workbench app|worker|setup|doctor|verify`, and a group a journey; heavy imports come late."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli_campaign import campaigns
from workbench.cli_cells import cells
from workbench.cli_experiments import experiments
from workbench.cli_people import people
from workbench.cli_queue import hypotheses, tokens, verify
from workbench.terminal import fail as _fail
from workbench.terminal import table as _table

if TYPE_CHECKING:
    from workbench.lab import Lab

app = typer.Typer(no_args_is_help=True, add_completion=False, help="An interactive lab-in-the-loop workbench.")
data = typer.Typer(no_args_is_help=True, help="Data sets: list, import, remove, verify, export.")
maps = typer.Typer(no_args_is_help=True, help="Maps: list, score, report, nearest.")
models = typer.Typer(no_args_is_help=True, help="Model versions: list, train.")
jobs = typer.Typer(no_args_is_help=True, help="Jobs: list, cancel.")
groups = {
    "data": data,
    "map": maps,
    "models": models,
    "campaign": campaigns,
    "cells": cells,
    "jobs": jobs,
    "hypotheses": hypotheses,
    "people": people,
    "experiments": experiments,
    "token": tokens,
}
for name, group in groups.items():
    app.add_typer(group, name=name)
app.command("verify")(verify)


@app.command("app")
def serve_app(
    port: Annotated[int | None, typer.Option(help="Port to listen on (default: 5006).")] = None,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open a browser window.")] = False,
) -> None:
    """Serve the dashboard, with one worker beside it."""
    from workbench.api.in_tornado import api_route
    from workbench.jobs.engine.worker_process import WorkerProcess
    from workbench.lab import Lab
    from workbench.settings import Settings
    from workbench.views.frame.serve import port_is_free, serve

    settings = Settings()
    port = port or settings.port
    if not port_is_free(settings.host, port):
        _fail(f"port {port} is taken on {settings.host}.", "Stop what listens there, or set WORKBENCH_PORT.")
    lab, worker = Lab(settings=settings), WorkerProcess(settings)
    if not any(settings.weights.glob("*")):  # models come last: a home without any has never been filled
        _fill(lab)

    def begin() -> None:
        _fill_beside(lab)
        worker.start()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    typer.echo(f"Serving http://localhost:{port} (Ctrl-C stops it) …")
    if settings.asks_for_password and not lab.people.anybody_can_sign_in():
        typer.echo("Nobody can sign in yet. On this host: workbench people add NAME --role admin", err=True)
    try:
        serve(lab, host=settings.host, port=port, show=open_browser, begin=begin, routes=[api_route(lab)])
    finally:
        worker.stop()


@app.command()
def worker() -> None:
    """Run jobs until stopped; several workers may run."""
    from workbench.jobs.engine.worker import stop_with_parent, work
    from workbench.settings import Settings

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop_with_parent(stop)
    work(Settings(), stop)


@app.command()
def setup() -> None:
    """Fill the catalog with the bundled data, build the maps, train the first virtual cells."""
    lab = _lab()
    _fill(lab)
    typer.echo(f"The catalog in {lab.settings.home} holds {len(lab.data.list())} data sets.")


@app.command()
def doctor() -> None:
    """Versions, settings, where things lie, what is missing and how to mend it."""
    from workbench.lab.doctor import examine
    from workbench.settings import Settings

    lines = examine(Settings())
    _lines(lines)
    if any(line.startswith("!") for line in lines):
        raise typer.Exit(1)


@data.command("list")
def list_data() -> None:
    """All data sets the catalog knows, imported or not."""
    rows = [
        (
            item.dataset,
            "imported" if item.imported_at else "not imported",
            f"{item.n_rows:,}",
            item.modality,
            item.licence,
        )
        for item in _lab().data.available()
    ]
    _table(("data set", "state", "rows", "modality", "licence"), rows)


@data.command("import")
def import_data(
    names: Annotated[list[str], typer.Argument(help="A data set of the catalog; or files or a folder of yours.")],
    as_name: Annotated[str, typer.Option("--name", help="Name for your own files' data set.")] = "",
    file: Annotated[
        Path | None, typer.Option("--file", help="The catalog set's file or folder, if not bundled.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what was understood.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    plate_column: Annotated[str, typer.Option(help="Column that names the plate.")] = "",
    well_column: Annotated[str, typer.Option(help="Column that names the well.")] = "",
    batch_column: Annotated[str, typer.Option(help="Column that names the batch.")] = "",
    perturbation_column: Annotated[str, typer.Option(help="Column that names what was done.")] = "",
    perturbation_kind: Annotated[str, typer.Option(help="compound, knock-out, knock-down, over-expression.")] = "",
    control_label: Annotated[str, typer.Option(help="What negative controls are called, e.g. DMSO.")] = "",
    dose_column: Annotated[str, typer.Option(help="Column with the dose.")] = "",
    cell_column: Annotated[str, typer.Option(help="Column that names the cells.")] = "",
    time_column: Annotated[str, typer.Option(help="Column with the hours.")] = "",
    values: Annotated[str, typer.Option(help="Matrix of an h5ad file: X, layers/NAME, obsm/NAME.")] = "",
) -> None:
    """Import a data set of the catalog by name, or files of your own: said first what was understood, then asked."""
    paths = [Path(name) for name in names]
    for path in paths:
        if not path.exists() and (len(paths) > 1 or path.suffix or len(path.parts) > 1):
            _fail(f"there is no file {str(path)!r}.", "Check the path; names of data sets: workbench data list.")
    lab = _lab()
    if paths[0].exists():
        said = {
            "plate_column": plate_column, "well_column": well_column, "batch_column": batch_column,
            "perturbation_column": perturbation_column, "perturbation_kind": perturbation_kind, "values": values,
            "control_label": control_label, "dose_column": dose_column, "cell_column": cell_column,
            "time_column": time_column,
        }  # fmt: skip
        plan = lab.data.understand(paths, as_name or paths[0].name.split(".")[0], **said)
        _lines(plan.lines())
        if dry_run:
            return
        if not yes:
            typer.confirm("Write this to the catalog? (--yes in scripts)", abort=True)
        job = lab.data.import_file(plan)
    else:
        job = lab.data.import_(names[0], file=file, inline=True)
    dataset = lab.data.get(job.result_id)
    typer.echo(f"{dataset.dataset}: {dataset.n_rows:,} rows, {dataset.quality.get('rejected', 0)} rejected.")


@data.command("remove")
def remove_data(name: str) -> None:
    """Remove a data set and everything derived from it."""
    _lab().data.remove(name)
    typer.echo(f"{name} is removed.")


@data.command("verify")
def verify_data(name: Annotated[str | None, typer.Argument()] = None) -> None:
    """Compare data sets with their files, checksums and counts."""
    reports = _lab().data.verify(name)
    _table(("data set", "rows", "result"), [
        (row["dataset"], f"{row['rows']:,}", "ok" if row["ok"] else "; ".join(row["problems"])) for row in reports
    ])  # fmt: skip
    if not all(row["ok"] for row in reports):
        raise typer.Exit(1)


@data.command("export")
def export_data(name: str, folder: Path) -> None:
    """Write a data set as Parquet and CSV with its attribution."""
    typer.echo(f"Written to {_lab().data.export(name, folder)}.")


@data.command("rejects")
def rejects(name: Annotated[str | None, typer.Argument()] = None) -> None:
    """Refused rows with file, row, column, value and reason."""
    frame = _lab().data.rejects(name)
    columns = ("dataset", "file", "row_number", "column_name", "value", "reason")
    _table(columns, [tuple(str(value) for value in row) for row in frame[list(columns)].itertuples(index=False)])


@maps.command("list")
def list_maps() -> None:
    """Maps with their verdict."""
    rows = [
        (
            row["map_id"],
            row["dataset"],
            f"{row['n_entities']:,}",
            "accepted" if row["accepted"] else "refused",
            row["title"],
        )
        for row in _lab().maps.list()
    ]
    _table(("map", "data set", "entities", "verdict", "title"), rows)


@maps.command("score")
def score_maps(dataset: str) -> None:
    """Score the maps of a data set here: the field's benchmarks with chance, n and interval, also without alignment."""
    lab = _lab()
    lab.maps.score(dataset, inline=True)
    rows = lab.maps.scores(dataset).to_dict("records")
    measured = [row for row in rows if row["n"]]
    _table(("map", "measure", "value", "95 % interval", "by chance", "without alignment", "n"), [
        (row["map_id"], row["title"], f"{row['value']:.3f}", f"{row['low']:.3f} to {row['high']:.3f}", f"{row['null']:.3f}",
         f"{row['before']:.3f}" if row["before"] == row["before"] else "–", f"{row['n']:,} {row['unit']}")
        for row in measured
    ])  # fmt: skip
    _lines([f"{row['map_id']}: not measured: {row['title']}: {row['how']}." for row in rows if not row["n"]])


@maps.command("report")
def report_maps(
    dataset: str,
    out: Annotated[Path | None, typer.Option("--out", help="File to write (default: DATASET.html).")] = None,
) -> None:
    """Write one HTML page about the maps of a data set: picture, benchmarks, diagnostics, recipe, provenance."""
    from workbench.views.map_report import map_report

    place = out or Path(f"{dataset}.html")
    page = map_report(**_lab().maps.report(dataset))
    try:
        place.write_text(page, encoding="utf-8")
    except OSError as error:
        _fail(f"{place} cannot be written: {error.strerror}.", "Name another file with --out.")
    typer.echo(f"Written to {place}.")


@maps.command("nearest")
def nearest_on_map(
    map_id: Annotated[str, typer.Argument(metavar="MAP", help="A map of `workbench map list`.")],
    k: Annotated[int, typer.Option("-k", help="Neighbours an entity.")] = 10,
    approximate: Annotated[bool, typer.Option("--approximate", help="Ask a graph; its recall is said.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="CSV to write (default: MAP-nearest.csv).")] = None,
) -> None:
    """Write the nearest entities of every entity of a map."""
    from workbench.catalog.safe_csv import write_csv

    place = out or Path(f"{map_id}-nearest.csv")
    found = _lab().maps.nearest(map_id, k, approximate=approximate)
    try:
        write_csv(found, place)
    except OSError as error:
        _fail(f"{place} cannot be written: {error.strerror}.", "Name another file with --out.")
    typer.echo(f"Written to {place}: {len(found):,} pairs; {found.attrs['recall']}.")


@models.command("list")
def list_models(task: Annotated[str | None, typer.Argument()] = None) -> None:
    """Model versions with state and snapshot."""
    rows = [(m.name, m.task, m.architecture, m.state, str(m.snapshot)) for m in _lab().models.list(task)]
    _table(("version", "task", "architecture", "state", "snapshot"), rows)


@models.command("train")
def train(task: str) -> None:
    """Train a new version of a task's model here and compare it with the promoted one."""
    lab = _lab()
    lab.models.train(task, inline=True)
    for comparison in lab.models.comparisons(task)[:1]:
        typer.echo(f"{comparison.new}: {comparison.decision}. {comparison.reason}")


@models.command("train-images")
def train_images(
    recipe: Annotated[str, typer.Argument(help="A recipe of an image autoencoder.")] = "camae_small",
    folder: Annotated[str, typer.Option(help="Own TIFF files and OME-Zarr images instead of the recipe's.")] = "",
    steps: Annotated[int, typer.Option(min=0, help="Another number of steps than the recipe's, for a trial.")] = 0,
) -> None:
    """Train an image autoencoder here and say how it does on fields it has not seen."""
    lab = _lab()
    version = lab.models.get(lab.models.train_images(recipe, folder, steps, inline=True).result_id)
    typer.echo(f"{version.name} is {version.state}. {version.card['decision']}")


@data.command("embed")
def embed_images(
    name: Annotated[str, typer.Argument(help="A data set with images; with --folder, a name for the new one.")],
    folder: Annotated[str, typer.Option(help="Own TIFF and OME-Zarr images with an images.csv beside them.")] = "",
    model: Annotated[str, typer.Option(help="Version of an image autoencoder (default: the promoted one).")] = "",
    pooling: Annotated[str, typer.Option(help="mean or channelwise.")] = "mean",
) -> None:
    """Embed images into a data set of profiles."""
    lab = _lab()
    if folder:
        job = lab.data.embed_folder(folder, name, model, pooling, inline=True)
    else:
        job = lab.data.embed_images(name, model, pooling, inline=True)
    made = lab.data.get(job.result_id)
    typer.echo(f"{made.dataset}: {made.n_rows:,} wells × {made.n_features:,} dimensions.")


@jobs.command("list")
def list_jobs(active: Annotated[bool, typer.Option("--active")] = False) -> None:
    """Jobs, newest first."""
    rows = [(j.job_id, j.kind, j.state, f"{j.progress:.0%}", j.message) for j in _lab().jobs.list(active=active)]
    _table(("job", "kind", "state", "progress", "now"), rows)


@jobs.command("cancel")
def cancel_job(job_id: str) -> None:
    """Cancel a waiting or running job."""
    typer.echo(f"{job_id} is {_lab().jobs.cancel(job_id).state}.")


def main() -> None:
    """Entry point: errors of ours are said in words, with exit code 1."""
    from workbench.errors import WorkbenchError

    try:
        app()
    except WorkbenchError as error:
        if "--debug" in sys.argv:
            raise
        _fail(error.message, f"{error.where} {error.hint}".strip())


def _fill(lab: Lab) -> None:
    """Bring what a filled catalog would have and this one has not, saying what it does."""
    import time

    from workbench.jobs.setup import missing

    todo = {kind: names for kind, names in missing(lab.catalog).items() if names}
    if not todo:
        return
    words = {"import_dataset": "data sets to import", "build_map": "maps to build", "train": "virtual cells to train"}
    plan = ", ".join(f"{len(names)} {words[kind]}" for kind, names in todo.items())
    typer.echo(f"Filling the catalog in {lab.settings.home}: {plan} (about a minute and a half the first time) …")
    start = time.monotonic()
    lab.jobs.run("setup", inline=True)
    typer.echo(f"Done in {time.monotonic() - start:.0f} s.")


def _fill_beside(lab: Lab) -> None:
    """What came with a newer version, or an interrupted start left out, is brought by a job while pages are served."""
    from workbench.jobs.setup import missing

    under_way = any(job.kind == "setup" for job in lab.jobs.list(active=True))
    if not under_way and any(missing(lab.catalog).values()):
        lab.jobs.run("setup")


def _lab() -> Lab:
    from workbench.lab import Lab

    return Lab.open()


def _lines(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line)


if __name__ == "__main__":
    main()
