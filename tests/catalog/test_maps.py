import numpy as np
import pytest

from tests.mapped import mapped_lab  # noqa: F401
from workbench.catalog import maps
from workbench.errors import InputError, UnknownNameError
from workbench.lab import Lab
from workbench.phenomics.simulated_map import simulated_map


def test_a_map_comes_back_as_it_was_written(mapped_lab: Lab) -> None:
    written = simulated_map(300, seed=1, map_id="written")
    maps.write_map(mapped_lab.catalog, written)
    read = maps.read_map(mapped_lab.catalog, "written")
    assert read.entities == written.entities
    assert read.labels == written.labels
    np.testing.assert_allclose(read.vectors, written.vectors)
    np.testing.assert_allclose(read.layout, written.layout)
    np.testing.assert_allclose(read.evidence["agreement"], written.evidence["agreement"])
    assert read.columns["island"].tolist() == written.columns["island"].tolist()
    assert read.simulated
    assert read.quality == written.quality


def test_writing_again_replaces_the_points(mapped_lab: Lab) -> None:
    for n in (50, 20):
        maps.write_map(mapped_lab.catalog, simulated_map(n, map_id="twice"))
    rows = [row for row in maps.map_rows(mapped_lab.catalog) if row["map_id"] == "twice"]
    assert [row["n_entities"] for row in rows] == [20]


def test_wells_come_with_features_controls_and_spread_annotations(mapped_lab: Lab) -> None:
    profiles = maps.read_wells(mapped_lab.catalog, "bbbc021")
    assert profiles.values.shape == (632, 516)
    assert profiles.is_control.sum() == 330
    screen = maps.read_wells(mapped_lab.catalog, "periscope")
    assert np.isfinite(screen.wells["umap_x"]).sum() == 1930 + 1553 + 1089
    with pytest.raises(UnknownNameError, match="workbench data import moon"):
        maps.read_wells(mapped_lab.catalog, "moon")


def test_unknown_maps_list_the_known_ones(mapped_lab: Lab) -> None:
    with pytest.raises(UnknownNameError, match="bbbc021"):
        maps.read_map(mapped_lab.catalog, "moon")


def test_relations_and_places_of_a_gene(mapped_lab: Lab) -> None:
    known = maps.known_relations(mapped_lab.catalog, "BRAF", ["RAF1", "INS"])
    assert "RAF1" in known
    assert "INS" not in known
    ids = maps.perturbations_of(mapped_lab.catalog, gene="BRAF")
    assert "knock-out:BRAF" in ids
    assert {row["map_id"] for row in maps.points_of(mapped_lab.catalog, ids)} >= {"l1000_orf_u2os"}
    with pytest.raises(InputError, match="gene or a compound"):
        maps.perturbations_of(mapped_lab.catalog)


def test_a_plate_has_names_and_profiles(mapped_lab: Lab) -> None:
    table, values = maps.read_plate(mapped_lab.catalog, "nelisa_jump_target", "compound_A549_24_1")
    assert values.shape == (table.num_rows, 191)
    assert "DMSO" in table.column("Metadata_Name").to_pylist()
