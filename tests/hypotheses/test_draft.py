import json
from dataclasses import replace

import numpy as np
import pytest

from tests.hypothesised import prediction
from workbench.errors import InputError
from workbench.hypotheses.draft import draft, effects_on_rule, predicted_effect, profile_direction, suggest_readout
from workbench.hypotheses.verdict import rule_in_words


def test_the_readout_is_the_one_that_departs_from_every_other_perturbation() -> None:
    # CDC20 changes most, but it does so after any perturbation; BRAF itself is what was over-expressed
    assert suggest_readout(prediction()) == "HSPA8"


def test_without_any_departure_the_largest_change_is_taken() -> None:
    same = prediction()
    assert suggest_readout(replace(same, baseline=same.delta)) == "CDC20"


def test_a_draft_freezes_the_prediction_and_declares_its_rule() -> None:
    said = prediction()
    item = draft(said, "01X", "ada", rationale="seen in STRING")
    assert (item.rule.readout, item.rule.direction, item.rule.threshold) == ("HSPA8", "down", 0.4)
    assert item.statement == "Over-expressing BRAF lowers HSPA8 in U2OS"
    assert item.predicted["delta"] == -0.8
    assert (item.predicted["low"], item.predicted["high"], item.predicted["baseline"]) == (-1.6, 0.0, 0.1)
    assert (item.predicted["model"], item.predicted["snapshot"], item.prediction_id) == ("l1000_orf-v1", 7, "P1")
    assert (item.state, item.cost) == ("draft", 3.0)


def test_what_is_given_wins() -> None:
    item = draft(prediction(), "01X", "ada", readout="CDC20", direction="any", threshold=2.0, statement="My words")
    assert (item.rule.readout, item.rule.direction, item.rule.threshold) == ("CDC20", "any", 2.0)
    assert item.statement == "My words"
    assert draft(prediction(), "01X", "ada", readout="CDC20", threshold=0.0).rule.threshold == 0.0


def test_an_unknown_readout_is_named() -> None:
    with pytest.raises(InputError, match="'TP53' is not a readout"):
        draft(prediction(), "01X", "ada", readout="TP53")


def test_the_profile_readout_is_the_projection_on_the_predicted_departure() -> None:
    said = prediction()
    direction = profile_direction(said)
    assert np.linalg.norm(direction) == pytest.approx(1.0)
    rule = draft(said, "01X", "ada", readout="profile").rule
    deltas = np.vstack([said.delta, np.zeros(4)])
    assert effects_on_rule(rule, said, deltas) == pytest.approx([predicted_effect(said, "profile")["delta"], 0.0])


def test_effects_of_one_readout_are_its_column() -> None:
    rule = draft(prediction(), "01X", "ada").rule
    assert effects_on_rule(rule, prediction(), np.arange(8.0).reshape(2, 4)).tolist() == [1.0, 5.0]


def test_an_interval_without_end_is_kept_as_unknown_not_as_infinity() -> None:
    said = prediction()
    endless = replace(said, low=said.low * 0 - np.inf, high=said.high * 0 + np.inf)
    frozen = draft(endless, "h", "me").predicted
    assert frozen["low"] is None
    assert frozen["high"] is None
    json.dumps(frozen, allow_nan=False)


def test_a_signature_is_frozen_with_its_weights_and_judged_by_them() -> None:
    said = prediction()
    item = draft(said, "01H", "ada", readout="proteostasis", signature={"CDC20": 2.0, "HSPA8": -2.0, "MAP4K4": 0.0})
    assert item.rule.weights == (("CDC20", 0.5), ("HSPA8", -0.5))
    assert item.predicted["delta"] == pytest.approx(0.5 * 1.5 + 0.5 * 0.8)
    assert (item.predicted["low"], item.predicted["high"]) == pytest.approx((0.5 * 0.4 - 0.0, 0.5 * 2.6 + 0.5 * 1.6))
    assert item.rule.threshold == pytest.approx(0.575)
    assert item.statement == "Over-expressing BRAF raises the signature “proteostasis” in U2OS"
    deltas = np.array([[1.0, -1.0, 9.0, 9.0], [2.0, 0.0, 9.0, 9.0]])
    assert effects_on_rule(item.rule, said, deltas).tolist() == [1.0, 1.0]
    assert "the signature “proteostasis” (+0.5 CDC20, -0.5 HSPA8) rises by at least" in rule_in_words(item.rule)


def test_an_open_bound_leaves_the_signature_open() -> None:
    said = prediction(high=np.array([np.inf, 0.0, 2.0, 8.0]))
    item = draft(said, "01H", "ada", readout="s", signature={"CDC20": 1.0, "HSPA8": 1.0})
    assert item.predicted["high"] is None
    assert item.predicted["low"] is not None


@pytest.mark.parametrize(
    ("name", "signature", "words"),
    [
        ("s", {"NOPE": 1.0}, "'NOPE' of the signature is not a readout"), ("s", {"CDC20": 0.0}, "not all zero"),
        ("s", {"CDC20": float("nan")}, "finite"), (None, {"CDC20": 1.0}, "needs a name"),
        ("profile", {"CDC20": 1.0}, "name of its own"), ("HSPA8", {"CDC20": 1.0}, "name of its own"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_signature_is_said(name: str | None, signature: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        draft(prediction(), "01H", "ada", readout=name, signature=signature)
