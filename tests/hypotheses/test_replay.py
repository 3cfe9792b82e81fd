from dataclasses import replace

import numpy as np
import pytest

from tests.hypotheses.test_intake import CONTROL, planned
from workbench.errors import InputError
from workbench.hypotheses.replay import replay_results, simulate_results
from workbench.hypotheses.wells import all_wells
from workbench.kernels import simulated_cell as sim
from workbench.nouns import Well


def source(n_controls: int = 9) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Three source plates with five perturbations each; a value tells plate and perturbation."""
    plates, names, values = [], [], []
    for p in range(3):
        for i in range(5):
            plates.append(f"S{p}")
            names.append(f"over-expression:G{i}")
            values.append([100 * p + i, 0.0])
        for _ in range(n_controls):
            plates.append(f"S{p}")
            names.append(CONTROL)
            values.append([100 * p - 1, 1.0])
    return np.array(values, dtype=float), np.array(plates), np.array(names), np.array(names) == CONTROL


def test_plate_k_reveals_the_real_wells_of_source_plate_k() -> None:
    experiment = planned(4)
    revealable = {f"over-expression:G{i}" for i in range(4)}
    table = replay_results(experiment, *source(), revealable, ("a", "b"))
    wells = {(w.plate_barcode, w.well): w for plate in experiment.plates for w in plate.wells}
    assert len(table) == 36
    for row in table.itertuples():
        well = wells[row.plate_barcode, row.well]
        plate = 100 * (well.replicate - 1)
        expected = plate - 1 if well.role == "negative control" else plate + int(well.perturbation_id.rsplit("G", 1)[1])
        assert row.a == expected


def test_what_is_not_held_back_stays_hidden() -> None:
    with pytest.raises(InputError, match="not held back"):
        replay_results(planned(4), *source(), {"over-expression:G0"}, ("a", "b"))


def test_more_controls_than_the_source_has_are_refused() -> None:
    revealable = {f"over-expression:G{i}" for i in range(4)}
    with pytest.raises(InputError, match="more controls than the S0 plate"):
        replay_results(planned(4), *source(n_controls=5), revealable, ("a", "b"))


def test_a_real_well_never_counts_as_two_replicates() -> None:
    experiment = planned(4)
    fourth = replace(experiment.plates[0], plate_barcode="WB0007-4", replicate=4, wells=())
    with pytest.raises(InputError, match="has 3 real replicates of each well; E-7 asks for 4"):
        more = replace(experiment, plates=(*experiment.plates, fourth))
        replay_results(more, *source(), {f"over-expression:G{i}" for i in range(4)}, ("a", "b"))


def test_simulated_plates_drift_along_their_columns_some_of_them_much() -> None:
    """Correlation of control wells with their column: most plates hardly, some strongly."""
    cell = sim.build(0)
    readouts = tuple(f"r{i}" for i in range(cell.n_genes))
    wells = tuple(Well("WB0007-1", name, "negative control", CONTROL) for name in all_wells(96))
    slopes = []
    for seed in range(40):
        plate = replace(planned(1).plates[0], wells=wells)
        table = simulate_results(replace(planned(1), plates=(plate,), seed=seed), cell, 0, {CONTROL: -1}, readouts)
        columns = table["well"].str[1:].astype(int).to_numpy()
        inner = (columns > 1) & (columns < 12)
        left, right = (
            table[list(readouts)][inner & half].to_numpy().mean(axis=0) for half in (columns < 7, columns > 6)
        )
        slopes.append(np.abs(right - left).mean())
    assert np.median(slopes) < 0.1
    assert 1 <= sum(np.array(slopes) > 3 * np.median(slopes)) <= 12


def test_a_replicate_that_failed_stays_missing() -> None:
    values, plates, names, controls = source()
    keep = ~((plates == "S1") & (names == "over-expression:G2"))
    revealable = {f"over-expression:G{i}" for i in range(4)}
    table = replay_results(planned(4), values[keep], plates[keep], names[keep], controls[keep], revealable, ("a", "b"))
    assert len(table) == 35


def test_the_simulated_cell_is_measured_anew_on_every_plate() -> None:
    cell = sim.build(0)
    numbers = {f"over-expression:G{i}": i for i in range(4)} | {CONTROL: -1}
    n_readouts = sim.measure(
        cell, 0, np.array([-1]), np.array([0]), np.array([0]), (8, 12), np.random.default_rng(0)
    ).shape[1]
    readouts = tuple(f"r{i}" for i in range(n_readouts))
    first, again = (simulate_results(planned(4), cell, 0, numbers, readouts) for _ in range(2))
    assert first.equals(again)
    one, two = (first[first["plate_barcode"] == f"WB0007-{k}"]["r0"].to_numpy() for k in (1, 2))
    assert not np.allclose(np.sort(one), np.sort(two))
    with pytest.raises(InputError, match="has no"):
        simulate_results(planned(5), cell, 0, numbers, readouts)


def test_positive_controls_are_real_wells_and_no_more_than_there_are() -> None:
    experiment = planned(3)
    plates = []
    for plate in experiment.plates:
        free = next(name for name in ("D05", "D06", "E05", "E06", "F05") if name not in {w.well for w in plate.wells})
        extra = Well(plate.plate_barcode, free, "positive control", "over-expression:G4", "G4", None, plate.replicate)
        plates.append(replace(plate, wells=(*plate.wells, extra)))
    revealable = {f"over-expression:G{i}" for i in range(3)}
    table = replay_results(replace(experiment, plates=tuple(plates)), *source(), revealable, ("a", "b"))
    keyed = table.set_index(["plate_barcode", "well"])["a"]
    assert [keyed[plate.plate_barcode, plate.wells[-1].well] for plate in plates] == [4, 104, 204]
    two = replace(plates[0], wells=(*plates[0].wells, replace(plates[0].wells[-1], well="H12")))
    with pytest.raises(InputError, match="more wells of the positive control G4"):
        replay_results(replace(experiment, plates=(two,)), *source(), revealable, ("a", "b"))


def test_two_simulated_plates_of_one_replicate_have_effects_of_their_own() -> None:
    """A batch shared out over several plates a replicate was measured with one and the same plate effect."""
    cell = sim.build(0)
    numbers = {f"over-expression:G{i}": i for i in range(4)} | {CONTROL: -1}
    experiment = planned(4)
    twins = tuple(replace(plate, replicate=1, wells=experiment.plates[0].wells) for plate in experiment.plates)
    readouts = tuple(f"r{i}" for i in range(cell.n_genes))
    table = simulate_results(replace(experiment, plates=twins), cell, 0, numbers, readouts)
    one, two = (table[table["plate_barcode"] == f"WB0007-{k}"]["r0"].to_numpy() for k in (1, 2))
    assert not np.allclose(one, two)
