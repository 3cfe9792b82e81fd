from dataclasses import replace

import numpy as np
import pytest

from tests.hypotheses.test_intake import CONTROL, planned
from workbench.catalog.importers.formats.plate_grid import Grid
from workbench.catalog.result_files import FoundGrids, ResultTable
from workbench.errors import InputError
from workbench.hypotheses.grids import LEAVE_OUT, name_plate, read_grids
from workbench.hypotheses.intake import match
from workbench.hypotheses.wells import all_wells

RNG = np.random.default_rng(0)


def grid(*above: str, n_wells: int = 96) -> Grid:
    shape = {96: (8, 12), 384: (16, 24)}[n_wells]
    return Grid(n_wells, "row 9", 9, above[-1] if above else "", above, RNG.normal(size=shape))


def read(
    grids: list[Grid], readouts: tuple[str, ...] = ("OD450",), answers: dict | None = None, file: str = "scan.csv"
):
    return read_grids(FoundGrids("grids", grids), planned(), readouts, answers or {}, file)


def test_barcode_and_channel_above_a_grid_say_what_it_is() -> None:
    grids = [grid("Plate: WB0007-2", "Channel OD450"), grid("Channel OD600"), grid("Barcode WB0007-3", "OD600 [a.u.]")]
    table, questions = read(grids, ("OD450", "OD600"), {"grid 3 readout": LEAVE_OUT})
    assert questions == []
    assert table.readouts == ("OD450", "OD600")
    assert set(table.plates) == {"WB0007-2"}
    assert table.wells.tolist() == all_wells(96)
    assert np.allclose(table.values, np.column_stack([g.values.ravel() for g in grids[:2]]))


def test_what_is_open_is_asked_and_answers_close_it() -> None:
    first, second = grid(), grid("Kinetic 2")
    table, questions = read([first, second])
    assert table is None
    assert [item.key for item in questions] == ["grid 1 plate", "grid 2 plate"]
    assert questions[0].options == ("WB0007-1", "WB0007-2", "WB0007-3", LEAVE_OUT)
    table, questions = read([first, second], answers={"grid 1 plate": "WB0007-1", "grid 2 plate": LEAVE_OUT})
    assert questions == []
    assert np.allclose(table.values[:, 0], first.values.ravel())
    with pytest.raises(InputError, match="'WB9' is no answer"):
        read([first], answers={"grid 1 plate": "WB9"})


def test_only_planned_wells_of_a_grid_count_and_the_rest_is_one_note() -> None:
    experiment = planned()
    table, _ = read([grid(f"WB0007-{k}") for k in (1, 2, 3)])
    plan = match(table, experiment, ("OD450",), set(), CONTROL, file="scan.csv", sha256="x")
    assert len(plan.accepted) == 36
    assert plan.mismatches == []
    assert "252 wells that hold nothing were read too and left out" in plan.notes


def test_another_plate_size_and_the_same_grid_twice_are_refused() -> None:
    with pytest.raises(InputError, match="wrong plate size: the grid at row 9 has 384 wells, WB0007-1 has 96"):
        read([grid("WB0007-1", n_wells=384)])
    with pytest.raises(InputError, match="no plate of E-7 has"):
        read([grid(n_wells=384)])
    with pytest.raises(InputError, match="are both OD450 of WB0007-1"):
        read([grid("WB0007-1", "OD450"), grid("OD450")])
    with pytest.raises(InputError, match="every grid of scan.csv was left out"):
        read([grid()], answers={"grid 1 plate": LEAVE_OUT})


def test_a_table_without_plates_is_asked_about_unless_its_name_says() -> None:
    table = ResultTable("CSV", None, np.array(["A01"], dtype=object), np.array([2]), ("OD450",), np.ones((1, 1)))
    experiment = planned()
    assert name_plate(table, experiment, {}, "scan.csv")[1][0].key == "plate"
    for answers, file in (({"plate": "WB0007-2"}, "scan.csv"), ({}, "2026_WB0007-2.csv")):
        named, questions = name_plate(table, experiment, answers, file)
        assert questions == []
        assert named.plates.tolist() == ["WB0007-2"]
    only = replace(experiment, plates=experiment.plates[:1])
    assert name_plate(table, only, {}, "scan.csv")[0].plates.tolist() == ["WB0007-1"]
