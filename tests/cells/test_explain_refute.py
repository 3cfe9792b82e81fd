"""The best refutation: the clearest named readout, the gene a path leads over, the opposite of what was measured."""

import dataclasses

import numpy as np

from workbench.cells.explain import Moved, network_tests
from workbench.cells.explain_refute import best_refutation
from workbench.nouns import Perturbation


def test_an_unmeasured_question_is_measured_where_it_says_most(prediction, mechanisms):
    delta = np.array(prediction.delta)
    delta[8] = -7.0
    said = dataclasses.replace(prediction, delta=delta, low=delta - 1, high=delta + 1)
    tests = {test.kind: test for test in network_tests(said, Moved.of(said), mechanisms, frozenset())}
    found = best_refutation(tests["direct target"], said, is_measured=False)
    assert (found["perturbation_id"], found["readout"], found["direction"]) == ("over-expression:G", "R8", "down")
    assert "loses its strongest case" in found["reason"]
    measured = best_refutation(tests["direct target"], said, is_measured=True)
    assert (measured["perturbation_id"], measured["direction"]) == ("knock-down:G", "up")


def test_a_path_is_refuted_at_the_gene_it_leads_over(prediction, mechanisms):
    test = next(
        test
        for test in network_tests(prediction, Moved.of(prediction), mechanisms, frozenset())
        if test.kind == "signed path"
    )
    found = best_refutation(test, prediction, is_measured=True)
    assert (found["kind"], found["gene"]) == ("over-expression", "M")
    assert found["readout"] in {f"R{i}" for i in range(6)}
    assert found["direction"] == "down"  # G holds M back, and the readout is predicted to rise


def test_a_combination_is_refuted_by_itself(prediction, mechanisms):
    asked = Perturbation.of_parts((Perturbation.of_compound("K1", "one"), Perturbation.of_compound("K2", "two")))
    said = dataclasses.replace(prediction, perturbation=asked)
    test = next(iter(network_tests(prediction, Moved.of(prediction), mechanisms, frozenset())))
    found = best_refutation(test, said, is_measured=True)
    assert (found["perturbation_id"], found["gene"], found["kind"]) == (asked.perturbation_id, "", "combination")
