"""Direct edges: told from indirect ones on a planted linear network, without the truth; a database only helps."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from workbench.errors import InputError
from workbench.kernels.direct_edges import direct_edge_scores


@pytest.fixture(scope="module")
def planted():
    rng = np.random.default_rng(0)
    n = 40
    weights = np.where(rng.random((n, n)) < 0.07, rng.choice([-1, 1], (n, n)) * 0.5, 0.0)
    np.fill_diagonal(weights, 0)
    responses = 3.0 * np.linalg.inv(np.eye(n) - weights) + 0.1 * rng.normal(size=(n, n))
    return responses, weights != 0, ~np.eye(n, dtype=bool)


def test_direct_edges_are_ranked_above_indirect_ones(planted):
    responses, truth, off = planted
    scores = direct_edge_scores(responses, np.zeros_like(truth))
    found = average_precision_score(truth[off], scores[off])
    assert found > average_precision_score(truth[off], np.abs(responses)[off]) + 0.05
    assert found > average_precision_score(truth[off], np.abs(np.corrcoef(responses.T))[off]) + 0.2
    assert np.isneginf(np.diag(scores)).all()


def test_a_database_with_errors_helps_and_a_random_one_does_not_ruin(planted):
    responses, truth, off = planted
    rng = np.random.default_rng(1)
    plain = average_precision_score(truth[off], direct_edge_scores(responses, np.zeros_like(truth))[off])
    noisy = (truth & (rng.random(truth.shape) < 0.8)) | (rng.random(truth.shape) < 0.02)
    assert average_precision_score(truth[off], direct_edge_scores(responses, noisy)[off]) > plain
    chance = rng.random(truth.shape) < 0.07
    assert average_precision_score(truth[off], direct_edge_scores(responses, chance)[off]) > 0.5 * plain


def test_the_order_of_the_genes_does_not_matter(planted):
    responses, truth, _ = planted
    order = np.random.default_rng(2).permutation(len(responses))
    scores = direct_edge_scores(responses, truth)
    np.testing.assert_allclose(
        direct_edge_scores(responses[np.ix_(order, order)], truth[np.ix_(order, order)]), scores[np.ix_(order, order)]
    )


def test_other_shapes_are_refused():
    with pytest.raises(InputError, match="square and alike"):
        direct_edge_scores(np.zeros((3, 4)), np.zeros((3, 3), bool))
