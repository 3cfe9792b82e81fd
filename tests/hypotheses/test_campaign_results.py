"""Shares and gains: intervals cover what they say, the same hits serve both sides."""

import numpy as np
import pytest

from workbench.hypotheses.campaign_results import band, best_static, gain, share, table


def part(policy: str, chance: float, *, seeds: int = 5, static: str = "", n_hits: int = 200, seed: int = 0) -> dict:
    rng = np.random.default_rng(seed)
    found = rng.random((seeds, n_hits)) < chance
    essential = np.arange(n_hits) < 50
    shares = [[round(row.mean() / 2, 6), round(row.mean(), 6)] for row in found]
    return {
        "screen": "s", "title": "S", "policy": policy, "static": static, "permuted": False, "n": 2000, "n_hits": n_hits,
        "batch": 50, "n_rounds": 2, "shares": shares, "nonessential": [[0.0, row[~essential].mean()] for row in found],
        "found": ["".join(map(str, row.astype(int))) for row in found], "essential": "".join(map(str, essential.astype(int))),
        "picks": ["0"] * seeds,
    }  # fmt: skip


def test_a_gain_has_an_interval_that_knows_hits_and_seeds():
    good, bad = part("good", 0.5), part("bad", 0.2, seed=1)
    found = gain(good, bad)
    assert found.value == pytest.approx(0.3, abs=0.06)
    assert found.low < found.value < found.high
    assert found.n == 200
    assert found.low > 0
    same = gain(good, good)
    assert same.value == 0
    assert same.low < 0 < same.high
    assert gain(good, bad, nonessential=True).n == 150
    assert gain(bad, good).value == -found.value


def test_the_interval_covers_the_truth():
    covered = 0
    for seed in range(40):
        found = gain(part("a", 0.4, n_hits=100, seed=seed), part("b", 0.3, n_hits=100, seed=1000 + seed), seed=seed)
        covered += found.low <= 0.1 <= found.high
    assert covered >= 34


def test_no_hit_left_is_no_gain():
    nothing = part("a", 0.5) | {"essential": "1" * 200}
    assert gain(nothing, nothing, nonessential=True) == (0.0, 0.0, 0.0, 0)


def test_the_best_static_rank_and_the_table():
    parts = [part("greedy", 0.5), part("static: x", 0.2, static="x"), part("static: y", 0.35, static="y", seed=2)]
    assert best_static(parts, "s")["policy"] == "static: y"
    assert best_static(parts[:1], "s") is None
    rows = table(parts)
    assert [row["policy"] for row in rows] == ["greedy", "static: y", "static: x"]
    assert rows[0]["low"] < rows[0]["value"] < rows[0]["high"]
    assert rows[0]["value"] == share(parts[0]).value
    np.testing.assert_allclose(band(parts[0])[:, 0], [0.025, 0.05])
