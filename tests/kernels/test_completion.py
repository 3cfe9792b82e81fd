"""Completion of a symmetric table: hidden entries of a low-rank table come back; the answer is symmetric and bounded."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.kernels.completion import complete_symmetric


def test_hidden_entries_of_a_low_rank_table_come_back():
    rng = np.random.default_rng(0)
    axes = rng.normal(size=(30, 2))
    table = axes @ axes.T
    hidden = np.triu(rng.random((30, 30)) < 0.15)
    hidden |= hidden.T
    found = complete_symmetric(np.where(hidden, 0.0, table), ~hidden, 0.05, n_steps=500)
    assert np.abs(found - table)[hidden].max() < 0.1 * np.abs(table).max()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 3.0))
def test_it_is_symmetric_and_zero_under_a_penalty_above_every_eigenvalue(seed, penalty):
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(6, 6))
    table = table + table.T
    seen = np.ones((6, 6), bool)
    found = complete_symmetric(table, seen, penalty)
    np.testing.assert_allclose(found, found.T, atol=1e-9)
    np.testing.assert_allclose(complete_symmetric(table, seen, np.abs(np.linalg.eigvalsh(table)).max()), 0, atol=1e-9)
