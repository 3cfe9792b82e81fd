"""Networks as explanations read them: targets, paths over one gene, partners, signs, and the same in rewired networks."""

import numpy as np

from tests.cells.conftest import edges
from workbench.cells.mechanism import N_REWIRED, Mechanisms, read_mechanisms


def named(mechanisms, mask):
    return set(mechanisms.names[mask])


def test_targets_paths_and_partners_are_those_that_were_planted(mechanisms):
    regulon = mechanisms.directed["regulon"]
    assert named(mechanisms, mechanisms.direct(regulon, ("G",))[0]) == {"R6", "R7", "R8", "R9"}
    assert named(mechanisms, mechanisms.one_step(("G",))[0]) == {f"R{i}" for i in range(6)}
    assert named(mechanisms, mechanisms.partners_of("net", ("G",))) == {f"R{i}" for i in range(8)}
    assert not mechanisms.direct(regulon, ("nowhere",)).any()
    assert not mechanisms.one_step(("nowhere",)).any()


def test_edges_carry_sign_network_and_pubmed_ids(mechanisms):
    ((start, end),) = mechanisms.paths(("G",), {"R2"})
    assert (start["source"], start["target"], start["sign"], start["network"]) == ("G", "M", -1, "signalling")
    assert (end["target"], end["sign"], end["pubmed"]) == ("R2", -1, ("11", "22"))
    assert [edge["target"] for edge in mechanisms.edges_to(("G",), {"R6", "R0"})] == ["R6"]


def test_rewired_networks_keep_the_number_of_targets_and_lose_the_planted_ones(mechanisms):
    drawn = mechanisms.direct(mechanisms.directed["regulon"], ("G",), rewired=True)
    assert drawn.shape == (N_REWIRED, len(mechanisms.names))
    assert (drawn.sum(axis=1) == 4).all()
    planted = mechanisms.mask({"R6", "R7", "R8", "R9"})
    assert (drawn & planted).sum(axis=1).mean() < 1
    assert mechanisms.one_step(("G",), rewired=True).shape == drawn.shape


def test_the_chance_of_partners_adds_up_to_their_number(mechanisms):
    chances = mechanisms.partner_chances("net", ("G",))
    assert 0 < chances.sum() <= 8
    assert chances.max() < 1


def test_a_plus_that_is_also_the_default_is_unknown_until_another_network_agrees():
    rows = [
        ("DoRothEA", "A", "X", 1, ""),
        ("DoRothEA", "A", "Y", 1, ""),
        ("DoRothEA", "A", "Z", -1, ""),
        ("TRRUST", "A", "X", 1, ""),
    ]
    built = Mechanisms.build(edges(rows), edges([]), {})
    assert dict(zip(built.names[built.directed["DoRothEA"].target], built.directed["DoRothEA"].sign, strict=True)) == {
        "X": 1, "Y": 0, "Z": -1,
    }  # fmt: skip
    assert built.regulons == {"A": {"X", "Y", "Z"}}


def test_signalling_leads_to_regulons_where_they_meet():
    rows = [
        ("signals", "A", "T", 1, ""),
        ("TRRUST", "T", "X", 1, ""),
        ("own", "S", "U", 1, ""),
        ("own", "U", "V", 1, ""),
    ]
    built = Mechanisms.build(edges(rows), edges([]), {})
    first, last = built.steps(("A",))
    assert ([graph.name for graph in first], [graph.name for graph in last]) == (["signals"], ["TRRUST"])
    assert [[graph.name for graph in step] for step in built.steps(("S",))] == [["own"], ["own"]]
    assert named(built, built.one_step(("S",))[0]) == {"V"}


def test_the_catalogs_networks_are_built_once(shared_lab):
    one = read_mechanisms(shared_lab.catalog, ("hallmark",))
    assert read_mechanisms(shared_lab.catalog, ("hallmark",)) is one
    assert set(one.partners) == {"Reactome", "STRING", "hu.MAP"}
    assert "simulated prior" in one.directed
    assert len(one.sets["hallmark"]) == 50
    np.testing.assert_array_equal(one.partners["STRING"].diagonal(), 0)
