"""Results count once, whatever breaks between the lake and the ledger."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.hypothesised import approved, queue_lab  # noqa: F401
from workbench.catalog import experiments as stored
from workbench.errors import DataQualityError
from workbench.lab import Lab
from workbench.nouns import Experiment


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
