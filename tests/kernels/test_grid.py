import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.kernels.grid import build_grid, in_box, in_polygon, nearest_point

number = st.floats(-2, 2, allow_nan=False)


@settings(max_examples=40, deadline=None)
@given(number, number, number, number, st.integers(1, 40))
def test_box_equals_testing_every_point(x0: float, x1: float, y0: float, y1: float, n: int) -> None:
    points = np.random.default_rng(0).normal(size=(500, 2)).astype(np.float32)
    inside = in_box(build_grid(points, n), x0, x1, y0, y1)
    lows, highs = np.minimum([x0, y0], [x1, y1]), np.maximum([x0, y0], [x1, y1])
    expected = np.flatnonzero(((points >= lows) & (points <= highs)).all(axis=1))
    assert inside.tolist() == expected.tolist()


def winding(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Referee by another method: the angle that the polygon sweeps around each point is 2π inside and 0 outside."""
    rays = np.arctan2(*(corners[None] - points[:, None]).transpose(2, 0, 1)[::-1])
    turns = np.diff(np.concatenate([rays, rays[:, :1]], axis=1), axis=1)
    return np.abs(((turns + np.pi) % (2 * np.pi) - np.pi).sum(axis=1)) > np.pi


def test_lasso_equals_the_winding_number() -> None:
    rng = np.random.default_rng(1)
    points = rng.normal(size=(4000, 2))
    angle = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    radius = 1 + 0.5 * np.sin(5 * angle)
    corners = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    inside = in_polygon(build_grid(points), corners[:, 0], corners[:, 1])
    expected = np.flatnonzero(winding(points.astype(np.float32), corners))
    assert len(set(inside.tolist()) ^ set(expected.tolist())) <= 1
    assert 1000 < len(inside) < 3500


@pytest.mark.parametrize("points", [np.zeros((0, 2)), np.full((3, 2), np.nan), np.ones((1, 2))])
def test_empty_missing_and_single_points(points: np.ndarray) -> None:
    grid = build_grid(points)
    finite = int(np.isfinite(points).all(axis=1).sum())
    assert len(in_box(grid, -9, 9, -9, 9)) == finite
    assert len(in_polygon(grid, np.array([-9, 9, 9, -9]), np.array([-9, -9, 9, 9]))) == finite
    assert len(in_polygon(grid, np.array([0.0, 1.0]), np.array([0.0, 1.0]))) == 0


def test_nearest_point_respects_its_reach() -> None:
    grid = build_grid(np.array([[0.0, 0], [10, 10], [1, 0]]))
    assert nearest_point(grid, 0.8, 0.1, 1, 1) == 2
    assert nearest_point(grid, 5, 5, 1, 1) is None
