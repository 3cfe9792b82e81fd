import re
from dataclasses import replace

import pytest

from tests.hypotheses.test_intake import planned
from workbench.hypotheses.printable import plates_pdf
from workbench.nouns import Plate, Well


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_each_plate_has_a_page_with_its_barcode_and_every_well() -> None:
    experiment = planned(4)
    pdf = plates_pdf(experiment, {"h0": "H-12"})
    assert pdf.startswith(b"%PDF")
    assert pages(pdf) == 3
    for plate in experiment.plates:
        assert f"({plate.plate_barcode})".encode() in pdf
    assert b"H-12" in pdf
    assert pdf == plates_pdf(experiment, {"h0": "H-12"})


@pytest.mark.parametrize("n_wells", [96, 384, 1536])
def test_a_long_key_goes_on_over_pages_and_strange_names_are_written(n_wells: int) -> None:
    names = ["α-синуклеин\n", "(paren\\thesis)", "µM"] + [f"name {i}" for i in range(n_wells - 3)]
    cells = [
        (r, c) for r in range({96: 8, 384: 16, 1536: 32}[n_wells]) for c in range({96: 12, 384: 24, 1536: 48}[n_wells])
    ]
    letters = [chr(65 + r) if r < 26 else "A" + chr(39 + r) for r in range(32)]
    wells = tuple(
        Well("WB1", f"{letters[r]}{c + 1:02d}", "treatment", f"g{i}", name, None)
        for i, ((r, c), name) in enumerate(zip(cells, names, strict=True))
    )
    experiment = replace(planned(1), plates=(Plate("WB1", "E", n_wells, wells),), lab="simulated")
    pdf = plates_pdf(experiment, {})
    assert b"SIMULATED" in pdf
    assert pages(pdf) == {96: 1, 384: 2, 1536: 8}[n_wells] or pages(pdf) > 1
    assert all(f"name {i}".encode() in pdf for i in range(0, n_wells - 3, 50))
