"""The round trip on real data: prediction → hypothesis → plates → held-back wells → verdict."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.called import call
from tests.hypothesised import approved, queue_lab  # noqa: F401
from workbench.errors import ConflictError, InputError, UnknownNameError
from workbench.lab import Lab
from workbench.nouns.experiment import Design


@pytest.fixture(scope="module")
def batch(queue_lab: Lab):
    """Four approved hypotheses on three plates."""
    return queue_lab.experiments.plan([item.handle for item in approved(queue_lab, 4)], seed=5)


def lab_file(lab: Lab, handle: str) -> Path:
    """The file the replay lab wrote."""
    return lab.settings.home / "lab" / f"{handle}-replay.csv"


def test_one_plate_a_replicate_with_the_same_questions_at_other_places(batch) -> None:
    assert [plate.replicate for plate in batch.plates] == [1, 2, 3]
    places = []
    for plate in batch.plates:
        treated = {well.perturbation_id: well.well for well in plate.wells if well.role == "treatment"}
        assert len(treated) == 4
        assert sum(well.role == "negative control" for well in plate.wells) == 8
        places.append(tuple(treated.values()))
    assert len(set(places)) == 3


def test_the_plate_map_holds_every_well_and_handle(queue_lab: Lab, batch) -> None:
    table = pd.read_csv(io.StringIO(queue_lab.experiments.plate_csv(batch.plates[0].plate_barcode)))
    assert len(table) == 12
    assert set(table["hypothesis"].dropna()) == {queue_lab.hypotheses.get(x).handle for x in batch.hypothesis_ids}
    assert table.loc[table["role"] == "negative control", "perturbation_id"].unique().tolist() == ["control:vector"]


def test_results_go_round_to_a_verdict_by_the_declared_rule(queue_lab: Lab, batch) -> None:
    job = queue_lab.experiments.replay(batch.handle, inline=True, train=False)
    assert job.state == "done"
    assert queue_lab.experiments.get(batch.handle).state == "measured"
    source = queue_lab.data.profiles("l1000_orf_u2os")
    for key in batch.hypothesis_ids:
        item = queue_lab.hypotheses.get(key)
        shown = queue_lab.hypotheses.results(item.handle)
        assert item.state == "resolved"
        assert item.outcome["n"] == len(shown)
        assert item.outcome["effect"] == pytest.approx(shown["effect"].mean())
        rows = np.flatnonzero(np.asarray(source.wells["perturbation_id"]) == item.perturbation.perturbation_id)
        column = source.features.index(item.rule.readout)
        real = set(np.round(source.values[rows, column].astype(float), 3))
        read = pd.read_csv(lab_file(queue_lab, batch.handle))
        mine = read.merge(shown, left_on=["plate_barcode", "well"], right_on=["plate", "well"])
        assert set(np.round(mine[item.rule.readout], 3)) <= real  # real wells, not predictions
        kinds = [event.kind for event in queue_lab.hypotheses.events(key)]
        assert kinds == ["created", "proposed", "approved", "scheduled", "sent to the lab", "measured", "resolved"]
    assert queue_lab.hypotheses.verify() == []


def test_the_same_file_twice_changes_nothing(queue_lab: Lab, batch) -> None:
    path = lab_file(queue_lab, batch.handle)
    before = len(queue_lab.data.profiles(f"{batch.handle}.1").values)
    plan = queue_lab.experiments.check_results(path, batch.handle)
    assert plan.already_imported
    assert "nothing will change" in plan.lines()[0]
    queue_lab.experiments.import_results(path, batch.handle, inline=True, train=False)
    assert len(queue_lab.data.profiles(f"{batch.handle}.1").values) == before
    assert len(queue_lab.experiments.results(batch.handle)) == before


def test_the_command_line_says_what_it_understood(queue_lab: Lab, batch) -> None:
    home, path = queue_lab.settings.home, lab_file(queue_lab, batch.handle)
    done = call("experiments", "check", str(path), batch.handle, home=home)
    assert done.returncode == 0, done.stderr
    assert "This file was imported before" in done.stdout
    assert batch.plates[0].plate_barcode in done.stdout
    again = call("experiments", "import", str(path), batch.handle, "--no-train", home=home)
    assert f"{batch.handle} is measured" in again.stdout
    wrong = call("experiments", "check", str(path), batch.handle, "--answer", "plate", home=home)
    assert "is no answer" in wrong.stderr


def test_the_same_results_under_another_name_are_refused(queue_lab: Lab, batch, tmp_path: Path) -> None:
    other = tmp_path / "new-name.csv"
    other.write_text(lab_file(queue_lab, batch.handle).read_text() + "\n")
    with pytest.raises(InputError, match="has a result already"):
        queue_lab.experiments.check_results(other, batch.handle)


def test_the_revealed_genes_are_known_to_the_next_version_and_others_stay_hidden(queue_lab: Lab, batch) -> None:
    table = queue_lab.cells.perturbations("l1000_orf").set_index("perturbation_id")
    revealed = {queue_lab.hypotheses.get(key).perturbation.perturbation_id for key in batch.hypothesis_ids}
    assert table.loc[sorted(revealed), "measured"].all()
    hidden = table[(table["role"] == "replay") & ~table.index.isin(revealed)]
    assert not hidden["measured"].any()


def test_checking_writes_nothing_and_a_partial_file_waits_for_the_rest(queue_lab: Lab, tmp_path: Path) -> None:
    made = queue_lab.experiments.plan([item.handle for item in approved(queue_lab, 2)], lab="bench")
    rng = np.random.default_rng(0)
    readouts = list(queue_lab.data.profiles("l1000_orf_u2os").features)
    rows = [(plate.plate_barcode, well.well) for plate in made.plates for well in plate.wells]
    table = pd.concat(
        [pd.DataFrame(rows, columns=["plate_barcode", "well"]),
         pd.DataFrame(rng.normal(size=(len(rows), len(readouts))), columns=readouts)], axis=1,
    )  # fmt: skip
    first, rest = tmp_path / "first.csv", tmp_path / "rest.csv.gz"
    on_first = table["plate_barcode"] == made.plates[0].plate_barcode
    table[on_first].to_csv(first, index=False)
    table[~on_first].to_csv(rest, index=False)
    snapshot = queue_lab.data.snapshots()[0].snapshot
    plan = queue_lab.experiments.check_results(first, made.handle)
    assert len(plan.accepted) == 10
    assert sum("no result" in row["problem"] for row in plan.mismatches) == 20
    assert queue_lab.data.snapshots()[0].snapshot == snapshot
    queue_lab.experiments.import_results(first, made.handle, inline=True, train=False)
    assert {queue_lab.hypotheses.get(key).state for key in made.hypothesis_ids} == {"scheduled"}
    rejects = queue_lab.data.rejects(f"{made.handle}.1")
    assert len(rejects) == 20
    queue_lab.experiments.import_results(rest, made.handle, inline=True, train=False)
    assert {queue_lab.hypotheses.get(key).state for key in made.hypothesis_ids} == {"resolved"}
    assert len(queue_lab.experiments.results(made.handle)) == 30


def test_a_design_with_positive_controls_is_laid_out_and_its_limits_are_said(queue_lab: Lab) -> None:
    items = [item.handle for item in approved(queue_lab, 2)]
    table = queue_lab.cells.perturbations("l1000_orf")
    known = table.loc[table["role"] == "train", "perturbation_id"].iloc[0]
    with pytest.raises(InputError, match="cost 6; 5 may be spent"):
        queue_lab.experiments.plan(items, budget=5.0)
    with pytest.raises(InputError, match="one replicate a plate"):
        queue_lab.experiments.plan(items, design=Design(per_plate=2))
    hidden = table.loc[(table["role"] == "held_out"), "perturbation_id"].iloc[0]
    with pytest.raises(InputError, match="is held back"):
        queue_lab.experiments.plan(items, lab="bench", design=Design(n_positive=2, positive_control=hidden))
    with pytest.raises(UnknownNameError, match="knows no 'x'"):
        queue_lab.experiments.plan(items, lab="bench", design=Design(n_positive=2, positive_control="x"))
    design = Design(384, edge="controls", arrangement="blocked", n_positive=3, positive_control=known, replicates=4)
    made = queue_lab.experiments.plan(items, lab="bench", design=design)
    assert len(made.plates) == 4
    assert {plate.n_wells for plate in made.plates} == {384}
    assert sum(well.perturbation_id == known for plate in made.plates for well in plate.wells) == 12


def test_what_cannot_be_planned_is_said(queue_lab: Lab) -> None:
    with pytest.raises(InputError, match="at least one approved"):
        queue_lab.experiments.plan([])
    proposed = queue_lab.hypotheses.suggest("l1000_orf", k=1)[0]
    with pytest.raises(InputError, match="cannot become scheduled"):
        queue_lab.experiments.plan([proposed.handle])
    combination = queue_lab.cells.perturbations("cellbox")["perturbation_id"].iloc[0]
    other = queue_lab.hypotheses.queue(queue_lab.cells.predict(combination, task="cellbox"))
    queue_lab.hypotheses.approve([proposed.handle, other.handle])
    with pytest.raises(InputError, match="one batch holds one assay"):
        queue_lab.experiments.plan([proposed.handle, other.handle])
    assert {queue_lab.hypotheses.get(item.handle).state for item in (proposed, other)} == {"approved"}


def test_a_batch_is_laid_out_anew_until_it_was_sent(queue_lab: Lab) -> None:
    made = queue_lab.experiments.plan([item.handle for item in approved(queue_lab, 2)], lab="replay")
    design = Design(384, edge="use", arrangement="blocked")
    again = queue_lab.experiments.lay_out(made.handle, design, seed=9)
    assert (again.design, again.seed, again.hypothesis_ids) == (design, 9, made.hypothesis_ids)
    assert [plate.plate_barcode for plate in again.plates] == [plate.plate_barcode for plate in made.plates]
    assert queue_lab.experiments.get(made.handle) == again
    events = queue_lab.hypotheses.events(made.hypothesis_ids[0])
    assert (events[-1].kind, events[-1].payload["design"]["n_wells"]) == ("laid out anew", 384)
    assert queue_lab.hypotheses.verify() == []
    queue_lab.experiments.replay(made.handle, inline=True, train=False)
    with pytest.raises(ConflictError, match="is measured"):
        queue_lab.experiments.lay_out(made.handle, Design())


def test_exports_go_to_the_bench_with_safe_cells_and_what_was_rounded(queue_lab: Lab, tmp_path: Path) -> None:
    made = queue_lab.experiments.plan([item.handle for item in approved(queue_lab, 2)], lab="bench")
    table = pd.read_csv(io.BytesIO(queue_lab.experiments.export(made.handle, "csv").content))
    assert len(table) == 30
    assert queue_lab.experiments.export(made.handle, "pdf").content.startswith(b"%PDF")
    with pytest.raises(InputError, match="have no stock"):
        queue_lab.experiments.export(made.handle, "echo")
    ids = sorted(set(table["perturbation_id"]))
    stock = pd.DataFrame({"source_plate": "SRC1", "source_well": [f"a{i + 1}" for i in range(3)], "perturbation_id": ids,
                          "volume_nl": 1e6})  # fmt: skip
    stock.to_csv(tmp_path / "stock.csv", index=False)
    assert queue_lab.experiments.import_stock(tmp_path / "stock.csv") == 3
    assert queue_lab.experiments.stock()["source_well"].tolist() == ["A01", "A02", "A03"]
    echo = queue_lab.experiments.export(made.handle, "echo", volume_nl=26.0)
    assert echo.file_name == f"{made.handle}-echo-picklist.csv"
    assert echo.notes == ["26 nL was rounded to 25 nL"]
    assert len(pd.read_csv(io.BytesIO(echo.content))) == 30
    for form in ("opentrons", "hamilton"):
        assert len(pd.read_csv(io.BytesIO(queue_lab.experiments.export(made.handle, form).content))) == 30
    with pytest.raises(UnknownNameError, match="no export 'x'"):
        queue_lab.experiments.export(made.handle, "x")
