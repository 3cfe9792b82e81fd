from __future__ import annotations

import base64
import io
import re

import numpy as np
from PIL import Image

from workbench.phenomics.simulated_map import simulated_map
from workbench.views.map_preview import map_preview
from workbench.views.points import frame_of


def test_each_point_of_a_small_map_is_a_circle_where_the_page_draws_it() -> None:
    map_ = simulated_map(300, seed=2, map_id="small")
    shown = map_preview(map_, "island")
    circles = re.findall(r'cx="([\d.]+)%" cy="([\d.]+)%" r="[\d.]+" fill="(#\w+)"', shown)
    assert len(circles) == 300
    x0, x1, y0, y1 = frame_of(map_).bounds
    places = np.array([[float(x), float(y)] for x, y, _ in circles]) / 100
    np.testing.assert_allclose(places[:, 0], (map_.layout[:, 0] - x0) / (x1 - x0), atol=1e-4)
    np.testing.assert_allclose(places[:, 1], (y1 - map_.layout[:, 1]) / (y1 - y0), atol=1e-4)
    assert [fill for *_, fill in circles] == list(frame_of(map_).colouring("island").colours())


def test_a_large_map_is_a_picture_of_all_its_points() -> None:
    map_ = simulated_map(20_000, seed=2, map_id="large")
    (data,) = re.findall(r'src="data:image/png;base64,([^"]+)"', map_preview(map_, "island"))
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    raster = frame_of(map_).raster("island", frame_of(map_).bounds, *picture.shape[1::-1])
    np.testing.assert_array_equal(picture.view(np.uint32)[..., 0][::-1], raster)
