import numpy as np
import pytest

from workbench.hypotheses.layout import layout
from workbench.hypotheses.layout_fit import control_spread, swaps
from workbench.hypotheses.quality import check_quality, control_drift, plate_drift
from workbench.hypotheses.wells import parse_well
from workbench.kernels import simulated_cell as sim
from workbench.nouns.experiment import PLATE_SHAPES, Design

RNG = np.random.default_rng(7)
DESIGN = Design(96, "use", n_negative=12, n_positive=8, positive_control="g")


def measured(design: Design = DESIGN, n: int = 40, n_plates: int = 3, separation: float = 6.0, n_readouts: int = 20):
    """Plates without position effects: arguments of check_quality."""
    values, plates, places, names, roles, layouts = [], [], [], [], [], {}
    signature, positive = RNG.normal(size=(n, n_readouts)), RNG.normal(size=n_readouts)
    for plan in layout([n_plates] * n, design, (1,)):
        barcode = f"WB1-{len(layouts) + 1}"
        layouts[barcode] = {parse_well(spot.well) for spot in plan.spots if spot.role == "negative control"}
        for spot in plan.spots:
            shift = {"treatment": signature[spot.treatment], "positive control": separation * positive}.get(
                spot.role, 0.0
            )
            values.append(shift + RNG.normal(size=n_readouts))
            plates.append(barcode)
            places.append(parse_well(spot.well))
            names.append(f"g{spot.treatment}" if spot.treatment >= 0 else spot.role)
            roles.append(spot.role)
    shapes = dict.fromkeys(layouts, PLATE_SHAPES[design.n_wells])
    return [np.array(values), np.array(plates), np.array(places), shapes, np.array(names), np.array(roles), layouts]


def test_clean_plates_pass_with_every_figure() -> None:
    found = check_quality(*measured())
    assert found["passed"]
    assert found["stopped"] == found["unusable"] == []
    for row in found["plates"].values():
        assert row["z_prime_low"] <= row["z_prime"] <= row["z_prime_high"]
        assert row["ssmd"] > 3
        assert set(row["position"]) == {"rows", "columns", "edge"}
        assert row["position"]["rows"]["n"] == 60
    assert found["agreement"]["mean"] > found["agreement"]["null_high"]


def test_controls_that_cannot_be_told_apart_stop_their_plate() -> None:
    found = check_quality(*measured(separation=0.0))
    stopped = [row for row in found["plates"].values() if row["verdict"] == "stop"]
    assert stopped
    assert all("cannot be told from" in row["reasons"][0] for row in stopped)
    assert not found["passed"]


def test_a_control_that_died_on_one_plate_stops_that_plate() -> None:
    facts = measured()
    dead = (facts[1] == "WB1-2") & (facts[5] == "positive control")
    facts[0][dead] = RNG.normal(size=(dead.sum(), 20))
    found = check_quality(*facts)
    assert found["stopped"] == ["WB1-2"]
    assert "as it can on the other plates" in found["plates"]["WB1-2"]["reasons"][0]


def test_a_control_that_is_weak_everywhere_is_a_warning_and_a_dead_one_a_stop() -> None:
    """Each plate alone tells nothing; eight together tell that the weak control is real."""
    design = Design(96, "use", n_negative=30, n_positive=4, positive_control="g")
    weak = check_quality(*measured(design, n=10, n_plates=8, separation=0.35))
    rows = weak["plates"].values()
    assert weak["stopped"] == []
    assert all(row["controls_p"] < 0.05 and abs(row["ssmd_elsewhere"]) < 2 for row in rows)
    assert any("weak on every plate" in words for row in rows for words in row["reasons"])
    dead = check_quality(*measured(design, n=10, n_plates=8, separation=0.0))
    assert all(row["controls_p"] > 0.05 for row in dead["plates"].values())
    assert len(dead["stopped"]) > 2


@pytest.mark.parametrize("way", ["turned by 180°", "rows in reverse order", "columns in reverse order"])
def test_a_plate_that_was_put_in_the_wrong_way_stops(way: str) -> None:
    facts = measured()
    facts[0] *= 0.2
    facts[0][facts[5] == "treatment"] *= 20
    rows, columns = facts[2].T
    shown = {
        "turned by 180°": (7 - rows, 11 - columns), "rows in reverse order": (7 - rows, columns),
        "columns in reverse order": (rows, 11 - columns),
    }[way]  # fmt: skip
    truth = {(p, *place): v for p, place, v in zip(facts[1], map(tuple, facts[2]), facts[0], strict=True)}
    keys = [(p, r, c) for p, r, c in zip(facts[1], *shown, strict=True)]
    turned = facts[1] == "WB1-2"
    kept = ~turned | np.array([key in truth for key in keys])
    facts[0] = np.array([truth.get(key, v) if on else v for key, v, on in zip(keys, facts[0], turned, strict=True)])
    facts = [item[kept] if isinstance(item, np.ndarray) else item for item in facts]
    found = check_quality(*facts)
    assert found["stopped"] == ["WB1-2"]
    assert any(f"{way}: was the plate turned?" in words for words in found["plates"]["WB1-2"]["reasons"])


@pytest.mark.parametrize(("what", "axis"), [("rows", 0), ("columns", 1)])
def test_a_planted_gradient_is_found_on_its_axis(what: str, axis: int) -> None:
    facts = measured()
    on = facts[1] == "WB1-2"
    facts[0][on] += 0.5 * (facts[2][on][:, [axis]] - 4) * np.ones(20)
    found = check_quality(*facts)
    assert any(f"follows the {what}" in words for words in found["plates"]["WB1-2"]["reasons"])
    others = [words for plate in ("WB1-1", "WB1-3") for words in found["plates"][plate]["reasons"]]
    assert not any("follows the" in words for words in others)


def test_the_edge_of_the_simulated_lab_is_found() -> None:
    """The simulated plates shift their edge and have row gradients: quality control must see what was planted."""
    cell = sim.build(0)
    facts = measured(n=40, n_readouts=cell.n_genes)
    for k, plate in enumerate(facts[3]):
        on = facts[1] == plate
        names, roles = facts[4][on], facts[5][on]
        genes = np.array([int(n[1:]) if r == "treatment" else -1 for n, r in zip(names, roles, strict=True)])
        genes[roles == "positive control"] = 70
        rows, columns = facts[2][on].T
        facts[0][on] = sim.measure(cell, 0, genes, rows, columns, (8, 12), np.random.default_rng(k))
    found = check_quality(*facts)
    assert all(any("edge" in words for words in row["reasons"]) for row in found["plates"].values())


def test_a_plate_without_controls_stops_and_cannot_be_used() -> None:
    facts = measured()
    keep = ~((facts[1] == "WB1-2") & (facts[5] == "negative control"))
    facts = [item[keep] if isinstance(item, np.ndarray) else item for item in facts]
    found = check_quality(*facts)
    assert found["unusable"] == found["stopped"] == ["WB1-2"]
    assert found["words"] == "WB1-2: fewer than two control wells."


def test_a_plate_read_under_another_layout_stops() -> None:
    facts = measured(n_plates=2)
    facts[0] *= 0.2
    facts[0][facts[5] == "treatment"] *= 20
    swap = {"WB1-1": "WB1-2", "WB1-2": "WB1-1"}
    truth = {(p, *place): v for p, place, v in zip(facts[1], map(tuple, facts[2]), facts[0], strict=True)}
    facts[0] = np.array(
        [truth.get((swap[p], *place), v) for p, place, v in zip(facts[1], map(tuple, facts[2]), facts[0], strict=True)]
    )
    found = check_quality(*facts)
    assert all("were the plates swapped" in row["reasons"][0] for row in found["plates"].values())
    assert found["stopped"] == ["WB1-1", "WB1-2"]


def test_only_a_ring_of_plates_that_fit_each_other_is_a_certain_swap() -> None:
    """One of three real plates had wide controls and fitted another's layout by chance; it must not stop."""
    assert swaps({"A": "B", "B": "", "C": ""}) == {"A": ("B", False)}
    assert swaps({"A": "B", "B": "A", "C": "A"}) == {"A": ("B", True), "B": ("A", True), "C": ("A", False)}
    assert swaps({"A": "B", "B": "C", "C": "A", "D": "elsewhere"}) == {
        "A": ("B", True), "B": ("C", True), "C": ("A", True), "D": ("elsewhere", False),
    }  # fmt: skip


def test_planted_drift_is_found_and_noise_is_not() -> None:
    block = RNG.normal(size=(16, 50))  # of ten wells one random order in a hundred has the two halves of the drift
    assert control_drift(block, RNG)[1] > 0.01
    assert control_drift(block + np.linspace(0, 6, 16)[:, None], RNG)[1] < 0.01
    assert control_drift(block[:3], RNG) == (None, None)
    means = RNG.normal(size=(12, 5))
    assert plate_drift(means)[1] > 0.01
    assert plate_drift(means + np.linspace(0, 8, 12)[:, None])[1] < 0.01
    assert plate_drift(means[:4]) is None


def test_spread_is_the_median_standard_deviation() -> None:
    block = RNG.normal(size=(9, 21))
    assert control_spread(block) == pytest.approx(np.median(block.std(axis=0, ddof=1)))
    assert control_spread(block[:1]) is None
