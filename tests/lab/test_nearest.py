"""Nearest entities of a whole map: the same as asking one by one, from one index on disk, or from a graph that says its recall."""

import numpy as np
import pytest

from workbench.errors import InputError
from workbench.kernels.topk import unit_rows
from workbench.lab.nearest import exact_index

MAP = "bbbc021"


def test_every_entity_gets_its_nearest_and_never_itself(shared_lab) -> None:
    map_ = shared_lab.maps.get(MAP)
    found = shared_lab.maps.nearest(MAP, 5)
    assert len(found) == 5 * len(map_)
    assert (found["perturbation_id"] != found["neighbour"]).all()
    cosines = unit_rows(map_.vectors) @ unit_rows(map_.vectors).T
    np.fill_diagonal(cosines, -2)
    expected = -np.sort(-cosines, axis=1)[:, :5]
    np.testing.assert_allclose(found["similarity"].to_numpy().reshape(-1, 5), expected, atol=1e-5)
    assert found["place"].tolist()[:6] == [1, 2, 3, 4, 5, 1]
    assert found.attrs["recall"].startswith("exact")


def test_the_index_is_made_once_and_kept(shared_lab) -> None:
    first = shared_lab.maps.nearest(MAP, 3)
    folders = list((shared_lab.settings.cache / "similarity" / MAP).iterdir())
    made = {path: path.stat().st_mtime_ns for folder in folders for path in folder.iterdir()}
    assert made
    again = shared_lab.maps.nearest(MAP, 3)
    assert again.equals(first)
    assert {path: path.stat().st_mtime_ns for path in made} == made


def test_the_index_of_a_map_that_was_rebuilt_is_not_kept(tmp_path) -> None:
    vectors = np.random.default_rng(0).normal(size=(30, 4))
    exact_index(vectors, tmp_path / "map" / "before")
    index = exact_index(vectors[:20], tmp_path / "map" / "after")
    assert len(index.units) == 20
    assert [path.name for path in (tmp_path / "map").iterdir()] == ["after"]


def test_the_graph_says_what_it_finds(shared_lab) -> None:
    exact, about = shared_lab.maps.nearest(MAP, 4), shared_lab.maps.nearest(MAP, 4, approximate=True)
    pairs = [set(zip(frame["perturbation_id"], frame["neighbour"], strict=True)) for frame in (exact, about)]
    assert len(pairs[0] & pairs[1]) > 0.9 * len(pairs[0])
    assert "of the 5 nearest rows (n = 103 rows)" in about.attrs["recall"]


@pytest.mark.parametrize("k", [0, 103])
def test_a_k_the_map_does_not_have_is_refused(shared_lab, k: int) -> None:
    with pytest.raises(InputError, match=r"1 … 102"):
        shared_lab.maps.nearest(MAP, k)
