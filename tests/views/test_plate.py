from xml.etree import ElementTree

import numpy as np
import pytest

from workbench.hypotheses.layout import layout
from workbench.nouns import Plate, Well
from workbench.views import draw
from workbench.views.plate import PlateView


def plate(n: int = 3, n_wells: int = 96) -> Plate:
    wells = tuple(
        Well("WB1", name, "negative control" if i < 0 else "treatment", "control:vector" if i < 0 else f"g{i}",
             "vector" if i < 0 else f"GENE<{i}>", None if i < 0 else f"h{i}")
        for name, i in layout(n, n_wells, np.random.default_rng(0))
    )  # fmt: skip
    return Plate("WB1", "E", n_wells, wells)


@pytest.mark.parametrize("n_wells", [96, 384])
def test_every_well_of_the_format_is_drawn_once(n_wells: int) -> None:
    drawing = PlateView(plate(n_wells=n_wells)).svg()
    root = ElementTree.fromstring(drawing)
    marks = [node for node in root.iter() if node.tag.endswith(("circle", "rect"))]
    assert len(marks) == n_wells + 1  # and the frame


def test_it_says_what_lies_where_and_about_the_edge() -> None:
    view = draw(plate())
    assert view.sentence() == (
        "3 treatments and 8 negative controls spread over the plate; places drawn at random; the outer ring stays empty."
    )
    assert "lie on the outer ring" in PlateView(plate(70)).sentence()


def test_colours_follow_the_hypothesis_on_every_replicate() -> None:
    names = {"h0": "H-1", "h1": "H-2", "h2": "H-3"}
    assert PlateView(plate(), names=names).order == ["h0", "h1", "h2"]
    legend = PlateView(plate(), names=names, addresses={"h0": "/hypothesis?id=H-1"}).legend()
    assert 'href="/hypothesis?id=H-1"' in legend
    assert "H-2 GENE&lt;1&gt;" in legend


def test_measured_wells_carry_a_mark() -> None:
    shown = plate()
    wells = frozenset(well.well for well in shown.wells[:4])
    view = PlateView(shown, measured=wells)
    assert view.svg().count("l3 3l5-6") == 4
    assert view.data()["measured"].sum() == 4
    assert "has a result" in view.legend()
