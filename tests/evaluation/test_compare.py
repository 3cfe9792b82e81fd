"""Comparison and promotion: paired, with intervals, by the declared rule."""

import numpy as np
import pytest

from workbench.evaluation.compare import compare, promote

RULE = {"metric": "rdmean", "margin": 0.05}
OLD = {"rdmean": np.random.default_rng(0).normal(0.2, 0.1, 60), "mae": np.ones(60)}


def versus(shift, noise=0.02):
    new = {"rdmean": OLD["rdmean"] + shift + np.random.default_rng(1).normal(0, noise, 60), "mae": np.ones(60)}
    return compare(OLD, new)


def test_the_difference_is_paired():
    row = versus(0.1)[0]
    assert row["difference"] == pytest.approx(row["new"] - row["old"])
    assert row["low"] > 0.08
    assert row["high"] < 0.12


@pytest.mark.parametrize(
    ("shift", "noise", "promoted", "word"),
    [(0.1, 0.02, True, "Better"), (0.0, 0.02, True, "Not worse"), (-0.1, 0.02, False, "May be worse"),
     (0.0, 0.5, False, "May be worse")],
)  # fmt: skip
def test_promotion_follows_the_interval(shift, noise, promoted, word):
    decision, reason = promote(versus(shift, noise), RULE)
    assert decision is promoted
    assert reason.startswith(word)
    assert "n=60" in reason


def test_an_error_is_better_when_it_falls():
    rows = compare({"mae": np.full(20, 1.0)}, {"mae": np.full(20, 0.8)})
    assert promote(rows, {"metric": "mae", "margin": 0.05})[0] is True
    rows = compare({"mae": np.full(20, 0.8)}, {"mae": np.full(20, 1.0)})
    assert promote(rows, {"metric": "mae", "margin": 0.05})[0] is False
