from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hypotheses.test_intake import CONTROL, planned
from workbench.errors import InputError
from workbench.hypotheses.transfers import pick
from workbench.nouns import Plate, Well
from workbench.nouns.stock import Stock


def shelf(n: int, volume: float = 1e4) -> list[Stock]:
    """n perturbations of `planned`, each in a well of its own."""
    return [Stock("SRC1", f"A{i + 1:02d}", f"over-expression:G{i}", volume, 10_000.0) for i in range(n)]


def test_every_well_is_filled_once_from_its_own_stock() -> None:
    plates = planned(4).plates
    picked = pick(plates, [*shelf(4), Stock("SRC2", "H12", CONTROL, 1e5)], 25.0, step_nl=2.5)
    wells = [(well.plate_barcode, well.well) for plate in plates for well in plate.wells]
    assert [(t.plate_barcode, t.well) for t in picked.transfers] == wells
    source = {(w.plate_barcode, w.well): w.perturbation_id for p in plates for w in p.wells}
    for t in picked.transfers:
        name = source[t.plate_barcode, t.well]
        expected = ("SRC2", "H12") if name == CONTROL else ("SRC1", f"A{int(name[-1]) + 1:02d}")
        assert (t.source_plate, t.source_well, t.volume_nl) == (*expected, 25.0)
    assert picked.notes == []


@given(st.floats(2.5, 5000))
def test_echo_volumes_are_multiples_and_rounding_is_said(volume: float) -> None:
    picked = pick(planned(2).plates, shelf(2, 1e6), volume, step_nl=2.5)
    sizes = {t.volume_nl for t in picked.transfers}
    assert len(sizes) == 1
    size = sizes.pop()
    assert size / 2.5 == pytest.approx(round(size / 2.5))
    assert abs(size - volume) <= 1.25 + 1e-9
    said = any("was rounded to" in note for note in picked.notes)
    assert said == (abs(size - volume) > 1e-9 * volume)
    assert any("no stock of the control" in note for note in picked.notes)


def test_a_dose_decides_the_volume() -> None:
    wells = tuple(
        Well("WB1", f"B{i:02d}", "treatment", "compound:K", "drug", "h", 1, dose) for i, dose in ((2, 1.0), (3, 10.0))
    )
    picked = pick([Plate("WB1", "E", 96, wells)], [Stock("S", "A01", "compound:K", 1e4, 1e4)], 99.0, step_nl=2.5,
                  well_volume_ul=50.0)  # fmt: skip
    assert [t.volume_nl for t in picked.transfers] == [5.0, 50.0]


def test_stock_is_used_up_well_by_well_and_too_little_is_said() -> None:
    two = [Stock("SRC1", "A01", "over-expression:G0", 30.0), Stock("SRC2", "A01", "over-expression:G0", 60.0)]
    used = Counter(t.source_plate for t in pick(planned(1).plates, two, 25.0).transfers)
    assert used == {"SRC1": 1, "SRC2": 2}
    with pytest.raises(InputError, match=r"too little stock of 1 perturbations: over-expression:G0 \(50 nL more\)"):
        pick(planned(1).plates, two[:1], 25.0)


def test_what_has_no_stock_is_named() -> None:
    with pytest.raises(InputError, match="2 perturbations have no stock: over-expression:G2, over-expression:G3"):
        pick(planned(4).plates, shelf(2), 25.0)
    with pytest.raises(InputError, match="at least 500 nL can be moved"):
        pick(planned(2).plates, shelf(2), 25.0, least_nl=500.0)
    with pytest.raises(InputError, match="more than 0"):
        pick(planned(2).plates, shelf(2), float("nan"))


@pytest.mark.parametrize(
    "wrong", [{"volume_nl": -1.0}, {"source_plate": " "}, {"concentration_um": 0.0}, {"perturbation_id": ""}]
)
def test_a_stock_that_means_nothing_is_refused(wrong: dict) -> None:
    with pytest.raises(InputError, match="Got"):
        Stock(**{"source_plate": "S", "source_well": "A01", "perturbation_id": "g", "volume_nl": 1.0, **wrong})
