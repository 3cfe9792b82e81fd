import threading
from collections import OrderedDict

import numpy as np
import pytest

from tests.mapped import mapped_lab  # noqa: F401
from workbench.errors import UnknownNameError
from workbench.lab import Lab
from workbench.lab.maps import _remember


def test_a_complex_is_found_on_the_knock_out_map_with_its_background(mapped_lab: Lab) -> None:
    map_ = mapped_lab.maps.get("periscope")
    genes = map_.columns["gene"]
    chosen = np.array([i for i, gene in enumerate(genes) if str(gene).startswith(("MRPL", "MRPS"))])
    table = mapped_lab.maps.enrich("periscope", chosen)
    assert "Mitochondrial translation" in table["set"][0]
    assert table["q"][0] < 1e-10
    assert table.attrs["n_on_map"] == len(set(genes.tolist()))
    assert table.attrs["n_selected"] == len(chosen)


def test_several_constructs_of_a_gene_count_once(mapped_lab: Lab) -> None:
    map_ = mapped_lab.maps.get("l1000_orf_u2os")
    chosen = np.flatnonzero(map_.columns["gene"] == map_.columns["gene"][0])
    assert len(chosen) > 1
    table = mapped_lab.maps.enrich("l1000_orf_u2os", chosen)
    assert table.attrs["n_selected"] == 1
    assert table.attrs["n_on_map"] == 189
    assert (table["n_selected"] == 1).all()


def test_planted_modules_name_the_clusters(mapped_lab: Lab) -> None:
    clusters = mapped_lab.maps.clusters("simulated_lab")
    named = [found for found in clusters if found["source"]]
    assert named
    assert all(found["q"] < 0.05 and found["name"].startswith("module") for found in named)
    rows = np.concatenate([found["rows"] for found in clusters])
    assert len(rows) == len(np.unique(rows))


def test_a_selection_is_given_as_ids_rows_or_cohort(mapped_lab: Lab) -> None:
    map_ = mapped_lab.maps.get("nelisa_jump_target")
    cohort = mapped_lab.maps.cohort("nelisa_jump_target", map_.entities[3:9], "six compounds")
    for selection in (map_.entities[3:9], np.arange(3, 9), cohort):
        assert mapped_lab.maps.rows("nelisa_jump_target", selection).tolist() == list(range(3, 9))
    with pytest.raises(UnknownNameError, match="nobody"):
        mapped_lab.maps.rows("nelisa_jump_target", ["nobody"])


def test_relations_are_capped_and_say_so(mapped_lab: Lab) -> None:
    table = mapped_lab.maps.relations("nelisa_jump_target", np.arange(100))
    assert table.shape == (60, 60)
    assert table.attrs["n_selected"] == 100
    agreement = mapped_lab.maps.get("nelisa_jump_target").evidence["agreement"]
    left_out = np.setdiff1d(np.arange(100), table.attrs["rows"])
    assert agreement[table.attrs["rows"]].min() >= agreement[left_out].max()


def test_wells_of_a_selection_are_all_its_replicates(mapped_lab: Lab) -> None:
    map_ = mapped_lab.maps.get("nelisa_jump_target")
    wells = mapped_lab.maps.wells("nelisa_jump_target", np.arange(4))
    assert len(wells) == int(map_.evidence["n_replicates"][:4].sum())


def test_neighbours_carry_their_replicate_q_and_a_flag_for_few_cells(mapped_lab: Lab) -> None:
    map_ = mapped_lab.maps.get("periscope")
    counts = map_.columns["cell_count"]
    few = counts <= np.nanquantile(counts, 0.1)
    found = mapped_lab.maps.neighbours("periscope", map_.entities[int(np.nanargmin(counts))], k=40)
    rows = mapped_lab.maps.rows("periscope", found["perturbation_id"])
    places = {map_.entities[i]: i for i in rows}
    for row in found.itertuples():
        i = places[row.perturbation_id]
        assert (row.flag == "few cells in both") == bool(few[i])
        assert row.replicate_q == map_.evidence["q"][i]
    assert (found["flag"] != "").any()


def test_a_slow_making_holds_up_nobody_who_wants_something_else() -> None:
    cache: OrderedDict = OrderedDict()
    begun, go_on = threading.Event(), threading.Event()
    made: list[int] = []

    def slow() -> int:
        made.append(1)
        begun.set()
        assert go_on.wait(30)
        return 1

    waiting = [threading.Thread(target=_remember, args=(cache, ("home", "slow", "t"), slow)) for _ in range(2)]
    for thread in waiting:
        thread.start()
    assert begun.wait(30)
    assert _remember(cache, ("home", "quick", "t"), lambda: 2) == 2
    go_on.set()
    for thread in waiting:
        thread.join(30)
    assert cache["home", "slow", "t"] == 1
    assert made == [1]
