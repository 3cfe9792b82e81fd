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
