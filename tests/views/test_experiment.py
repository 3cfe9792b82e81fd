from tests.hypotheses.test_intake import planned
from workbench.views import draw


def test_the_plates_lie_side_by_side() -> None:
    view = draw(planned(4), names={"h0": "H-1"}, measured=frozenset({("WB0007-2", "B02")}))
    text = view.panel().object
    assert all(f"Plate WB0007-{k} · replicate {k}" in text for k in (1, 2, 3))
    assert len(view.data()) == 36
    assert view.python() == "wb.draw(lab.experiments.get('E-7'))"
    assert view.sentence().startswith("1 hypothesis on 3 plates, one replicate a plate")
