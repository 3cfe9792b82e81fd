from xml.etree import ElementTree

from workbench.phenomics.simulated_map import simulated_map
from workbench.views.map_thumbnail import HEIGHT, MOST_POINTS, WIDTH, map_thumbnail


def circles(svg: str) -> list[dict[str, str]]:
    return [item.attrib for item in ElementTree.fromstring(svg) if item.tag == "circle"]


def test_every_point_of_a_small_map_lies_inside_with_its_colour() -> None:
    drawn = circles(map_thumbnail(simulated_map(80), "island"))
    assert len(drawn) == 80
    assert all(0 <= float(item["cx"]) <= WIDTH and 0 <= float(item["cy"]) <= HEIGHT for item in drawn)
    assert len({item["fill"] for item in drawn}) > 1


def test_a_large_map_is_sampled_the_same_way_each_time() -> None:
    map_ = simulated_map(5000)
    assert len(circles(map_thumbnail(map_))) == MOST_POINTS
    assert map_thumbnail(map_) == map_thumbnail(map_)
    assert map_thumbnail(map_) != map_thumbnail(map_, seed=1)


def test_an_unknown_colour_gives_one_plain_colour() -> None:
    assert len({item["fill"] for item in circles(map_thumbnail(simulated_map(50), "nothing"))}) == 1
