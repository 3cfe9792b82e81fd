from xml.etree import ElementTree

import pytest

from workbench.hypotheses.layout import layout
from workbench.nouns import Plate, Well
from workbench.nouns.experiment import Design
from workbench.views import draw
from workbench.views.plate import PlateView


def plate(n: int = 3, n_wells: int = 96, **design: object) -> Plate:
    kinds = {"treatment": None, "negative control": "control:vector", "positive control": "over-expression:TP53"}
    wells = tuple(
        Well("WB1", spot.well, spot.role, kinds[spot.role] or f"g{spot.treatment}",
             "control" if kinds[spot.role] else f"GENE<{spot.treatment}>",
             None if kinds[spot.role] else f"h{spot.treatment}")
        for spot in layout([1] * n, Design(n_wells, **design))[0].spots
    )  # fmt: skip
    return Plate("WB1", "E", n_wells, wells)


@pytest.mark.parametrize("n_wells", [96, 384, 1536])
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
    assert "lie on the outer ring" in PlateView(plate(70, edge="use")).sentence()
    ringed = PlateView(plate(3, edge="controls", n_positive=2, positive_control="over-expression:TP53"))
    assert ringed.sentence() == (
        "3 treatments, 44 negative controls and 2 positive controls spread over the plate; places drawn at random; "
        "the outer ring holds negative controls."
    )
    assert "positive control" in ringed.legend()
    assert "SIMULATED: 3 treatments" in PlateView(plate(), simulated=True).html()


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
