"""Gene kernels: grown gene by gene they equal those made at once; unknown genes are named."""

import numpy as np

from workbench.cells.features import GeneKernels

EDGES = [("A", "B"), ("B", "C"), ("D", "E")]
SETS = {"s": ["A", "B", "F"]}


def test_kernels_do_not_depend_on_the_order_of_questions():
    one, other = (GeneKernels.build(EDGES, SETS, ("net",)) for _ in range(2))
    at_once = one.kernels(list("ABCDE"), list("ABCDE"))
    other.kernels(["E"], ["A"])
    other.kernels(["C"], ["B", "D"])
    np.testing.assert_allclose(other.kernels(list("ABCDE"), list("ABCDE")), at_once)
    np.testing.assert_array_equal(at_once[-1], np.eye(5))


def test_prior_counts_the_views_that_know_a_gene():
    kernels = GeneKernels.build(EDGES, SETS, ("net",))
    np.testing.assert_allclose(kernels.prior(["A", "D", "F", "nowhere"]), [1, 2 / 3, 1 / 3, 0])


def test_missing_says_which_source_lacks_the_gene():
    kernels = GeneKernels.build(EDGES, SETS, ("net",))
    assert kernels.missing("A") == []
    assert kernels.missing("D") == ["gene sets"]
    assert kernels.missing("F") == ["net"]
    assert kernels.missing("nowhere") == ["net", "gene sets"]


def test_signed_networks_add_kernels_and_say_what_they_lack():
    signed = {"signs": [("A", "B", 1), ("C", "B", -1)], "more": [("A", "G", 0)]}
    kernels = GeneKernels.build(EDGES, SETS, ("net",), signed)
    plain = GeneKernels.build(EDGES, SETS, ("net",)).kernels(list("ABC"), list("ABC"))
    found = kernels.kernels(list("ABC"), list("ABC"))
    assert len(found) == 8  # three, three of the first signed network, one of the next, the same gene
    np.testing.assert_allclose((found[1] > 0), (plain[1] > 0))
    assert found[5][0, 2] == -1
    assert kernels.missing("D") == ["gene sets", "signs", "more"]
    np.testing.assert_array_equal(found[-1], np.eye(3))
