import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.kernels.density import bounds_of, density, hills


def islands(n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    which = np.repeat([0, 1, 2], [n, n // 2, n // 3])
    return np.array([[0, 0], [20, 0], [0, 20]])[which] + rng.normal(size=(len(which), 2)), which


def test_density_counts_every_point_inside():
    points, _ = islands()
    total = density(points, (-10.0, 30.0, -10.0, 30.0)).sum()
    assert abs(total - len(points)) < 1e-6 * len(points)
    assert density(points, (100.0, 101.0, 100.0, 101.0)).sum() == 0


def test_planted_islands_are_the_hills_largest_first():
    points, which = islands()
    hill = hills(points)
    for island in range(3):
        found, counts = np.unique(hill[which == island], return_counts=True)
        assert counts.max() > 0.9 * (which == island).sum()
        assert found[counts.argmax()] == island
    assert hill.tolist() == hills(points).tolist()


def test_order_and_scale_of_the_picture_do_not_matter():
    points, _ = islands(60)
    order = np.random.default_rng(0).permutation(len(points))
    assert hills(points)[order].tolist() == hills(points[order]).tolist()
    assert hills(points).tolist() == hills(points * [4.0, 4.0]).tolist()


def test_points_without_place_and_tiny_hills_belong_nowhere():
    points = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [9.0, 9.0], [np.nan, 1.0], [np.inf, 0.0]])
    assert hills(points, smallest=3).tolist() == [0, 0, 0, -1, -1, -1]
    assert hills(np.zeros((0, 2))).tolist() == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=40))
def test_bounds_hold_every_point(pairs: list[tuple[float, float]]):
    points = np.array(pairs)
    x0, x1, y0, y1 = bounds_of(points)
    assert x0 < points[:, 0].min() <= points[:, 0].max() < x1
    assert y0 < points[:, 1].min() <= points[:, 1].max() < y1
    assert len(hills(points)) == len(points)
