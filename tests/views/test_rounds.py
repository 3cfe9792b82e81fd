"""Cards of the rounds page: nothing without rows, names escaped, sentences that follow the interval."""

from types import SimpleNamespace

import pytest

from workbench.nouns import Experiment
from workbench.views.rounds import later_html, record_html, rounds_html

MADE = {
    "old": "t-v1",
    "new": "t-v2",
    "snapshot": 7,
    "code_version": "c",
    "old_value": 0.1,
    "new_value": 0.2,
    "level": 0.9,
}


def item(**changes):
    experiment = Experiment("e", 3, "<b>batch</b>", "simulated", "measured", "t", ("a", "b"))
    facts = {"experiment": experiment, "hypotheses": ("a", "b"), "verdicts": {"supported": 2}, "supported": 2, "wells": 40,
             "expected": 0.5, "low": 0, "high": 1, "by_mean": 1, "comparison": None, "is_beyond_chance": True}  # fmt: skip
    return SimpleNamespace(**facts | changes)


def later(low, high):
    return {
        "metric": "rdmean",
        "title": "rDmean",
        "value": (low + high) / 2,
        "low": low,
        "high": high,
        "n": 6,
        "details": MADE,
    }


def test_a_round_shows_its_band_and_is_escaped():
    text = rounds_html([item()], lambda experiment: f"/experiment?id={experiment.handle}")
    assert "2 of 2 held; 0.5 [0, 1] at random" in text
    assert "&lt;b&gt;batch" in text
    assert "<b>batch" not in text
    assert "var(--wb-good)" in text
    assert "not judged yet" in rounds_html([item(high=None)], str)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0.1, 0.3, "is better than"), (-0.3, -0.1, "is worse than"), (-0.1, 0.2, "cannot be told apart")],
)
def test_the_sentence_follows_the_interval(low, high, words):
    assert words in later_html([later(low, high)])


def test_no_rows_no_card():
    assert later_html([]) == record_html([]) == ""


def test_a_version_without_finite_intervals_has_a_dash():
    row = {"metric": "gain", "reference": "t-v1", "value": 0.02, "low": 0.01, "high": 0.03, "n": 4, "details": MADE}
    text = record_html([row])
    assert "–" in text
    assert "+0.02" in text
    assert "90%" in text
