"""Gene kernels: closed form on small graphs, and what a gene without edges gets."""

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp

from workbench.kernels import graph_kernels as graph


@pytest.fixture
def path():
    """a - b - c, and d alone."""
    return graph.adjacency(4, np.array([0, 1, 1]), np.array([1, 2, 1]))


def test_adjacency_is_symmetric_without_loops_and_counts_a_pair_once():
    matrix = graph.adjacency(3, np.array([0, 1, 0, 2]), np.array([1, 0, 1, 2])).toarray()
    np.testing.assert_array_equal(matrix, [[0, 1, 0], [1, 0, 0], [0, 0, 0]])


def test_diffusion_equals_personalised_pagerank():
    network = nx.karate_club_graph()
    source, target = np.array(list(network.edges())).T
    matrix = graph.adjacency(34, source, target)
    visits = graph.diffusion_features(matrix, np.array([5]), restart=0.5, n_steps=200)[0]
    degree = np.asarray(matrix.sum(axis=1)).ravel()
    expected = nx.pagerank(network, alpha=0.5, personalization={5: 1.0}, weight=None, tol=1e-12, max_iter=500)
    np.testing.assert_allclose(visits * np.sqrt(degree), [expected[i] for i in range(34)], atol=1e-8)


def test_a_gene_without_edges_has_no_similarity(path):
    for features in (graph.diffusion_features(path, np.arange(4)), graph.neighbour_features(path, np.arange(4))):
        kernel = graph.cosine_kernel(features, features)
        assert kernel[3, 3] == 0
        assert (kernel[3] == 0).all()
        np.testing.assert_allclose(np.diag(kernel)[:3], 1)


def test_neighbours_are_more_similar_than_strangers(path):
    features = graph.diffusion_features(path, np.arange(3))
    kernel = graph.cosine_kernel(features, features)
    assert kernel[0, 1] > kernel[0, 2] > 0


def test_dense_and_sparse_cosines_agree():
    rows = np.random.default_rng(0).random((4, 6)) * (np.random.default_rng(1).random((4, 6)) > 0.4)
    np.testing.assert_allclose(
        graph.cosine_kernel(rows, rows), graph.cosine_kernel(sp.csr_matrix(rows), sp.csr_matrix(rows))
    )


def test_rare_features_weigh_more():
    weights = graph.inverse_frequency(np.array([0, 1, 10, 100]), 100)
    assert weights[0] == 0
    assert weights[1] > weights[2] > weights[3] > 0


def test_genes_that_push_the_same_targets_the_same_way_are_alike():
    source, target = np.array([0, 0, 1, 1, 2, 2]), np.array([3, 4, 3, 4, 3, 4])
    matrix = graph.signed_adjacency(5, source, target, np.array([1, -1, 1, -1, -1, 1]))
    features = graph.signed_features(matrix, np.arange(5), regulators=False)
    kernel = graph.cosine_kernel(features, features)
    np.testing.assert_allclose(kernel[:3, :3], [[1, 1, -1], [1, 1, -1], [-1, -1, 1]], atol=1e-12)
    assert not kernel[3].any()
    both = graph.signed_features(matrix, np.arange(5), regulators=True)
    np.testing.assert_allclose(graph.cosine_kernel(both, both)[3, 4], -1, atol=1e-12)


def test_an_edge_without_a_sign_counts_half_and_contradictions_cancel():
    matrix = graph.signed_adjacency(3, np.array([0, 1, 1]), np.array([1, 2, 2]), np.array([0, 1, -1])).toarray()
    assert matrix[0, 1] == 0.5
    assert matrix[1, 2] == 0


def test_overlap_with_known_genes_is_the_cosine_of_their_diffusion_features():
    rng = np.random.default_rng(4)
    source, target = rng.integers(0, 60, 150), rng.integers(0, 60, 150)
    matrix = graph.adjacency(64, source, target)  # the last four have no edges
    known = np.array([3, 7, 62])
    features = graph.diffusion_features(matrix, np.arange(64))
    found = graph.diffusion_overlap(matrix, known)
    np.testing.assert_allclose(found, graph.cosine_kernel(features, features[known]), atol=1e-4)
    assert not found[60:].any()
    assert not found[:, 2].any()
