import numpy as np

from workbench.hypotheses.acquisition import ACQUISITIONS, Candidates


def test_a_near_twin_of_the_first_choice_waits() -> None:
    delta = np.array([[2.1, 0.05], [2.0, 0.0], [0.0, 1.0]])
    known = Candidates(["first", "twin", "other"], delta, np.ones((3, 2)), np.zeros((3, 2)))
    chosen = ACQUISITIONS.find("diverse").thing(known, 3, np.random.default_rng(0))
    assert [choice.index for choice in chosen] == [0, 2, 1]
    assert "cosine to the nearest choice" in chosen[1].reason


def test_opposite_responses_are_different_questions() -> None:
    delta = np.array([[2.0, 0.0], [-1.9, 0.0], [1.95, 0.0]])
    known = Candidates(["up", "down", "up too"], delta, np.ones((3, 2)), np.zeros((3, 2)))
    chosen = ACQUISITIONS.find("diverse").thing(known, 2, np.random.default_rng(0))
    assert [choice.index for choice in chosen] == [0, 1]
