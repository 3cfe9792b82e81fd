import numpy as np
import pytest
from bokeh.events import SelectionGeometry, Tap

from workbench.nouns import Map
from workbench.phenomics.simulated_map import simulated_map
from workbench.views import draw
from workbench.views.map import LARGEST_GLYPHS, MapView


def empty() -> Map:
    return Map(
        "none", "none", "Nothing", "gene", (), (), np.zeros((0, 3)), np.zeros((0, 2)), {"n_replicates": np.zeros(0)}
    )


@pytest.mark.parametrize("n", [0, 1, 500, LARGEST_GLYPHS + 1])
def test_draws_empty_single_small_and_large_maps(n: int) -> None:
    map_ = simulated_map(n) if n else empty()
    view = draw(map_, colour="island" if n else "")
    assert isinstance(view, MapView)
    assert view.is_raster == (n > LARGEST_GLYPHS)
    shown = view.panel()
    assert "simulated" in shown[-1].object or n == 0
    assert len(view.data()) == n
    assert "<svg" in view.svg()
    view.set_colour("distance" if n else "")


@pytest.mark.parametrize("n", [500, LARGEST_GLYPHS + 1])
def test_a_box_gives_exactly_the_points_inside(n: int) -> None:
    seen: list[np.ndarray] = []
    view = MapView(simulated_map(n), on_select=seen.append)
    box = {"type": "rect", "x0": 0.0, "x1": 6.0, "y0": -3.0, "y1": 3.0}
    view._selected(SelectionGeometry(view.figure, geometry=box, final=False))
    assert seen == []
    view._selected(SelectionGeometry(view.figure, geometry=box, final=True))
    x, y = view.frame.points.T
    assert seen[0].tolist() == np.flatnonzero((x >= 0) & (x <= 6) & (y >= -3) & (y <= 3)).tolist()
    assert len(view.data(seen[0])) == len(seen[0])


def test_a_lasso_given_as_mapping_is_read_too() -> None:
    view = MapView(simulated_map(500))
    corners = {
        "type": "poly",
        "x": {"0": -99, "1": 99, "2": 99, "10": -99},
        "y": {"0": -99, "1": -99, "2": 99, "10": 99},
    }
    assert len(view.rows_in(corners)) == 500


def test_a_tap_near_a_point_chooses_it_and_elsewhere_nothing() -> None:
    seen: list[int | None] = []
    view = MapView(simulated_map(50), on_tap=seen.append)
    x, y = (float(value) for value in view.frame.points[7])
    view._tapped(Tap(view.figure, x=x, y=y))
    view._tapped(Tap(view.figure, x=999.0, y=999.0))
    assert seen == [7, None]
    assert view.ring.data["x"] == []


def test_the_python_line_names_map_and_colour() -> None:
    assert MapView(simulated_map(5, map_id="five"), colour="island").python() == (
        "wb.draw(lab.maps.get('five'), colour='island')"
    )
