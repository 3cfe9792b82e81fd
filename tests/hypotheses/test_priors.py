"""Learned prior weights: planted ones come back, no screen shouts, a gene's strength elsewhere is a mean over screens."""

import numpy as np
import pytest

from workbench.hypotheses.priors import learn_weights, standardised, strength, strength_elsewhere


def test_both_tails_count_and_extremes_are_capped():
    scores = np.array([*np.linspace(-1, 1, 99), -1000.0])
    assert strength(scores).max() < 25
    np.testing.assert_array_equal(strength(scores), strength(-scores))
    assert len(strength(np.empty(0))) == 0
    np.testing.assert_array_equal(standardised(np.ones(4)), np.zeros(4))


def test_planted_weights_come_back_whatever_the_units():
    rng = np.random.default_rng(0)
    designs = [rng.normal(size=(n, 3)) for n in (4000, 300)]
    scores = [scale * (5 + design @ [1.0, -0.5, 0.0] + 0.1 * rng.normal(size=len(design)))
              for scale, design in zip((1.0, 80.0), designs, strict=True)]  # fmt: skip
    weights = learn_weights(designs, scores)
    assert weights[0] / weights[1] == pytest.approx(-2.0, rel=0.1)
    assert abs(weights[2]) < 0.03
    scaled = learn_weights(designs, [scores[0], 1000 * scores[1]])
    np.testing.assert_allclose(weights, scaled, atol=1e-9)


def test_strength_elsewhere_is_unknown_where_no_screen_measured_the_gene():
    screens = {
        "a": (np.array(["x", "y", "z"]), np.array([3.0, -1.0, 0.0])),
        "b": (np.array(["x", "w"]), np.array([1.0, 0.0])),
    }
    found = strength_elsewhere(["x", "z", "nowhere"], screens)
    assert found[0] > 0 > found[1]
    assert np.isnan(found[2])
    assert np.isnan(strength_elsewhere(["x"], {})).all()
