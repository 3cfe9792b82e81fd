"""Strength apart from direction: a planted size is foreseen from replicates, predicted size and the genes' kernel."""

import numpy as np

from workbench.cells.strength import StrengthModel, size_of


def test_a_planted_size_is_foreseen():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(160, 2))
    kernel = np.exp(-np.square(points[:, None] - points[None]).sum(axis=-1))
    replicates, predicted = rng.integers(1, 5, 160).astype(float), rng.lognormal(size=160)
    sizes = np.exp(0.3 - 0.5 * np.log(replicates) + 0.4 * np.log(predicted) + np.sin(2 * points[:, 0]))
    known, new = np.arange(120), np.arange(120, 160)
    model = StrengthModel.fit(sizes[known], predicted[known], replicates[known], 10 * kernel[np.ix_(known, known)])
    found = model.predict(predicted[new], replicates[new], 10 * kernel[np.ix_(new, known)])
    assert np.corrcoef(np.log(found), np.log(sizes[new]))[0, 1] > 0.9
    plain = StrengthModel.fit(sizes[known], predicted[known], replicates[known], None)
    assert np.corrcoef(np.log(plain.predict(predicted[new], replicates[new], None)), np.log(sizes[new]))[0, 1] < 0.9


def test_size_is_the_root_mean_square_change():
    np.testing.assert_allclose(size_of(np.array([[3.0, 5], [1, 1]]), np.ones(2)), [np.sqrt(10), 0])
