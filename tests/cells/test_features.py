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


def test_kernels_without_an_edge_or_a_set_are_those_of_a_gene_that_lacks_it():
    signed = {"signs": [("A", "B", 1), ("C", "B", -1)]}
    kernels = GeneKernels.build(EDGES, SETS, ("net",), signed)
    known = list("BCDE")
    lacking, outside = kernels.kernels_without("A", known, ["B"], ["s"])
    bare = GeneKernels.build([*EDGES[1:], ("A", "A")], SETS, ("net",), {"signs": [("C", "B", -1), ("A", "A", 1)]})
    whole = kernels.kernels(["A"], known)[:, 0]
    assert whole[1, 0] > 0  # A and B are neighbours
    assert lacking[0].max() == lacking[1].max() == 0.0  # without its only edge nothing is near A
    np.testing.assert_array_equal(lacking[2], whole[2])
    np.testing.assert_allclose(lacking[:2], bare.kernels(["A"], known)[:2, 0])
    assert outside[2].max() == 0.0
    np.testing.assert_array_equal(np.delete(outside, 2, axis=0), np.delete(whole, 2, axis=0))
    np.testing.assert_array_equal(kernels.kernels(["A"], known)[:, 0], whole)  # nothing was changed for others
    assert kernels.kernels_without("A", known).shape == (0, len(whole), 4)
