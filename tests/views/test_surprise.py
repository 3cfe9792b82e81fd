from __future__ import annotations

from dataclasses import replace
from typing import Any

from workbench.nouns import Context, DecisionRule, Hypothesis, Perturbation
from workbench.views.surprise import biggest_surprise, surprise_html


def measured(number: int, effect: float | None, low: float = -1.0, high: float = 1.0, **outcome: Any) -> Hypothesis:
    return Hypothesis(
        hypothesis_id=f"id{number}", number=number, statement="A raises <B>", state="resolved", author="me",
        perturbation=Perturbation.of_gene("over-expression", "BRAF"), context=Context("U2OS", 72.0), task="l1000_orf",
        rule=DecisionRule("B", "up", 0.5), author_kind="person",
        predicted={"delta": (low + high) / 2, "low": low, "high": high, "units": "robust z"},
        outcome={"outcome": "refuted", "effect": effect, "low": (effect or 0) - 1, "high": (effect or 0) + 1, "n": 3} | outcome,
    )  # fmt: skip


def test_the_result_farthest_outside_its_interval_surprises_most() -> None:
    items = [measured(1, 1.5), measured(2, -9.0), measured(3, 11.0, low=-10.0, high=10.0), measured(4, 0.2)]
    found = biggest_surprise(items)
    assert found is not None
    assert found.number == 2


def test_nothing_outside_its_interval_is_no_surprise() -> None:
    assert biggest_surprise([measured(1, 0.9), measured(2, -0.9)]) is None
    assert biggest_surprise([]) is None


def test_results_without_numbers_are_passed_over() -> None:
    broken = [measured(1, float("nan")), measured(2, 5.0, low=2.0, high=2.0), measured(3, None)]
    assert biggest_surprise(broken) is None


def test_the_sentence_carries_both_intervals_and_n() -> None:
    text = surprise_html(measured(7, 4.0), "/hypothesis?id=H-7")
    assert "H-7, A raises &lt;B&gt;" in text
    assert "measured +4.0 [3.0, 5.0] robust z (n = 3)" in text
    assert text.count("<circle") == 2
    assert 'href="/hypothesis?id=H-7"' in text


def test_an_interval_that_was_not_measured_is_not_drawn() -> None:
    one = measured(7, 4.0, n=1)
    lone = replace(one, outcome=one.outcome | {"low": float("nan"), "high": float("nan")})
    assert surprise_html(one, "/x").count("stroke-linecap") == 2
    assert surprise_html(lone, "/x").count("stroke-linecap") == 1
    assert "[–" not in surprise_html(lone, "/x")
