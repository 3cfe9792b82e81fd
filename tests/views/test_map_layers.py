import io

import numpy as np
import pytest
from PIL import Image

from workbench.nouns import Map
from workbench.phenomics.simulated_map import simulated_map
from workbench.views.map import LARGEST_GLYPHS, MapView
from workbench.views.map_layers import Group, beside, contour_lines
from workbench.views.map_pair import MapPair, shared_rows
from workbench.views.map_png import HEIGHT, WIDTH, map_png
from workbench.views.points import frame_of


def with_q(n: int) -> Map:
    map_ = simulated_map(n)
    q = np.where(np.arange(n) % 4 == 0, 0.01, 0.5)
    return Map("q", "q", "q", "gene", map_.entities, map_.labels, map_.vectors, map_.layout,
               {**map_.evidence, "q": q}, {**map_.columns, "gene": np.array([f"G{i}" for i in range(n)])})  # fmt: skip


def test_outer_contours_hold_about_the_share_they_claim():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(4000, 2))
    xs, ys = contour_lines(points, (-5.0, 5.0, -5.0, 5.0))
    outer = max(range(len(xs)), key=lambda i: np.ptp(xs[i]))
    radius = np.hypot(xs[outer], ys[outer]).mean()
    assert np.mean(np.hypot(*points.T) < radius) == pytest.approx(0.9, abs=0.04)
    assert contour_lines(np.zeros((0, 2)), (0.0, 1.0, 0.0, 1.0)) == ([], [])


def test_names_stand_beside_their_points_and_not_on_each_other():
    rng = np.random.default_rng(1)
    middle = np.array([[20, 50], [50, 50], [80, 50]])
    points = np.vstack([m + rng.normal(size=(50, 2)) * 3 for m in middle])
    groups = [Group(f"group number {i}", np.arange(50 * i, 50 * i + 50)) for i in range(3)]
    size, bounds = (900, 500), (0.0, 100.0, 0.0, 100.0)
    places = np.array(beside(points, groups, bounds, size)) * [9, 5]
    for place in places:
        away = np.abs(points * [9, 5] - place)
        assert not ((away[:, 0] < 40) & (away[:, 1] < 8)).any()
    gaps = [np.abs(places[i] - places[j]) for i in range(3) for j in range(i)]
    assert all(gap[0] > 80 or gap[1] > 15 for gap in gaps)


@pytest.mark.parametrize("n", [400, LARGEST_GLYPHS + 400])
def test_only_active_entities_are_selected_when_the_filter_is_on(n: int) -> None:
    seen: list[np.ndarray] = []
    view = MapView(with_q(n), colour="island", on_select=seen.append, active=True)
    box = {"type": "rect", "x0": -99.0, "x1": 99.0, "y0": -99.0, "y1": 99.0}
    view._selected(type("Event", (), {"final": True, "geometry": box})())
    assert seen[0].tolist() == list(range(0, n, 4))
    view.show_active(False)
    view._selected(type("Event", (), {"final": True, "geometry": box})())
    assert len(seen[1]) == n


def test_layers_are_drawn_and_taken_away():
    view = MapView(with_q(300), contours=True)
    assert view.layers.lines.data["xs"]
    view.show_contours(False)
    assert not view.layers.lines.data["xs"]
    view.show_names(True, [Group("ribosome", np.arange(20)), Group("12 points", np.arange(20, 40), sure=False)])
    assert view.layers.names.data["label"] == ["ribosome", "12 points"]
    view.show_names(False)
    assert view.layers.names.data["label"] == []


def test_a_flight_ends_around_the_point():
    view = MapView(with_q(300))
    view.fly_to(7)
    x, y = view.map.layout[7]
    assert view.figure.x_range.start < x < view.figure.x_range.end
    assert view.figure.y_range.start < y < view.figure.y_range.end
    assert view.figure.x_range.end - view.figure.x_range.start < (view.frame.bounds[1] - view.frame.bounds[0]) / 5


def test_a_selection_crosses_to_the_second_map_by_gene_and_back():
    first, whole = with_q(100), with_q(300)
    keep = np.arange(50, 150)
    second = Map("s", "s", "s", "gene", tuple(f"other:{i}" for i in keep), tuple(whole.labels[i] for i in keep),
                 whole.vectors[keep], whole.layout[keep], {"n_replicates": np.ones(100)},
                 {"gene": whole.columns["gene"][keep]})  # fmt: skip
    identity, left, right = shared_rows(first, second)
    assert (identity, len(left)) == ("gene", 50)
    assert (left - right == 50).all()
    seen: list[np.ndarray] = []
    view = MapView(first, on_select=seen.append, second=second)
    assert isinstance(view.pair, MapPair)
    assert "50 of 100 entities are on both maps, matched by gene" in view.pair.sentence()
    view.select(np.array([10, 60, 70]))
    assert view.pair.second.selected.tolist() == [10, 20]
    view.pair._selected_second(np.array([0, 99]))
    assert seen[-1].tolist() == [50]
    assert view.pair.second.selected.tolist() == [0, 99]
    view.choose(60)
    assert view.pair.second.chosen == 10
    assert len(view.panel()) == 2


def test_the_same_map_twice_shares_everything_and_the_python_line_says_it():
    map_ = with_q(50)
    view = MapView(map_, colour="island", second_colour="distance", contours=True)
    view.select(np.array([3, 4]))
    assert view.pair.second.selected.tolist() == [3, 4]
    assert view.python() == ("wb.draw(lab.maps.get('q'), colour='island', second_colour='distance', contours=True)")


@pytest.mark.parametrize(("n", "colour"), [(200, "island"), (200, "distance"), (20_500, "island")])
def test_a_png_shows_points_and_selection(n: int, colour: str) -> None:
    map_ = with_q(n)
    picture = Image.open(io.BytesIO(map_png(map_, frame_of(map_), colour, np.arange(5), active=True)))
    assert picture.size[0] == WIDTH
    pixels = np.asarray(picture.convert("RGB"))[90 : 90 + HEIGHT]
    assert (pixels < 200).any(axis=2).mean() > 0.001
