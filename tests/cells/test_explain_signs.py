"""Signs of paths: claimed where planted truth makes them right, never on networks that were rewired or data without them."""

import numpy as np
import pytest

from tests.cells.conftest import READOUTS, edges
from workbench.cells import explain_signs as signs
from workbench.cells.mechanism import Mechanisms, read_mechanisms
from workbench.training.recipe import read_recipe


@pytest.fixture(scope="module")
def planted():
    """Forty genes with eight targets each; the sign of an edge is the sign of the measured change."""
    rng = np.random.default_rng(2)
    genes = np.array([f"P{i}" for i in range(40)])
    measured, rows = np.zeros((40, 200), dtype=int), []
    for i, gene in enumerate(genes):
        targets = rng.choice(200, 8, replace=False)
        measured[i, targets] = rng.choice([-1, 1], 8)
        rows += [("own", gene, READOUTS[t], int(measured[i, t]), "") for t in targets]
    return signs.Changes(measured, genes, READOUTS), Mechanisms.build(edges(rows), edges([]), {})


def test_true_signs_beat_the_majority_and_every_rewired_network(planted):
    found = signs.sign_test(*planted, n_rewired=5)
    assert (found["n"], found["genes"], found["accuracy"]) == (320, 40, 1.0)
    assert found["rewired"] < 0.7
    assert found["majority"] < 0.65
    assert found["low"] > 0
    assert found["beats"]
    claim = signs.sign_claim(found, "C9", (3, 4))
    assert claim.verdict == "supported"
    assert "3 of 4 moved readouts" in claim.statement


def test_random_signs_beat_nothing_and_are_not_claimed(planted):
    changes, mechanisms = planted
    mixed = np.where(changes.signs != 0, np.random.default_rng(3).choice([-1, 1], changes.signs.shape), 0)
    found = signs.sign_test(changes._replace(signs=mixed), mechanisms, n_rewired=5)
    assert not found["beats"]
    assert signs.sign_claim(found, "C1").statement.startswith("Signs of short paths are not claimed")


def test_signs_that_lose_to_the_majority_are_opposed(planted):
    changes, mechanisms = planted
    up = np.abs(changes.signs)
    found = signs.sign_test(changes._replace(signs=up), mechanisms, n_rewired=5)
    assert found["majority"] > 0.7
    assert found["high"] < 0
    assert signs.sign_claim(found, "C1").verdict == "opposed"


def test_too_few_pairs_say_so_and_claim_nothing(planted):
    changes, mechanisms = planted
    nothing = signs.sign_test(changes._replace(signs=np.zeros_like(changes.signs)), mechanisms)
    assert (nothing["n"], nothing["beats"], nothing["accuracy"]) == (0, False, None)
    assert signs.sign_claim(nothing, "C1").verdict == "not distinguishable from chance"


def test_a_direct_edge_counts_before_a_path_and_unknown_signs_count_nothing():
    rows = [
        ("n", "A", "X", -1, ""),
        ("n", "A", "B", 1, ""),
        ("n", "B", "X", 1, ""),
        ("n", "B", "Y", -1, ""),
        ("n", "B", "Z", 0, ""),
    ]
    built = Mechanisms.build(edges(rows), edges([]), {})
    said = signs.path_signs(built, np.array(["A", "nowhere", "A"]), ("X", "Y", "Z", "A", "unknown"))
    np.testing.assert_array_equal(said, [[-1, -1, 0, 0, 0], [0] * 5, [-1, -1, 0, 0, 0]])


def test_only_changes_alike_in_all_replicates_count():
    delta = np.array([[2.0, 2.0, -2.0], [3.0, 1.0, -1.6], [9.0, 9.0, 9.0]])
    changes = signs.large_changes(delta, np.array(["a", "a", "b"]), np.array(["A", "A", "B"]), ("x", "y", "z"))
    np.testing.assert_array_equal(changes.signs, [[1, 0, -1], [0, 0, 0]])  # one replicate proves nothing


def test_the_majority_is_learnt_from_other_genes_only():
    changes = signs.Changes(np.array([[1], [1], [-1], [-1], [-1]]), np.array(list("ABCDE")), ("x",))
    np.testing.assert_array_equal(signs.majority_hits(changes)[:, 0], [0, 0, 0.5, 0.5, 0.5])


def test_the_simulated_lab_with_its_prior_network_earns_signs_and_keeps_the_test(shared_lab):
    recipe = read_recipe("simulated")
    mechanisms = read_mechanisms(shared_lab.catalog, recipe.collections)
    found = signs.read_sign_test(shared_lab.catalog, recipe, mechanisms)
    assert found["beats"]
    assert found["accuracy"] > 0.9
    assert signs.read_sign_test(shared_lab.catalog, recipe, mechanisms) is found
    assert signs.read_sign_test(shared_lab.catalog, read_recipe("cellbox"), mechanisms) == {}
