"""`workbench campaign`: replay whole campaigns on screens, list them, write their report; heavy imports come late."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.terminal import fail, table

if TYPE_CHECKING:
    from workbench.hypotheses.campaign_plan import CampaignPlan
    from workbench.lab import Lab

campaigns = typer.Typer(no_args_is_help=True, help="Campaigns: run, list, report.")


@campaigns.command("run")
def run_campaign(
    plan: Annotated[Path | None, typer.Argument(help="A plan as TOML: name, screens, policies, n_seeds …")] = None,
    screen: Annotated[
        str, typer.Option(help="Instead of a plan: a CSV with Gene,Score, or screens of the catalog, by comma.")
    ] = "",
    hits: Annotated[
        Path | None, typer.Option(help="CSV with the hits of that table (default: 5 % largest |score|).")
    ] = None,
    policies: Annotated[
        str, typer.Option(help="Acquisition functions, by comma (default: nine, and permuted feedback).")
    ] = "",
    seeds: Annotated[int, typer.Option(min=1, help="Seeds a policy.")] = 20,
    rounds: Annotated[int, typer.Option(min=1)] = 5,
    genes: Annotated[int, typer.Option(min=0, help="Genes a round (0: 128, or 32 of a focused library).")] = 0,
    elsewhere: Annotated[bool, typer.Option(help="Let the prior know a gene's strength in other screens.")] = True,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the parts.")] = 1,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report.")] = None,
    figures: Annotated[Path | None, typer.Option("--json", help="Write the figures as JSON.")] = None,
) -> None:
    """Replay a campaign; the same plan again goes on where it was left, with the same results."""
    from workbench.hypotheses.campaign_plan import read_plan

    if (plan is None) == (not screen):
        fail(
            "a campaign needs a plan or --screen, one of them.",
            "E.g. workbench campaign run --screen my.csv --hits hits.csv",
        )
    lab = _lab()
    if plan is not None:
        wanted = read_plan(plan)
    else:
        wanted = _plan(lab, screen, hits, policies, n_seeds=seeds, n_rounds=rounds, n_genes=genes, elsewhere=elsewhere)
    size = f"{len(wanted.policies)} policies × {wanted.n_seeds} seeds"
    typer.echo(f"Campaign {wanted.campaign_id}: {', '.join(wanted.all_screens)} × {size}")
    start = time.monotonic()
    _play(lab, wanted, workers)
    result = lab.campaigns.result(wanted.campaign_id)
    _show(result)
    typer.echo(f"Done in {time.monotonic() - start:.0f} s.")
    if report is not None:
        _report(result, report)
    if figures is not None:
        _write(figures, json.dumps(result, indent=1, default=str) + "\n")


@campaigns.command("list")
def list_campaigns() -> None:
    """Campaigns, newest first."""
    rows = [
        (
            row["campaign_id"],
            row["plan"]["name"],
            f"{row['n_parts']}",
            f"{row['plan']['n_seeds']}",
            f"{row['created_at']:%Y-%m-%d %H:%M}",
        )
        for row in _lab().campaigns.list()
    ]
    table(("campaign", "name", "parts", "seeds", "begun (UTC)"), rows)


@campaigns.command("report")
def report_campaign(
    campaign_id: str,
    out: Annotated[Path | None, typer.Option("--out", help="File to write (default: campaign-ID.html).")] = None,
) -> None:
    """Write one HTML page about a campaign: learning curves, random band, best static rank, gains, provenance."""
    _report(_lab().campaigns.result(campaign_id), out or Path(f"campaign-{campaign_id}.html"))


def _plan(lab: Lab, screen: str, hits: Path | None, policies: str, **numbers: Any) -> CampaignPlan:
    from workbench.hypotheses.campaign_plan import CampaignPlan, read_text

    row: dict[str, Any] = {
        **numbers,
        **({"policies": [name.strip() for name in policies.split(",")]} if policies else {}),
    }
    names = [name.strip() for name in screen.split(",")]
    if set(names) <= set(lab.campaigns.screens()):
        return CampaignPlan.from_row({"name": " and ".join(names), "screens": names, **row})
    content = {"table": read_text(Path(screen)), "hit_list": read_text(hits) if hits else ""}
    return CampaignPlan.from_row({"name": Path(screen).stem, **content, **row})


def _play(lab: Lab, plan: CampaignPlan, workers: int) -> None:
    from workbench.jobs.engine.worker_process import WorkerProcess

    if workers == 1:
        lab.campaigns.run(plan, inline=True)
        return
    started = [WorkerProcess(lab.settings) for _ in range(workers)]
    try:
        for worker in started:
            worker.start()
        made, said = lab.campaigns.run(plan), ""
        while not made.is_finished:
            time.sleep(1.0)
            made = lab.jobs.get(made.job_id)
            if made.message != said:
                said = made.message
                typer.echo(said)
    finally:
        for worker in started:
            worker.stop()
    if made.state != "done":
        fail(f"the campaign {made.state}: {made.error.get('message', '')}", "Run the same plan again to go on.")


def _show(result: dict[str, Any]) -> None:
    for screen in result["screens"]:
        rounds = screen["band"][-1]
        typer.echo(
            f"\n{screen['title']}: {screen['n_hits']} hits of {screen['n']:,} genes, {screen['n_rounds']} × {screen['batch']} "
            f"asked; at random {rounds[0]:.3f} ({rounds[1]:.3f} to {rounds[2]:.3f})"
        )
        table(("policy", "hits found", "95 % interval", "without core-essential", "gain over the best static rank"), [
            (row["policy"], f"{row['value']:.3f}", f"{row['low']:.3f} to {row['high']:.3f}", f"{row['nonessential']:.3f}",
             _gain(screen["gains"].get(row["policy"])))
            for row in screen["rows"]
        ])  # fmt: skip


def _gain(found: dict[str, Any] | None) -> str:
    return "" if found is None else "{value:+.3f} ({low:+.3f} to {high:+.3f})".format(**found["value"])


def _report(result: dict[str, Any], place: Path) -> None:
    from workbench.views.campaign import campaign_report

    _write(place, campaign_report(result))


def _write(place: Path, text: str) -> None:
    try:
        place.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{place} cannot be written: {error.strerror}.", "Name another file.")
    typer.echo(f"Written to {place}.")


def _lab() -> Lab:
    from workbench.lab import Lab

    return Lab.open()
