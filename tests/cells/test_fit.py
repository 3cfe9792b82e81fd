"""Fitting: the planted modules are learnt, permuted genes are not."""

import numpy as np

from workbench.cells import fit as fitting
from workbench.evaluation.discrimination import discrimination


def test_an_unmeasured_gene_gets_its_modules_response(recipe, features, examples):
    rest, held = examples.take(np.arange(19) % 5 != 2), examples.take(np.arange(19) % 5 == 2)
    predicted, spread = fitting.fit(recipe, rest, features).predict(held)
    score = discrimination(predicted, held.targets, rest.targets.mean(axis=0))
    assert score.mean() == 1.0
    assert (spread > 0).all()


def test_permuted_genes_are_at_chance(recipe, features, examples):
    rest, held = examples.take(np.arange(19) % 5 != 2), examples.take(np.arange(19) % 5 == 2)
    rng, reference = np.random.default_rng(0), rest.targets.mean(axis=0)
    scores = [
        discrimination(fitting.permuted_score(recipe, rest, held, features, rng), held.targets, reference).mean()
        for _ in range(60)
    ]
    assert abs(np.mean(scores) - 0.5) < 0.12


def test_weights_rebuild_the_prediction(recipe, features, examples):
    fitted = fitting.fit(recipe, examples, features)
    mean = examples.targets.mean(axis=0)
    rebuilt = mean + fitted.weights(examples) @ (examples.targets - mean)
    np.testing.assert_allclose(rebuilt, fitted.predict(examples)[0], atol=1e-8)
