from xml.etree import ElementTree

import numpy as np

from workbench.phenomics.simulated_map import simulated_map
from workbench.views.map_svg import LARGEST_CIRCLES, map_svg
from workbench.views.points import frame_of

SVG = "{http://www.w3.org/2000/svg}"


def test_a_small_map_is_circles_with_titles_and_marks_the_selection() -> None:
    map_ = simulated_map(80)
    tree = ElementTree.fromstring(map_svg(map_, frame_of(map_), "island", np.array([3, 5])))
    points = [item for item in tree.iter(f"{SVG}circle") if item.find(f"{SVG}title") is not None]
    assert len(points) == 80
    assert sum("stroke" in item.attrib for item in points) == 2
    assert "simulated" in "".join(item.text or "" for item in tree.iter(f"{SVG}text"))


def test_a_large_map_is_one_picture() -> None:
    map_ = simulated_map(LARGEST_CIRCLES + 1)
    tree = ElementTree.fromstring(map_svg(map_, frame_of(map_), "", np.zeros(0, int)))
    assert len(list(tree.iter(f"{SVG}image"))) == 1
