"""The simulated cell: its planted truth can be recovered, and its errors look like a plate's."""

import numpy as np
import pytest

from workbench.errors import InputError
from workbench.kernels import simulated_cell as sim


@pytest.fixture(scope="module")
def cell():
    return sim.build(seed=7)


def plate(cell, perturbed, seed, context=0):
    n = len(perturbed)
    rows, columns = np.arange(n) // 12, np.arange(n) % 12
    return sim.measure(cell, context, np.asarray(perturbed), rows, columns, (8, 12), np.random.default_rng(seed))


def test_steady_state_is_a_fixed_point(cell):
    drive = np.random.default_rng(0).normal(size=(5, cell.n_genes))
    state = sim.steady_state(cell, 0, drive)
    again = sim.AMPLITUDE * np.tanh((state @ cell.weights.T + cell.basal[0] + drive) / sim.AMPLITUDE)
    np.testing.assert_allclose(state, again, atol=1e-8)


def test_the_same_seed_gives_the_same_cell_and_another_seed_another():
    np.testing.assert_array_equal(sim.build(3).weights, sim.build(3).weights)
    assert not np.array_equal(sim.build(3).weights, sim.build(4).weights)


def test_an_over_expressed_gene_goes_up_and_its_direct_targets_follow_the_sign(cell):
    response = sim.true_response(cell, 0, np.arange(cell.n_genes))
    assert (np.diag(response) > 0.5).all()
    source, target = np.nonzero(cell.weights.T)
    strong = np.abs(cell.weights[target, source]) > np.quantile(np.abs(cell.weights[target, source]), 0.5)
    agree = np.sign(response[source, target]) == np.sign(cell.weights[target, source])
    assert agree[strong].mean() > 0.9


def test_replicates_agree_more_than_strangers_but_less_than_perfectly(cell):
    genes = np.concatenate([np.arange(80), -np.ones(16, int)])
    first, second = (plate(cell, genes, seed) for seed in (1, 2))
    deltas = [values[:80] - values[80:].mean(axis=0) for values in (first, second)]
    r = np.corrcoef(deltas[0], deltas[1])[:80, 80:]
    assert 0.3 < np.diag(r).mean() < 0.9
    assert np.diag(r).mean() > r[~np.eye(80, dtype=bool)].mean() + 0.2


def test_the_mean_over_many_plates_recovers_the_planted_response(cell):
    genes = np.array([5] * 48 + [-1] * 48)
    rng = np.random.default_rng(0)
    rows, columns = np.arange(96) // 12, np.arange(96) % 12
    total = np.zeros(cell.n_genes)
    for _ in range(40):
        order = rng.permutation(96)
        values = sim.measure(cell, 0, genes[order], rows, columns, (8, 12), rng)
        total += values[genes[order] == 5].mean(axis=0) - values[genes[order] == -1].mean(axis=0)
    np.testing.assert_allclose(total / 40, sim.true_response(cell, 0, np.array([5]))[0], atol=0.15)


def test_plates_and_edges_have_effects_of_their_own(cell):
    controls = -np.ones(96, int)
    first, second = plate(cell, controls, 1), plate(cell, controls, 2)
    between = np.abs(first.mean(axis=0) - second.mean(axis=0)).mean()
    assert between > 3 * sim.WELL_SD / np.sqrt(96)
    rows, columns = np.arange(96) // 12, np.arange(96) % 12
    edge = (rows == 0) | (rows == 7) | (columns == 0) | (columns == 11)
    shift = first[edge].mean(axis=0) - first[~edge].mean(axis=0)
    assert np.corrcoef(shift, cell.edge_pattern)[0, 1] > 0.9


def test_contexts_differ(cell):
    one, other = (sim.true_response(cell, context, np.arange(80)) for context in (0, 1))
    assert 0.5 < np.corrcoef(one.ravel(), other.ravel())[0, 1] < 0.9999


def test_prior_network_holds_most_true_edges_and_some_wrong_ones(cell):
    edges = sim.prior_network(cell, np.random.default_rng(0))
    is_true = cell.weights[edges[:, 1], edges[:, 0]] != 0
    assert 0.75 < is_true.mean() < 0.9
    assert is_true.sum() < np.count_nonzero(cell.weights)
    signs = np.sign(cell.weights[edges[is_true, 1], edges[is_true, 0]])
    np.testing.assert_array_equal(signs, edges[is_true, 2])


def test_an_unknown_gene_is_refused(cell):
    with pytest.raises(InputError, match="got 80"):
        plate(cell, [80], 0)
    with pytest.raises(InputError, match="n_genes=10"):
        sim.build(0, n_genes=10)
