"""What every acquisition function promises, and what each of the formulas gives on planted cases."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench.hypotheses.acquisition as room
from workbench.errors import InputError
from workbench.hypotheses.acquisition import ACQUISITIONS, Candidates, of_responses, of_values

NAMES = ACQUISITIONS.names()


def candidates(n: int = 40, seed: int = 0) -> Candidates:
    """Everything an acquisition function may read, on n made-up candidates."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(n, 5))
    mean, sd = points[:, 0], 0.2 + rng.random(n)
    draws = mean + sd * rng.normal(size=(48, n))
    return of_values(
        [f"C{i}" for i in range(n)], mean, sd=sd, draws=draws, points=points, covered=rng.normal(size=(3, 5)),
        rivals=mean + rng.normal(size=(3, n)), cost=1.0 + rng.random(n), best=1.0, threshold=0.8, noise=0.5,
    )  # fmt: skip


def choose(name: str, known: Candidates, k: int, seed: int = 0) -> list[int]:
    return [choice.index for choice in ACQUISITIONS.find(name).thing(known, k, np.random.default_rng(seed))]


def test_the_registry_is_as_long_as_the_folder():
    files = {path.stem for path in Path(room.__file__).parent.glob("*.py")} - {"__init__"}
    assert {entry.thing.__module__.rsplit(".", 1)[1] for entry in ACQUISITIONS} == files == set(NAMES)
    assert len(NAMES) == 17


@pytest.mark.parametrize("name", NAMES)
def test_every_choice_is_one_candidate_once_with_its_reason(name):
    known = candidates()
    for k in (1, 7, 40, 99):
        chosen = ACQUISITIONS.find(name).thing(known, k, np.random.default_rng(0))
        assert len({choice.index for choice in chosen}) == len(chosen) == min(k, 40)
        assert all(0 <= choice.index < 40 and np.isfinite(choice.score) and choice.reason for choice in chosen)
    assert choose(name, candidates(1), 3) == [0]


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_repeats_and_reads_nothing_but_its_needs(name):
    known, needs = candidates(), ACQUISITIONS.find(name).facts["needs"]
    assert choose(name, known, 9, seed=3) == choose(name, known, 9, seed=3)
    empty = {"mean": None, "sd": None, "draws": None, "points": None, "covered": None, "rivals": None, "cost": None}
    blind = known._replace(**{field: value for field, value in empty.items() if field not in needs})
    assert choose(name, blind, 9, seed=3) == choose(name, known, 9, seed=3)


@pytest.mark.parametrize("name", NAMES)
def test_hostile_candidates_are_refused_in_words(name):
    needs = ACQUISITIONS.find(name).facts["needs"]
    for k, known in ((0, candidates()), (3, of_values([], np.empty(0)))):
        with pytest.raises(InputError, match="cannot choose"):
            choose(name, known, k)
    for field in set(needs) - {"best", "threshold", "noise"}:
        broken = np.array(getattr(candidates(), field), dtype=float)
        broken.flat[2] = np.nan
        with pytest.raises(InputError, match=field):
            choose(name, candidates()._replace(**{field: broken}), 3)
        if field not in ("mean", "covered") and name != "diverse":  # that one can take the departures
            with pytest.raises(InputError, match=f"without {field}"):
                choose(name, candidates()._replace(**{field: None}), 3)


@pytest.mark.parametrize("name", NAMES)
def test_all_alike_is_decided_at_random_not_by_order(name):
    n = 12
    alike = of_values(
        [str(i) for i in range(n)], np.zeros(n), sd=np.ones(n), draws=np.zeros((8, n)), points=np.ones((n, 2)),
        covered=np.empty((0, 2)), rivals=np.zeros((2, n)), cost=np.ones(n), best=0.0, threshold=0.0,
    )  # fmt: skip
    if name in ("k_means",):  # one centre, one nearest candidate: scikit-learn breaks this tie by order
        return
    assert len({choose(name, alike, 1, seed)[0] for seed in range(25)}) > 3


def test_formulas_on_planted_candidates():
    known = of_values(
        ["sure", "unsure", "weak"], np.array([1.0, 0.8, 0.0]), sd=np.array([0.1, 0.9, 0.1]), best=1.5, threshold=1.5,
        noise=0.1, cost=np.array([5.0, 2.0, 1.0]), rivals=np.array([[1.0, 0.5, -1.0], [1.0, 0.9, 1.0]]),
    )  # fmt: skip
    assert choose("greedy", known, 3) == [0, 1, 2]
    for name in ("upper_confidence_bound", "expected_improvement", "probability_of_hit", "uncertainty"):
        assert choose(name, known, 1) == [1], name
    assert choose("value_per_cost", known, 1) == [1]
    assert choose("disagreement", known, 1) == [2]
    with pytest.raises(InputError, match="cost of weak"):
        choose("value_per_cost", known._replace(cost=np.array([1.0, 1.0, 0.0])), 1)


@settings(max_examples=40, deadline=None)
@given(mean=st.floats(-3, 3), sd=st.floats(0.05, 2), best=st.floats(-2, 2))
def test_expected_improvement_and_probability_agree_with_integration(mean, sd, best):
    x = np.linspace(-9, 9, 20_001)
    density = np.exp(-0.5 * x**2) / np.sqrt(2 * np.pi)
    value = mean + sd * x
    known = of_values(["a"], np.array([mean]), sd=np.array([sd]), best=best, threshold=best, noise=0.0)
    rng = np.random.default_rng(0)
    (gain,) = ACQUISITIONS.find("expected_improvement").thing(known, 1, rng)
    (chance,) = ACQUISITIONS.find("probability_of_hit").thing(known, 1, rng)
    assert gain.score == pytest.approx(np.trapezoid(np.maximum(value - best, 0) * density, x), abs=1e-4)
    assert chance.score == pytest.approx(np.trapezoid((value > best) * density, x), abs=1e-3)


def test_batches_spread_over_groups_where_greedy_stays_in_one():
    rng = np.random.default_rng(1)
    centres = 6 * np.eye(4)
    group = np.repeat(np.arange(4), 30)
    points = centres[group] + 0.1 * rng.normal(size=(120, 4))
    mean = np.where(group == 0, 1.0, 0.8) + 0.01 * rng.random(120)
    known = of_values([str(i) for i in range(120)], mean, sd=np.ones(120), points=points, covered=np.empty((0, 4)))
    assert set(group[choose("greedy", known, 4)]) == {0}
    for name in ("determinantal", "diverse", "core_set", "k_means", "typiclust", "badge"):
        assert len(set(group[choose(name, known, 4)])) == 4, name
    covered = known._replace(covered=centres[:2])
    for name in ("core_set", "typiclust"):
        assert set(group[choose(name, covered, 2)]) == {2, 3}, name


def test_the_greedy_determinant_is_that_of_its_definition():
    known = candidates(12)
    chosen = choose("determinantal", known, 4)
    unit = known.points / np.linalg.norm(known.points, axis=1, keepdims=True)
    quality = np.exp((known.mean - known.mean.mean()) / known.mean.std())
    kernel = np.outer(quality, quality) * (unit @ unit.T)
    for step in range(4):
        rest = [i for i in range(12) if i not in chosen[:step]]
        sizes = [np.linalg.det(kernel[np.ix_([*chosen[:step], i], [*chosen[:step], i])]) for i in rest]
        assert rest[int(np.argmax(sizes))] == chosen[step]


def test_thompson_follows_the_posterior_and_discobax_asks_what_decides_the_best_set():
    n, rng = 6, np.random.default_rng(0)
    draws = np.tile(np.array([0.0, 0.0, 0, 0, 0, 3.0]), (300, 1))
    draws[:, 0] += 4 * rng.normal(size=300)  # only the first one is unknown
    known = of_values([str(i) for i in range(n)], draws.mean(axis=0), draws=draws, sd=draws.std(axis=0), noise=0.3)
    firsts = [choose("thompson", known._replace(draws=draws[i : i + 1]), 1)[0] for i in range(300)]
    share = np.mean(0.3 * (draws[:, 0] - draws[:, 0].mean()) + draws[:, 0].mean() > 3.0)
    assert np.mean(np.array(firsts) == 0) == pytest.approx(share)
    assert choose("discobax", known, 1) == [0]


def test_error_reduction_is_the_design_written_out():
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(30, 12)) @ rng.normal(size=(12, 12))
    covariance, noise, expected = np.cov(draws.T), 0.7, []
    for _ in range(4):
        gain = np.square(covariance).sum(axis=0) / (np.diag(covariance) + noise**2)
        gain[expected] = -1
        i = int(np.argmax(gain))
        expected.append(i)
        covariance = covariance - np.outer(covariance[i], covariance[i]) / (covariance[i, i] + noise**2)
    known = of_values([str(i) for i in range(12)], np.zeros(12), draws=draws, noise=noise)
    assert choose("error_reduction", known, 4) == expected
    assert ACQUISITIONS.find("error_reduction").thing(known, 12, rng)[0].reason.startswith("takes ")


def test_predicted_responses_become_candidates_for_every_function():
    rng = np.random.default_rng(0)
    delta, width = rng.normal(size=(10, 4)), np.full((10, 4), 2.0)
    width[3] = np.inf
    known = of_responses([str(i) for i in range(10)], delta, width, np.zeros((10, 4)), rng=rng, cost=np.ones(10),
                         rivals=rng.normal(size=(2, 10)))  # fmt: skip
    assert known.sd[3] == known.mean[3] == 0.0
    assert known.sd[[0, 1, 2]].min() > 0
    for name in NAMES:
        assert len(choose(name, known, 4)) == 4
