"""Rewired networks keep every degree, hold no self or double edge, repeat by seed, and match their closed form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.kernels.rewire import partner_chance, rewired_targets


def network(seed, n_genes, n_edges):
    rng = np.random.default_rng(seed)
    pairs = np.argwhere(~np.eye(n_genes, dtype=bool))
    return pairs[rng.choice(len(pairs), min(n_edges, len(pairs)), replace=False)].T


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 30), st.integers(1, 200))
def test_degrees_stay_and_no_edge_is_doubled(seed, n_genes, n_edges):
    source, target = network(seed, n_genes, n_edges)
    for drawn in rewired_targets(source, target, 3, seed).astype(int):
        np.testing.assert_array_equal(np.sort(drawn), np.sort(target))
        assert len(set(zip(source.tolist(), drawn.tolist(), strict=True))) == len(source)
        assert (drawn != source).all()


def test_a_seed_gives_the_same_networks_and_another_seed_others():
    source, target = network(0, 200, 1_000)
    first = rewired_targets(source, target, 4, 7)
    np.testing.assert_array_equal(first, rewired_targets(source, target, 4, 7))
    assert (first != rewired_targets(source, target, 4, 8)).any()
    assert (first[0] == target).mean() < 0.1


def test_a_complete_network_can_only_be_itself():
    source, target = network(1, 6, 30)
    drawn = rewired_targets(source, target, 2, 0)
    assert {tuple(pair) for pair in zip(source, drawn[0], strict=True)} == set(zip(source, target, strict=True))


def test_double_and_self_edges_are_refused():
    for target in ([1, 1], [0, 2]):
        with pytest.raises(InputError, match="self or double"):
            rewired_targets(np.array([0, 0]), np.array(target), 1, 0)


def test_the_closed_form_agrees_with_networks_that_were_rewired():
    """A random undirected network of unequal degrees, both directions of every edge rewired by random pairing."""
    rng = np.random.default_rng(3)
    stubs = np.repeat(np.arange(60), rng.integers(1, 12, 60))
    stubs = stubs[: len(stubs) // 2 * 2]
    degree = np.bincount(stubs, minlength=60)
    gene, met = int(degree.argmax()), np.zeros(60)
    for _ in range(3_000):
        a, b = rng.permutation(stubs).reshape(2, -1)
        met[np.unique(np.concatenate([b[a == gene], a[b == gene]]))] += 1
    expected = partner_chance(degree, degree[gene], len(stubs) // 2)
    others = np.arange(60) != gene
    assert np.abs(met / 3_000 - expected)[others].max() < 0.05
    assert np.corrcoef(met[others], expected[others])[0, 1] > 0.98
