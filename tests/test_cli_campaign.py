"""`workbench campaign` in a terminal: run a table of one's own, list, write the report."""

import json

from typer.testing import CliRunner

from workbench import cli_campaign
from workbench.catalog.screens import read_screen
from workbench.cli_campaign import campaigns

RUNNER = CliRunner()


def test_a_table_of_one_s_own_from_file_to_report(shared_lab, tmp_path, monkeypatch):
    monkeypatch.setattr(cli_campaign, "_lab", lambda: shared_lab)
    screen = read_screen(shared_lab.catalog, "screen_scharenberg")
    table, hits = tmp_path / "mine.csv", tmp_path / "hits.csv"
    rows = [f"{gene},{score}\n" for gene, score in zip(screen.genes[:300], screen.scores[::-1][:300], strict=True)]
    table.write_text("Gene,Score\n" + "".join(rows), encoding="utf-8")
    hits.write_text("Gene\n" + "\n".join(screen.genes[:20]), encoding="utf-8")
    report, figures = tmp_path / "out.html", tmp_path / "out.json"
    arguments = ["run", "--screen", str(table), "--hits", str(hits), "--policies", "greedy,random", "--seeds", "2", "--rounds", "2",
                 "--report", str(report), "--json", str(figures)]  # fmt: skip
    done = RUNNER.invoke(campaigns, arguments)
    assert done.exit_code == 0, done.output
    assert "20 hits of 300 genes" in done.output
    assert "<svg" in report.read_text(encoding="utf-8")
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert {row["policy"] for row in found["screens"][0]["rows"]} >= {"greedy", "random", "static: prior"}
    again = RUNNER.invoke(campaigns, arguments)
    assert found["screens"] == json.loads(figures.read_text(encoding="utf-8"))["screens"], again.output
    assert found["campaign_id"] in RUNNER.invoke(campaigns, ["list"]).output
    place = tmp_path / "again.html"
    assert RUNNER.invoke(campaigns, ["report", found["campaign_id"], "--out", str(place)]).exit_code == 0
    assert place.exists()


def test_neither_plan_nor_screen_is_refused(tmp_path):
    done = RUNNER.invoke(campaigns, ["run"])
    assert done.exit_code == 1
    assert "one of them" in done.output + (done.stderr or "")
