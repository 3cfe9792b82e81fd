"""Replayed campaigns: nobody reads order, hits or scores that were not asked for; planted structure is found."""

import numpy as np
import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.hypotheses.campaign import Policy, generator, hits_by_round, random_band, replay
from workbench.hypotheses.surrogate import Surrogate

N = 400


@pytest.fixture(scope="module")
def planted():
    """A screen whose hits share a family that the prior does not know."""
    rng = np.random.default_rng(0)
    family = np.eye(20)[np.arange(N) % 20]
    scores = 3.0 * (np.arange(N) % 20 == 7) * rng.choice([-1, 1], N) + 0.5 * rng.normal(size=N)
    return Surrogate(rng.normal(size=(N, 2)), np.array([0.1, 0.0]), {"family": family}), scores, np.arange(N) % 20 == 7


def run(planted, policy, seed=0, n_rounds=4, batch=20, **more):
    surrogate, scores, _ = planted
    asked = []

    def measure(chosen):
        asked.extend(chosen.tolist())
        return scores[chosen]

    rounds = replay(surrogate, measure, policy, n_rounds=n_rounds, batch=batch, facts=("c", seed), **more)
    assert asked == np.concatenate(rounds).tolist()
    assert len(set(asked)) == len(asked)
    return rounds


def test_learning_finds_the_family_and_permuted_feedback_does_not(planted):
    hits = planted[2]
    found = {
        feedback: np.mean(
            [
                hits_by_round(run(planted, Policy("greedy", "random", feedback), seed, batch=60, n_rounds=2), hits)[-1]
                for seed in range(6)
            ]
        )
        for feedback in ("measured", "permuted")
    }
    assert found["measured"] > 0.8
    assert found["permuted"] < 0.5


@pytest.mark.parametrize("name", ["random", "thompson", "core_set", "typiclust", "badge", "discobax", "disagreement"])
def test_a_campaign_repeats_and_another_seed_differs(planted, name):
    once, again = (run(planted, Policy(name), 1, 2) for _ in range(2))
    for one, two in zip(once, again, strict=True):
        np.testing.assert_array_equal(one, two)
    other = run(planted, Policy(name, "random"), 2, 2)
    assert not np.array_equal(np.concatenate(once), np.concatenate(other))


def test_row_order_gains_nothing(planted):
    _, scores, hits = planted
    order = np.argsort(-np.abs(scores))  # a file sorted by effect
    blind = Surrogate(np.zeros((N, 1)), np.zeros(1), {})
    sorted_hits = hits[order]
    for name in ("greedy", "upper_confidence_bound", "random"):
        shares = [
            hits_by_round(
                replay(blind, lambda i: np.zeros(len(i)), Policy(name), n_rounds=4, batch=20, facts=(s,)), sorted_hits
            )[-1]
            for s in range(40)
        ]
        assert np.mean(shares) == pytest.approx(0.2, abs=4 * np.std(shares) / np.sqrt(40)), name


def test_static_policies_ask_in_their_order_and_a_pool_can_run_out(planted):
    value = np.arange(N, dtype=float)
    rounds = run(planted, Policy("static: degree"), n_rounds=9, batch=50, rank_by=value)
    assert [len(asked) for asked in rounds] == [50] * 8
    assert set(rounds[0]) == set(range(N - 50, N))
    with pytest.raises(InputError, match="rank_by"):
        run(planted, Policy("static: degree"))


def test_names_and_wrong_policies():
    assert Policy("greedy").name == "greedy"
    assert Policy("greedy", "random", "permuted").name == "greedy, random start, permuted feedback"
    assert Policy("static: x").covariate == "x"
    with pytest.raises(InputError, match="starts by"):
        Policy("greedy", "first row")
    with pytest.raises(UnknownNameError, match="greed"):
        Policy("greed")
    assert generator("a", 1).random() == generator("a", 1).random() != generator("a", 2).random()


def test_the_random_band_is_exact():
    band = random_band(1000, 50, 100, 3)
    np.testing.assert_allclose(band[:, 0], [0.1, 0.2, 0.3])
    drawn = np.random.default_rng(0).hypergeometric(50, 950, 200, 100_000) / 50
    assert np.mean((drawn >= band[1, 1]) & (drawn <= band[1, 2])) >= 0.95
    assert np.mean((drawn > band[1, 1]) & (drawn < band[1, 2])) < 0.95
    assert np.isnan(hits_by_round([np.array([0])], np.zeros(3, dtype=bool))).all()
