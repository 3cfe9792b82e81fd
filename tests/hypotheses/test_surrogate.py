"""The surrogate against scikit-learn's Gaussian process on the same kernel, and its draws against its own moments."""

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import PairwiseKernel

from workbench.errors import InputError
from workbench.hypotheses.priors import strength
from workbench.hypotheses.surrogate import Surrogate, SurrogateSettings


@pytest.fixture(scope="module")
def surrogate() -> Surrogate:
    rng = np.random.default_rng(0)
    sparse = sp.csr_matrix(rng.random((30, 12)) * (rng.random((30, 12)) < 0.3))
    blocks = {"network": sparse, "dense": rng.normal(size=(30, 4))}
    return Surrogate(
        rng.normal(size=(30, 3)), np.array([0.5, -0.2, 0.0]), blocks, SurrogateSettings(noise=0.4, scales=(0.5,))
    )


SEEN = np.array([0, 3, 5, 8, 13, 21])
SCORES = np.array([1.0, -2.0, 0.2, 0.4, -0.1, 3.0])


def test_mean_and_sd_are_those_of_the_field(surrogate):
    blocks = [block.toarray() if sp.issparse(block) else block for block in surrogate.features]
    features = np.concatenate([np.full((30, 1), 10.0), *(np.sqrt(0.5) * block for block in blocks)], axis=1)
    kernel = PairwiseKernel(metric="linear", gamma_bounds="fixed")
    referee = GaussianProcessRegressor(kernel, alpha=0.4, optimizer=None)
    values = strength(SCORES) / strength(SCORES).std()
    referee.fit(features[SEEN], values - surrogate.prior_mean[SEEN])
    mean, sd = referee.predict(features, return_std=True)
    posterior = surrogate.condition(SEEN, SCORES)
    np.testing.assert_allclose(posterior.mean, surrogate.prior_mean + mean, atol=1e-8)
    np.testing.assert_allclose(posterior.sd, sd, atol=1e-5)


def test_joint_draws_have_the_posterior_s_moments(surrogate):
    posterior = surrogate.condition(SEEN, SCORES)
    draws = posterior.draws(40_000, np.random.default_rng(1))
    np.testing.assert_allclose(draws.mean(axis=0), posterior.mean, atol=0.12)
    np.testing.assert_allclose(draws.std(axis=0), posterior.sd, rtol=0.05)


def test_without_data_it_is_the_prior_and_a_gene_that_nothing_knows_keeps_it(surrogate):
    nothing = surrogate.condition(np.empty(0, dtype=int), np.empty(0))
    np.testing.assert_array_equal(nothing.mean, surrogate.prior_mean)
    assert nothing.draws(5, np.random.default_rng(0)).shape == (5, 30)
    blank = {name: sp.csr_matrix(block.shape) for name, block in surrogate.blocks.items()}
    alone = Surrogate(np.zeros((30, 3)), surrogate.weights, blank, surrogate.settings).condition(SEEN, SCORES)
    assert np.ptp(alone.mean) < 1e-9  # only the level was learned


def test_scales_are_weighed_by_evidence_and_noise_leaves_the_prior():
    rng = np.random.default_rng(0)
    n, seen = 300, np.arange(150)
    family = np.eye(10)[np.arange(n) % 10]
    scores = np.abs(3.0 * (np.arange(n) % 10 == 4) + rng.normal(size=n))
    known = Surrogate(rng.normal(size=(n, 2)), np.array([0.2, 0.0]), {"family": family})
    learned = known.condition(seen, scores[seen])
    assert learned.scale_weights @ known.settings.scales > 0.2
    posterior = known.condition(seen, rng.permutation(scores[seen]))
    assert posterior.scale_weights @ known.settings.scales < 0.1
    assert np.corrcoef(posterior.mean, known.prior_mean)[0, 1] > 0.9 > np.corrcoef(learned.mean, known.prior_mean)[0, 1]
    gram = sum(block[seen] @ block[seen].T for block in known.features)
    evidence = []
    for scale in known.settings.scales:  # the definition, written out
        covariance = scale * gram + 100.0 + np.eye(150)
        residual = learned.values - known.prior_mean[seen]
        evidence.append(
            -0.5 * np.linalg.slogdet(covariance)[1] - 75 * np.log(residual @ np.linalg.solve(covariance, residual))
        )
    weights = np.exp(np.array(evidence) - max(evidence))
    np.testing.assert_allclose(learned.scale_weights, weights / weights.sum(), atol=0.03)
    draws = learned.draws(4000, rng)
    np.testing.assert_allclose(draws.mean(axis=0), learned.mean, atol=0.12)
    np.testing.assert_allclose(draws.std(axis=0), learned.sd, rtol=0.12)


def test_scores_teach_by_size_and_units_do_not_matter(surrogate):
    one, two = surrogate.condition(SEEN, SCORES), surrogate.condition(SEEN, -1000 * SCORES)
    np.testing.assert_allclose(one.mean, two.mean, atol=1e-9)
    flat = surrogate.condition(SEEN, np.zeros(6))
    assert np.isfinite(flat.mean).all()
    with pytest.raises(InputError, match="score 2 of 6"):
        surrogate.condition(SEEN, np.array([1, 2, np.nan, 4, 5, 6]))


def test_rivals_know_one_block_each_and_the_embedding_approximates_the_kernel(surrogate):
    posterior = surrogate.condition(SEEN, SCORES)
    assert posterior.rivals().shape == (2, 30)
    rng = np.random.default_rng(0)
    wide = Surrogate(np.zeros((40, 1)), np.zeros(1), {"a": rng.normal(size=(40, 300)) / 17}, SurrogateSettings())
    exact = wide.features[1] @ wide.features[1].T
    near = wide.embedding @ wide.embedding.T
    assert np.corrcoef(exact.ravel(), near.ravel())[0, 1] > 0.5
