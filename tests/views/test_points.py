import gc
import weakref

import numpy as np

from workbench.phenomics.simulated_map import simulated_map
from workbench.views.points import PointFrame, frame_of, warm


def test_every_point_is_in_the_raster_of_the_full_window() -> None:
    frame = PointFrame(simulated_map(2000))
    for name in ("", "island", "distance"):
        image = frame.raster(name, frame.bounds, 300, 200)
        assert image.shape == (200, 300)
        assert 300 < (image >> 24 > 0).sum() < 30_000
    _, x1, _, y1 = frame.bounds
    beside = frame.raster("island", (x1 + 1, x1 + 2, y1 + 1, y1 + 2), 50, 50)
    assert (beside >> 24 > 0).sum() == 0


def test_a_raster_of_some_points_shows_only_those() -> None:
    frame = PointFrame(simulated_map(2000))
    row = int(np.argmin(frame.points[:, 0]))
    image = frame.raster_of(np.array([row]), "#ff0000", frame.bounds, 300, 200)
    _, columns = np.nonzero(image >> 24)
    assert 0 < len(columns) < 200
    assert columns.max() < 40


def test_one_frame_a_map_and_gone_with_it() -> None:
    map_ = simulated_map(100)
    frame = frame_of(map_)
    assert frame_of(map_) is frame
    gone = weakref.ref(frame)
    del frame, map_
    gc.collect()
    assert gone() is None


def test_empty_and_single_point_maps_have_a_window() -> None:
    one = PointFrame(simulated_map(1))
    x0, x1, y0, y1 = one.bounds
    assert x1 > x0
    assert y1 > y0
    assert (one.raster("", one.bounds, 20, 20) > 0).sum() >= 1


def test_warm_compiles_without_leaving_a_map_behind() -> None:
    warm()
    gc.collect()
    from workbench.views import points

    assert not any(map_.map_id == "warm" for map_ in points._frames)
