"""A process asked again without each row gives what a refit without the row gives."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.kernels.downdate import predictions_without_each
from workbench.models.multi_kernel_gp import MultiKernelGP


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 14), st.integers(1, 5))
def test_it_equals_a_refit_without_the_row(seed, n, n_readouts):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n + 1, 6))
    gram = features @ features.T / 6
    kernels = np.stack([gram, np.eye(n + 1)])
    targets, noise = rng.normal(size=(n, n_readouts)), rng.uniform(0.5, 2.0, n)
    fitted = MultiKernelGP().fit(kernels[:, :n, :n], targets, noise)
    cross = gram[n, :n] + fitted.identity * 0.0
    found = predictions_without_each(fitted.inverse, cross, targets)
    for i in range(n):
        kept = np.delete(np.arange(n), i)
        refit = MultiKernelGP().fit(kernels[np.ix_([0, 1], kept, kept)], targets[kept], noise[kept])
        again = refit.predict(kernels[np.ix_([0, 1], [n], kept)], np.ones(1))[0][0]
        np.testing.assert_allclose(found[i], again, atol=1e-8)
