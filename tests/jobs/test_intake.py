"""Results count once, whatever breaks between the lake and the ledger."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from tests.hypothesised import approved, queue_lab  # noqa: F401
from workbench.catalog import experiments as stored
from workbench.errors import DataQualityError, InputError, WorkbenchError
from workbench.hypotheses.wells import parse_well
from workbench.lab import Lab
from workbench.nouns import Experiment
from workbench.nouns.experiment import Design


@pytest.fixture
def batch(queue_lab: Lab) -> Experiment:
    """One approved hypothesis for the bench."""
    return queue_lab.experiments.plan([approved(queue_lab, 1)[0].handle], lab="bench")


def result_file(lab: Lab, batch: Experiment, folder: Path, name: str, shift: float = 0.0) -> Path:
    """A whole result file with noise, its treated wells shifted."""
    readouts = list(lab.data.profiles("l1000_orf_u2os").features)
    wells = [well for plate in batch.plates for well in plate.wells]
    values = np.random.default_rng(3).normal(size=(len(wells), len(readouts)))
    values[[well.role == "treatment" for well in wells]] += shift
    head = pd.DataFrame([(well.plate_barcode, well.well) for well in wells], columns=["plate_barcode", "well"])
    path = folder / name
    pd.concat([head, pd.DataFrame(values, columns=readouts)], axis=1).to_csv(path, index=False)
    return path


def test_a_crash_between_lake_and_ledger_neither_loses_nor_doubles(
    queue_lab: Lab, batch: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = result_file(queue_lab, batch, tmp_path, "r.csv")

    def cut(*_arguments: object) -> None:
        raise KeyboardInterrupt("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(stored, "insert_results", cut)
        with pytest.raises(KeyboardInterrupt):
            queue_lab.experiments.import_results(path, batch.handle, inline=True, train=False)
    assert queue_lab.experiments.results(batch.handle) == []
    queue_lab.experiments.import_results(path, batch.handle, inline=True, train=False)
    assert len(queue_lab.experiments.results(batch.handle)) == 27
    assert len(queue_lab.data.profiles(f"{batch.handle}.1").values) == 27
    datasets = [item.dataset for item in queue_lab.data.list() if item.dataset.startswith(f"{batch.handle}.")]
    assert datasets == [f"{batch.handle}.1"]


def test_after_a_crash_a_corrected_file_replaces_what_never_counted(
    queue_lab: Lab, batch: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = result_file(queue_lab, batch, tmp_path, "wrong.csv", shift=9.0)
    right = result_file(queue_lab, batch, tmp_path, "right.csv")

    def cut(*_arguments: object) -> None:
        raise KeyboardInterrupt("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(stored, "insert_results", cut)
        with pytest.raises(KeyboardInterrupt):
            queue_lab.experiments.import_results(wrong, batch.handle, inline=True, train=False)
    queue_lab.experiments.import_results(right, batch.handle, inline=True, train=False)
    effects = queue_lab.hypotheses.results(batch.hypothesis_ids[0])["effect"]
    assert len(effects) == 3
    assert effects.abs().max() < 6.0


def test_planted_effects_decide_as_declared(queue_lab: Lab, batch: Experiment, tmp_path: Path) -> None:
    item = queue_lab.hypotheses.get(batch.hypothesis_ids[0])
    sign = 1.0 if item.rule.direction == "up" else -1.0
    queue_lab.experiments.import_results(
        result_file(queue_lab, batch, tmp_path, "r.csv", shift=30.0 * sign), batch.handle, inline=True, train=False
    )
    assert queue_lab.hypotheses.get(item.handle).outcome["outcome"] == "supported"


def test_plates_without_controls_are_not_imported(queue_lab: Lab, batch: Experiment, tmp_path: Path) -> None:
    path = result_file(queue_lab, batch, tmp_path, "r.csv")
    table = pd.read_csv(path)
    treated = {(well.plate_barcode, well.well) for p in batch.plates for well in p.wells if well.role == "treatment"}
    keep = [key in treated for key in zip(table["plate_barcode"], table["well"], strict=True)]
    table[keep].to_csv(path, index=False)
    with pytest.raises(DataQualityError, match="fewer than two control wells"):
        queue_lab.experiments.import_results(path, batch.handle, inline=True, train=False)
    assert queue_lab.experiments.results(batch.handle) == []
    assert queue_lab.experiments.get(batch.handle).state == "scheduled"


def test_a_plate_that_stops_needs_a_note_which_its_hypotheses_remember(queue_lab: Lab, tmp_path: Path) -> None:
    """A plate that shows little but its rows: the file waits until somebody says why it counts."""
    made = approved(queue_lab, 1)
    design = Design(edge="use", n_negative=24)
    batch = queue_lab.experiments.plan([item.handle for item in made], lab="bench", design=design)
    path = result_file(queue_lab, batch, tmp_path, "r.csv")
    table, plate = pd.read_csv(path), batch.plates[0]
    on = (table["plate_barcode"] == plate.plate_barcode).to_numpy()
    rows = np.array([parse_well(name)[0] for name in table["well"]])
    columns = table.columns[2:]
    table.loc[on, columns] = 0.05 * table.loc[on, columns].to_numpy() + rows[on][:, None]  # hardly anything but rows
    table.to_csv(path, index=False)
    plan = queue_lab.experiments.check_results(path, batch.handle)
    assert plan.quality["stopped"] == [plate.plate_barcode]
    assert "of the variance follows the rows" in plan.quality["words"]
    with pytest.raises(DataQualityError, match="follows the rows"):
        queue_lab.experiments.import_results(path, batch.handle, inline=True, train=False)
    assert queue_lab.experiments.results(batch.handle) == []
    queue_lab.experiments.import_results(
        path, batch.handle, inline=True, train=False, override="The pipette was mended; rows are corrected later."
    )
    kept = queue_lab.experiments.get(batch.handle).quality["overridden"]
    assert list(kept["plates"]) == [plate.plate_barcode]
    told = [e for e in queue_lab.hypotheses.events(batch.hypothesis_ids[0]) if e.kind == "quality overridden"]
    assert [event.note for event in told] == ["The pipette was mended; rows are corrected later."]
    assert queue_lab.hypotheses.verify() == []


def test_a_file_without_plates_is_asked_about_and_the_answer_goes_with_the_job(
    queue_lab: Lab, batch: Experiment, tmp_path: Path
) -> None:
    path = result_file(queue_lab, batch, tmp_path, "r.csv")
    table = pd.read_csv(path)
    barcode = batch.plates[1].plate_barcode
    table[table["plate_barcode"] == barcode].drop(columns="plate_barcode").to_csv(tmp_path / "one.csv", index=False)
    plan = queue_lab.experiments.check_results(tmp_path / "one.csv", batch.handle)
    assert [item.key for item in plan.questions] == ["plate"]
    with pytest.raises(InputError, match="which one is it of"):
        queue_lab.experiments.import_results(tmp_path / "one.csv", batch.handle, inline=True, train=False)
    answers = {"plate": barcode}
    queue_lab.experiments.import_results(tmp_path / "one.csv", batch.handle, inline=True, train=False, answers=answers)
    assert {row.plate_barcode for row in queue_lab.experiments.results(batch.handle)} == {barcode}


def test_hostile_result_files_are_named_and_write_nothing(queue_lab: Lab, batch: Experiment, tmp_path: Path) -> None:
    """A formula, a bomb, a pickle, a hundred thousand columns, files cut short: an error in words, the lab as it was."""
    whole = result_file(queue_lab, batch, tmp_path, "whole.csv").read_bytes()
    table = pd.read_csv(tmp_path / "whole.csv")
    table.to_parquet(tmp_path / "whole.parquet")
    formula = openpyxl.Workbook()
    formula.active.append(["plate_barcode", "well"])
    formula.active.append([batch.plates[0].plate_barcode, "=1+1"])
    formula.save(tmp_path / "formula.xlsx")
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 << 20))
    made = {
        "cut.csv.gz": (gzip.compress(whole)[:-200], "cannot be unpacked"),
        "cut.parquet": ((tmp_path / "whole.parquet").read_bytes()[:-400], "not a readable Parquet"),
        "cut.h5ad": (b"\x89HDF\r\n\x1a\n" + b"\0" * 500, "truncated or damaged"),
        "wide.csv": (b"plate_barcode,well," + b"x," * 100_000 + b"y\n", "at most 20,000 are read"),
        "pickle.csv": (b"\x80\x04\x95" + b"x" * 50, "pickle"),
        "formula.xlsx": ((tmp_path / "formula.xlsx").read_bytes(), "cell B2 of sheet 'Sheet' in formula.xlsx is a formula"),
        "bomb.xlsx": ((tmp_path / "bomb.xlsx").read_bytes(), "times its size"),
        "grid.csv": (b"\n".join([b"," + b",".join(b"%d" % i for i in range(1, 25))] + [b"%c,1" % (65 + k) for k in range(16)]),
                     "wrong plate size"),
    }  # fmt: skip
    snapshot = queue_lab.data.snapshots()[0].snapshot
    for name, (content, words) in made.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(WorkbenchError, match=words) as refused:
            queue_lab.experiments.import_results(tmp_path / name, batch.handle, inline=True, train=False)
        assert name in refused.value.message or name in refused.value.where
    assert queue_lab.data.snapshots()[0].snapshot == snapshot
    assert queue_lab.experiments.results(batch.handle) == []
    assert queue_lab.experiments.get(batch.handle).state == "scheduled"
