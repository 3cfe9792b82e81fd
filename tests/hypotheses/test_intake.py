import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.catalog.result_files import read_result_file
from workbench.errors import InputError
from workbench.hypotheses.intake import match
from workbench.hypotheses.layout import layout
from workbench.nouns import Experiment, Plate, Well
from workbench.nouns.experiment import Design

READOUTS = ("CDC20", "HSPA8", "MAP4K4")
CONTROL = "control:vector"


def planned(n: int = 4) -> Experiment:
    """n perturbations on three plates."""
    plates = []
    for k, plan in enumerate(layout([3] * n, Design(), (7,)), start=1):
        wells = tuple(
            Well(f"WB0007-{k}", spot.well, spot.role, CONTROL if spot.treatment < 0 else f"over-expression:G{spot.treatment}",
                 "", None if spot.treatment < 0 else f"h{spot.treatment}", plan.replicate)
            for spot in plan.spots
        )  # fmt: skip
        plates.append(Plate(f"WB0007-{k}", "E", 96, wells, plan.replicate))
    return Experiment("E", 7, "test", "bench", "scheduled", "l1000_orf", ("h0",), tuple(plates))


def file_of(experiment: Experiment) -> pd.DataFrame:
    """A result file with every planned well, as text."""
    rng = np.random.default_rng(0)
    rows = [
        {"plate_barcode": well.plate_barcode, "well": well.well, **{name: f"{rng.normal():.4f}" for name in READOUTS}}
        for plate in experiment.plates
        for well in plate.wells
    ]
    return pd.DataFrame(rows)


def understood(frame: pd.DataFrame, experiment: Experiment, known: frozenset[tuple[str, str]] = frozenset()):
    """What a CSV of this frame is taken for."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.csv"
        frame.to_csv(path, index=False)
        table = read_result_file(path, READOUTS)
    return match(table, experiment, READOUTS, set(known), CONTROL, file="r.csv", sha256="x")


def test_a_whole_file_fits() -> None:
    experiment = planned()
    plan = understood(file_of(experiment), experiment)
    assert len(plan.accepted) == 36 == len(plan.values)
    assert plan.mismatches == []
    assert plan.quality["passed"]
    assert plan.lines()[0].endswith("36 wells understood on plates WB0007-1, WB0007-2, WB0007-3; 3 readouts.")


def test_the_order_of_rows_and_columns_does_not_matter() -> None:
    experiment = planned()
    table = file_of(experiment)
    plain = understood(table, experiment)
    mixed = understood(
        table.sample(frac=1, random_state=1)[["MAP4K4", "well", "CDC20", "plate_barcode", "HSPA8"]], experiment
    )
    keyed = [
        {
            (a, b): row.tolist()
            for a, b, row in zip(p.accepted["plate_barcode"], p.accepted["well"], p.values, strict=True)
        }
        for p in (plain, mixed)
    ]
    assert keyed[0] == keyed[1]


def test_each_thing_that_does_not_fit_has_its_own_message_and_place() -> None:
    experiment = planned()
    table = file_of(experiment)
    empty = next(
        name
        for name in ("D05", "D06", "E05")
        if ("WB0007-1", name) not in set(zip(table.plate_barcode, table.well, strict=True))
    )
    table.loc[3, "HSPA8"] = "1,5"
    table.loc[5, "CDC20"] = ""
    table.loc[6, "CDC20"] = "inf"
    table.loc[7, "well"] = "Z"
    table["extra"] = "1"
    more = pd.DataFrame([
        {**table.iloc[0], "plate_barcode": "WB9999-1"}, {**table.iloc[0], "well": empty},
        {**table.iloc[0]}, {**table.iloc[0], "well": "P24"},
    ])  # fmt: skip
    plan = understood(pd.concat([table, more], ignore_index=True), experiment)
    said = {(row["row"], row["column"]): (row["value"], row["problem"]) for row in plan.mismatches}
    assert said[1, "extra"][1].startswith("this column is no readout")
    assert said[5, "HSPA8"] == ("1,5", "this is not a finite number; the well is left out")
    assert said[7, "CDC20"][0] == ""
    assert said[8, "CDC20"][0] == "inf"
    assert "not a well" in said[9, "well"][1]
    last = len(table) + 2
    assert said[last, "plate_barcode"] == ("WB9999-1", "this plate does not belong to the experiment")
    assert "never queued" in said[last + 1, "well"][1]
    assert "in the file twice" in said[last + 2, "well"][1]
    assert "plate of 96" in said[last + 3, "well"][1]
    assert sum("has no result" in row["problem"] for row in plan.mismatches) == 4
    assert len(plan.accepted) == 36 - 4


def test_swapped_barcodes_are_one_message_and_nothing_of_them_counts() -> None:
    experiment = planned()
    table = file_of(experiment)
    table["plate_barcode"] = table["plate_barcode"].replace({"WB0007-1": "WB0007-2", "WB0007-2": "WB0007-1"})
    plan = understood(table, experiment)
    assert [(row["value"], row["problem"].split(":")[0]) for row in plan.mismatches] == [
        ("WB0007-1", "its wells are those of WB0007-2"), ("WB0007-2", "its wells are those of WB0007-1"),
    ]  # fmt: skip
    assert set(plan.accepted["plate_barcode"]) == {"WB0007-3"}


def test_wells_with_a_result_are_not_counted_again() -> None:
    experiment = planned()
    known = frozenset((well.plate_barcode, well.well) for plate in experiment.plates for well in plate.wells)
    with pytest.raises(InputError, match="has a result already"):
        understood(file_of(experiment), experiment, known)


@pytest.mark.parametrize("columns", [["plate_barcode", "well"], ["plate_barcode", "well", "CDC20"]])
def test_missing_readouts_are_refused(columns: list[str]) -> None:
    experiment = planned()
    with pytest.raises(InputError, match="readout"):
        understood(file_of(experiment)[columns], experiment)


def test_a_plate_whose_controls_are_missing_fails_the_check() -> None:
    experiment = planned()
    table = file_of(experiment)
    controls = {(w.plate_barcode, w.well) for p in experiment.plates for w in p.wells if w.role == "negative control"}
    gone = [key in controls and key[0] == "WB0007-2" for key in zip(table.plate_barcode, table.well, strict=True)]
    plan = understood(table[~np.array(gone)], experiment)
    assert not plan.quality["passed"]
    assert "WB0007-2: fewer than two control wells" in plan.quality["words"]


def test_wells_are_read_however_they_are_written_and_it_is_said() -> None:
    experiment = planned()
    plain = understood(file_of(experiment), experiment)
    for write in (lambda w: f"{w[0].lower()}{int(w[1:])}", lambda w: f"{w[0]}-{int(w[1:])}",
                  lambda w: str((ord(w[0]) - 65) * 12 + int(w[1:]))):  # fmt: skip
        table = file_of(experiment)
        table["well"] = table["well"].map(write)
        plan = understood(table, experiment)
        assert plan.accepted.equals(plain.accepted)
        assert np.array_equal(plan.values, plain.values)
        assert len(plan.notes) == 1
        assert "were" in plan.notes[0]


def test_a_file_of_another_plate_size_counts_for_nothing() -> None:
    """Wells A01 to H12 of a 384-well file lie on a 96-well plate too: they must not be taken for it."""
    experiment = planned()
    table = file_of(experiment)
    extra = [
        {**table.iloc[0], "plate_barcode": "WB0007-1", "well": f"{row}{column:02d}"}
        for row in "KLM"
        for column in (2, 20)
    ]
    plan = understood(pd.concat([table, pd.DataFrame(extra)], ignore_index=True), experiment)
    said = [row["problem"] for row in plan.mismatches]
    assert said == ["wrong plate size: 6 of 18 wells do not exist on a plate of 96; nothing of it is imported"]
    assert set(plan.accepted["plate_barcode"]) == {"WB0007-2", "WB0007-3"}


def test_every_row_is_accepted_or_told_about() -> None:
    """Whatever is done to the rows of a file, none is lost without a word."""
    experiment = planned()
    rng = np.random.default_rng(4)
    for _ in range(8):
        table = file_of(experiment)
        for row in rng.choice(len(table), 12, replace=False):
            column = rng.choice(["plate_barcode", "well", "CDC20"])
            table.loc[row, column] = str(rng.choice(["", "WB0007-2", "A01", "H12", "nan", "-3", "=1+1", "E6"]))
        plan = understood(table, experiment)
        told = {row["row"] for row in plan.mismatches if row["row"] > 1}
        blocked = {row["value"] for row in plan.mismatches if "Nothing of it" in row["problem"]}
        lost = [i for i in range(len(table)) if i + 2 not in told | set(plan.accepted["row_number"])]
        assert {table.loc[i, "plate_barcode"] for i in lost} <= blocked
        assert not plan.accepted.duplicated(["plate_barcode", "well"]).any()
