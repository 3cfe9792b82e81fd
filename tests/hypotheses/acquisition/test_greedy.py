import numpy as np

from workbench.hypotheses.acquisition import ACQUISITIONS, Candidates


def candidates() -> Candidates:
    delta = np.array([[0.0, 0.1], [2.0, 0.0], [0.0, 1.0], [2.1, 0.05]])
    return Candidates(["none", "strong", "other", "twin"], delta, np.ones((4, 2)), np.zeros((4, 2)))


def test_the_strongest_departures_come_first_with_reasons() -> None:
    chosen = ACQUISITIONS.find("greedy").thing(candidates(), 3, np.random.default_rng(0))
    assert [choice.index for choice in chosen] == [3, 1, 2]
    assert chosen[0].score > chosen[1].score > chosen[2].score
    assert "interval widths" in chosen[0].reason


def test_strength_is_measured_against_the_baseline_and_the_interval() -> None:
    known = candidates()
    same = known._replace(baseline=known.delta)
    assert all(choice.score == 0 for choice in ACQUISITIONS.find("greedy").thing(same, 4, np.random.default_rng(0)))
    unsure = known._replace(width=np.array([[1.0, 1], [1, 1], [1, 1], [np.inf, np.inf]]))
    assert ACQUISITIONS.find("greedy").thing(unsure, 1, np.random.default_rng(0))[0].index == 1
