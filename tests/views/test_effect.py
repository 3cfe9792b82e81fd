import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hypothesised import hypothesis
from workbench.nouns import DecisionRule
from workbench.views.effect import Effect, interval, signed, ticks

OUTCOME = {"outcome": "supported", "effect": -0.9, "low": -1.2, "high": -0.6, "n": 3, "reason": "because"}


def effect(**changes: object) -> Effect:
    item = hypothesis()
    facts = {"predicted": item.predicted, "rule": item.rule, "outcome": {}} | changes
    return Effect(**facts)


def test_both_sizes_are_well_formed_and_say_the_numbers() -> None:
    for drawing in (effect().small(), effect(outcome=OUTCOME, replicates=(-1.0, -0.8)).large()):
        ElementTree.fromstring(drawing)
    assert effect().sentence() == "Predicted −0.800 [−1.6, 0] robust z, baseline +0.100"
    assert "measured −0.900 [−1.2, −0.60] (n = 3)" in effect(outcome=OUTCOME).sentence()


def test_everything_drawn_lies_inside_the_axis() -> None:
    low, high = effect(outcome=OUTCOME, replicates=(-7.0, 3.0)).ends()
    assert low < -7.0
    assert high > 3.0


def test_the_supporting_side_follows_the_declared_direction() -> None:
    def sides(direction: str) -> int:
        return effect(rule=DecisionRule("HSPA8", direction, 0.4)).large().count("supported beyond")

    assert (sides("up"), sides("down"), sides("any")) == (1, 1, 2)
    up = effect(rule=DecisionRule("HSPA8", "up", 0.4)).large()
    left = float(re.search(r'<rect x="([\d.]+)"', up).group(1))
    dot = float(re.search(r'<circle cx="([\d.]+)"', up).group(1))
    assert dot < left  # a predicted fall lies outside the side that a rise would support


def test_the_projection_has_no_interval_and_still_draws() -> None:
    said = hypothesis().predicted | {"low": None, "high": None}
    drawing = effect(predicted=said, rule=DecisionRule("profile", "up", 1.0)).large()
    ElementTree.fromstring(drawing)
    assert "projection on the predicted profile" in drawing


def test_missing_replicates_leave_no_mark() -> None:
    lost = OUTCOME | {"effect": float("nan"), "low": None, "high": None}
    assert "nan" not in effect(outcome=lost).large().lower().replace("dominant", "")


def test_the_export_holds_every_mark() -> None:
    rows = effect(outcome=OUTCOME, replicates=(-1.0, -0.8)).data()
    assert [row["what"] for row in rows][:3] == [
        "predicted",
        "baseline: mean of what was measured",
        "declared threshold",
    ]
    assert rows[-1] == {"what": "measured", "value": -0.9, "low": -1.2, "high": -0.6}


def test_numbers_carry_their_sign() -> None:
    assert (signed(1.5), signed(-1.5), signed(0.0), signed(None)) == ("+1.50", "−1.50", "0", "–")
    assert interval(None, 1.0) == interval(math.nan, 1.0) == ""


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_ticks_are_round_few_and_inside(low: float, size: float) -> None:
    places = ticks(low, low + size, 6)
    assert len(places) <= 8
    assert all(low - 1e-6 * size <= value <= low + size * (1 + 1e-6) for value in places)


def test_ticks_of_a_known_axis() -> None:
    assert ticks(-1.31, 5.2, 6) == [0.0, 2.0, 4.0]
    assert ticks(0, 1) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert ticks(3, 3) == [3]
