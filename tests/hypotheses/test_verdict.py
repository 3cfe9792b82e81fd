import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from workbench.hypotheses.verdict import rule_in_words, verdict
from workbench.nouns import DecisionRule

UP = DecisionRule("CDC20", "up", 1.0)


def test_the_interval_is_student_t_of_the_mean() -> None:
    effects = np.array([1.8, 2.1, 2.4])
    judged = verdict(UP, effects)
    low, high = stats.t.interval(0.9, 2, loc=effects.mean(), scale=stats.sem(effects))
    assert (judged.low, judged.high) == pytest.approx((low, high))
    assert (judged.outcome, judged.n) == ("supported", 3)
    assert "clear of zero" in judged.reason


@pytest.mark.parametrize(
    ("direction", "effects", "outcome"),
    [
        ("up", [1.8, 2.1, 2.4], "supported"),
        ("up", [-1.8, -2.1, -2.4], "refuted"),
        ("up", [0.1, 0.15, 0.05], "refuted"),
        ("up", [5.0, -3.0, 1.9], "inconclusive"),
        ("down", [-1.8, -2.1, -2.4], "supported"),
        ("down", [1.8, 2.1, 2.4], "refuted"),
        ("any", [-1.8, -2.1, -2.4], "supported"),
        ("any", [1.8, 2.1, 2.4], "supported"),
        ("any", [0.1, -0.1, 0.05], "refuted"),
    ],
)
def test_every_direction_and_outcome(direction: str, effects: list[float], outcome: str) -> None:
    assert verdict(DecisionRule("CDC20", direction, 1.0), np.array(effects)).outcome == outcome


def test_an_effect_clear_of_zero_but_short_of_the_threshold_is_not_support() -> None:
    assert verdict(UP, np.array([0.8, 0.81, 0.79])).outcome == "refuted"
    assert verdict(UP, np.array([0.5, 0.9, 1.3])).outcome == "inconclusive"


def test_missing_replicates_cannot_decide() -> None:
    judged = verdict(UP, np.array([5.0, 5.1]))
    assert judged.outcome == "inconclusive"
    assert "2 of 3 replicates" in judged.reason
    assert verdict(UP, np.zeros(0)).n == 0


@given(st.lists(st.floats(-50, 50), min_size=3, max_size=8), st.floats(0, 5))
def test_up_and_down_mirror_each_other(effects: list[float], threshold: float) -> None:
    values = np.array(effects)
    up = verdict(DecisionRule("x", "up", threshold), values)
    down = verdict(DecisionRule("x", "down", threshold), -values)
    assert up.outcome == down.outcome
    assert up.effect == pytest.approx(-down.effect)


def test_the_rule_in_words_names_everything_that_decides() -> None:
    words = rule_in_words(DecisionRule("CDC20", "down", 0.77, n_replicates=4, level=0.8), "robust z")
    for text in ("4 replicates", "CDC20 falls by at least 0.77 robust z", "80% interval excludes zero", "refuted if"):
        assert text in words
    assert "projection on the predicted profile" in rule_in_words(DecisionRule("profile", "up", 1.0))
