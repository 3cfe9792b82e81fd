"""Claims: a planted enrichment is found, chance is called chance, verdicts follow the null."""

import numpy as np
import pytest
from scipy.stats import fisher_exact

from workbench.cells import explain
from workbench.nouns import Context, Perturbation, Prediction

GENES = tuple(f"R{i}" for i in range(200))


@pytest.fixture
def prediction():
    delta = np.zeros(200)
    delta[:10] = 5.0
    zero = np.zeros(200)
    evidence = tuple({"name": f"E{i}", "share": 0.1, "agreement": 0.4, "gene": "", "weight": 1.0} for i in range(6))
    return Prediction(
        "p", "t", Perturbation.of_gene("over-expression", "G"), Context("X"), GENES, delta, delta - 1, delta + 1, 0.9, zero,
        "mean of what was measured", "signal", "", 1.0, "v", "v", 1, "0", evidence=evidence,
        baselines={"mean of what was measured": zero},
    )  # fmt: skip


def test_the_moved_readouts_are_the_largest_changes(prediction):
    assert explain.moved_readouts(prediction) == set(GENES[:10])


def test_a_planted_relation_is_supported_with_its_expectation(prediction):
    partners = dict.fromkeys([*GENES[:6], *GENES[100:104], "not a readout"], "PMID:1")
    (claim,) = explain.relation_claims(prediction, {"net": partners})
    assert (claim.n, claim.verdict) == (6, "supported")
    assert claim.expected == pytest.approx(10 * 10 / 200)
    table = [[6, 4], [4, 186]]
    assert claim.p == pytest.approx(fisher_exact(table, alternative="greater").pvalue)
    assert claim.evidence[0]["evidence"] == "PMID:1"


def test_random_partners_are_not_distinguishable_from_chance(prediction):
    (claim,) = explain.relation_claims(prediction, {"net": dict.fromkeys(GENES[50:70], "x")})
    assert claim.verdict == "not distinguishable from chance"


def test_partners_that_are_no_readouts_make_no_claim(prediction):
    assert explain.relation_claims(prediction, {"net": {"elsewhere": "x"}}) == []


def test_gene_sets_are_corrected_for_their_number(prediction):
    sets = {f"random {i}": list(np.random.default_rng(i).choice(GENES, 12, replace=False)) for i in range(80)}
    sets["planted"] = list(GENES[:8])
    claims = explain.gene_set_claims(prediction, sets)
    assert "planted" in claims[0].statement
    assert claims[0].verdict == "supported"
    assert sum(claim.verdict == "supported" for claim in claims) == 1


def test_the_evidence_claim_counts_agreeing_replicates(prediction):
    claim = explain.evidence_claim(prediction)
    assert (claim.n, claim.verdict) == (5, "supported")
    assert "50% of the weight" in claim.statement
