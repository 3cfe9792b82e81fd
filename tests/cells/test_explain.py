"""Claims: what was planted is found, chance is called chance, and verdicts hold for all claims of an explanation together."""

import numpy as np
import pytest
from scipy.stats import fisher_exact

from tests.cells.conftest import READOUTS, edges
from workbench.cells import explain
from workbench.cells.explain import Finding, Moved
from workbench.cells.mechanism import Mechanisms
from workbench.nouns import Perturbation

GIVEN = frozenset({"net"})


def finding(p, family="a", n=9, expected=1.0):
    return Finding(f"{family} {p}", "relation", family, n, 10, expected, (p / 2, 1 - p / 2), "chance")


def test_the_moved_readouts_are_the_largest_changes_and_never_those_that_stay(prediction):
    assert explain.moved_readouts(prediction) == set(READOUTS[:10])
    assert explain.moved_readouts(prediction, np.zeros(200)) == set()
    other = np.zeros(200)
    other[50:80] = 1.0
    assert explain.moved_readouts(prediction, other) == set(READOUTS[50:60])


def test_the_perturbed_gene_itself_never_counts(prediction):
    import dataclasses

    own = dataclasses.replace(prediction, perturbation=Perturbation.of_gene("over-expression", "R0"))
    moved = Moved.of(own)
    assert "R0" not in moved.predicted | moved.universe
    assert moved.measured is None


def test_planted_targets_paths_and_partners_are_supported_with_their_expectation(prediction, mechanisms):
    tests = explain.network_tests(prediction, Moved.of(prediction, prediction.delta), mechanisms, GIVEN)
    claims = {claim.kind: claim for claim, _ in explain.settle(tests)}
    assert set(claims) == {"direct target", "signed path", "relation"}
    assert {claim.verdict for claim in claims.values()} == {"supported"}
    assert (claims["direct target"].n, claims["signed path"].n, claims["relation"].n) == (4, 6, 8)
    assert all(claim.expected < claim.n / 2 for claim in claims.values())
    assert claims["direct target"].null == explain.REWIRED
    assert claims["signed path"].evidence[0]["pubmed"] == ("11", "22")
    assert claims["signed path"].evidence[0]["via"] == "M"
    assert all(claim.measured["holds"] for claim in claims.values())
    assert "no evidence for biology" in claims["relation"].note
    assert "About the prediction" in claims["direct target"].note
    assert [claim.claim_id for claim, _ in explain.settle(tests)] == ["C1", "C2", "C3"]


def test_targets_elsewhere_are_not_distinguishable_from_chance(prediction, mechanisms):
    away = np.zeros(200)
    away[150:160] = 1.0
    tests = explain.network_tests(prediction, Moved(explain.moved_readouts(prediction, away), None, frozenset(READOUTS)),
                                  mechanisms, frozenset())  # fmt: skip
    assert {claim.verdict for claim, _ in explain.settle(tests)} == {"not distinguishable from chance"}


def test_gene_sets_are_tested_as_fisher_does_and_corrected_for_their_number(prediction):
    sets = {f"random {i}": frozenset(np.random.default_rng(i).choice(READOUTS, 12, replace=False)) for i in range(80)}
    sets |= {"planted": frozenset(READOUTS[:8]), "too small": frozenset(READOUTS[:3]), "too large": frozenset(READOUTS)}
    tests = explain.set_tests("c", sets, Moved.of(prediction))
    assert len(tests) == 81
    claims = explain.settle(tests, {"c": 4})
    assert claims[0][0].statement.startswith("The set “planted”")
    assert [claim.verdict for claim, _ in claims].count("supported") == 1
    assert claims[0][0].p == pytest.approx(fisher_exact([[8, 0], [2, 190]], alternative="greater").pvalue)
    assert claims[0][1].named == set(READOUTS[:8])


def test_of_a_collection_without_support_one_set_is_shown(prediction):
    sets = {f"s{i}": frozenset(np.random.default_rng(i).choice(READOUTS[100:], 9, replace=False)) for i in range(20)}
    assert len(explain.settle(explain.set_tests("c", sets, Moved.of(prediction)), {"c": 4})) == 1


def test_verdicts_need_q_below_the_level_over_all_claims_and_say_the_side():
    claims = [claim for claim, _ in explain.settle([finding(0.02), *(finding(0.5 + i / 100) for i in range(20))])]
    assert {claim.verdict for claim in claims} == {"not distinguishable from chance"}
    below = Finding("less", "relation", "a", 0, 9, 8.0, (1.0, 1e-6), "chance")
    claims = [claim for claim, _ in explain.settle([finding(1e-6), below, finding(0.9)])]
    assert [claim.verdict for claim in claims] == ["supported", "opposed", "not distinguishable from chance"]
    assert explain.settle([]) == []


def test_replicates_of_the_evidence_are_compared_with_those_of_all(prediction):
    claim = explain.evidence_test(prediction, np.array([0.4] * 6 + [0.0] * 60 + [np.nan]))
    assert (claim.n, claim.of) == (5, 5)
    assert claim.expected == pytest.approx(5 * 6 / 66)
    assert claim.p < 0.001
    assert "50% of the weight" in claim.statement
    assert explain.evidence_test(prediction, np.full(5, np.nan)) is None


def test_evidence_of_a_combination_is_counted_by_shared_parts(prediction):
    import dataclasses

    asked = Perturbation.of_parts((Perturbation.of_compound("K1", "one"), Perturbation.of_compound("K2", "two")))
    top = tuple({"perturbation_id": f"compound:K{i}", "name": f"d{i}"} for i in (1, 2, 1, 7, 8))
    test = explain.shared_part_test(
        dataclasses.replace(prediction, perturbation=asked, evidence=top), np.arange(40) < 4
    )
    assert (test.n, test.of, test.expected) == (3, 5, 0.5)
    assert test.p < 0.02


def test_regulons_are_compared_with_networks_of_the_same_degrees(prediction):
    """T regulates eight of the ten moved readouts; U as many, which are what thirty other factors regulate too."""
    rng = np.random.default_rng(0)
    rows = [("TRRUST", "T", READOUTS[i], 1, "") for i in range(8)]
    hubs = [*READOUTS[:4], *READOUTS[100:104]]
    rows += [("TRRUST", "U", name, 1, "") for name in hubs]
    rows += [
        ("TRRUST", f"F{i}", name, 1, "") for i in range(30) for name in {*rng.choice(hubs, 6), *rng.choice(READOUTS, 3)}
    ]
    found = {test.statement.split()[3]: test for test in explain.regulon_tests(Moved.of(prediction), Mechanisms.build(
        edges(rows), edges([]), {}))}  # fmt: skip
    assert found["T"].n == 8
    assert found["T"].p < 1e-3 < 0.05 < found["U"].p
    assert found["U"].expected > 1.5 * 8 * 10 / 200
    assert {test.kind for test in found.values()} == {"regulon"}
