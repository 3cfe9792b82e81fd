import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from workbench.errors import InputError
from workbench.kernels.permutation import (
    benjamini_hochberg,
    count_tails,
    families_benjamini_hochberg,
    independent_tails,
    p_lower,
    p_two_sided,
    p_upper,
    shuffle_within,
)


def test_p_counts_the_observation_and_is_never_zero() -> None:
    null = np.arange(9)
    np.testing.assert_allclose(p_upper(np.array([100, 8, -1]), null), [0.1, 0.2, 1.0])
    np.testing.assert_allclose(p_lower(np.array([-1, 0, 100]), null), [0.1, 0.2, 1.0])
    np.testing.assert_allclose(p_two_sided(np.array([100, 4]), null), [0.2, 1.0])
    assert np.isnan(p_upper(np.array([np.nan]), null)[0])


def test_an_empty_or_broken_null_is_refused() -> None:
    with pytest.raises(InputError, match="0 values"):
        p_upper(np.array([1.0]), np.array([]))
    with pytest.raises(InputError, match="finite"):
        p_upper(np.array([1.0]), np.array([1.0, np.nan]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=60))
def test_q_values_equal_scipy(p: list[float]) -> None:
    np.testing.assert_allclose(benjamini_hochberg(np.array(p)), stats.false_discovery_control(p, method="bh"))


def test_missing_p_values_are_not_counted() -> None:
    q = benjamini_hochberg(np.array([0.01, np.nan, 0.02]))
    np.testing.assert_allclose(q[[0, 2]], [0.02, 0.02])
    assert np.isnan(q[1])


def test_labels_move_only_within_their_group() -> None:
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(5), 20)
    labels = np.arange(100)
    shuffled = shuffle_within(labels, groups, rng)
    assert (shuffled // 20 == groups).all()
    assert not (shuffled == labels).all()
    assert sorted(shuffled.tolist()) == labels.tolist()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(1e-6, 1.0), st.integers(0, 3)), min_size=1, max_size=60))
def test_families_have_the_same_say_and_none_lives_on_another(tests: list[tuple[float, int]]) -> None:
    p, families = (np.array(values) for values in zip(*tests, strict=True))
    q = families_benjamini_hochberg(p, families)
    if len(set(families)) == 1:
        np.testing.assert_allclose(q, benjamini_hochberg(p))
    for family in set(families):
        own = families == family
        assert (q[own] >= benjamini_hochberg(p[own]) - 1e-12).all()
    np.testing.assert_allclose(families_benjamini_hochberg(p[::-1], families[::-1]), q[::-1])


def test_a_focused_test_is_not_drowned_by_a_large_collection() -> None:
    p, families = np.array([0.001, 0.5, *np.linspace(0.01, 1, 600)]), np.array(["a", "a", *["b"] * 600])
    assert families_benjamini_hochberg(p, families)[0] < 0.05 < benjamini_hochberg(p)[0]


def test_false_discoveries_stay_below_the_level_when_all_is_chance() -> None:
    rng = np.random.default_rng(0)
    families = np.repeat([0, 1, 2], [5, 50, 500])
    called = [(families_benjamini_hochberg(rng.random(555), families) < 0.05).any() for _ in range(1_500)]
    assert np.mean(called) < 0.07


def test_tails_of_independent_events_are_those_of_the_binomial_when_alike() -> None:
    above, below = independent_tails(4, np.full(10, 0.3))
    assert above == pytest.approx(stats.binom.sf(3, 10, 0.3))
    assert below == pytest.approx(stats.binom.cdf(4, 10, 0.3))
    assert independent_tails(0, np.array([])) == (1.0, 1.0)


@pytest.mark.parametrize("overdispersed", [False, True])
def test_tails_of_counts_match_the_distribution_they_were_drawn_from(overdispersed: bool) -> None:
    truth = stats.nbinom(3, 0.3) if overdispersed else stats.poisson(4)
    null = truth.rvs(20_000, random_state=np.random.default_rng(1))
    for seen in (0, 4, 9, 15):
        above, below = count_tails(seen, null)
        assert above == pytest.approx(truth.sf(seen - 1), rel=0.15, abs=1e-4)
        assert below == pytest.approx(truth.cdf(seen), rel=0.15, abs=1e-4)
    assert count_tails(3, np.zeros(100))[0] > 1e-9  # never seen by chance is not impossible
    with pytest.raises(InputError, match="two draws"):
        count_tails(1, np.array([1]))
