"""Intervals: the choice follows what is there, strong responses are covered, too few units are said to be too few."""

import numpy as np
import pytest

from workbench.cells.intervals import SLACK, Foreseen, Intervals, calibrated
from workbench.kernels.conformal import coverage


def planted(n: int, seed: int, *, by_replicates: float = 1.0, by_strength: bool = False, hidden: float = 1.0):
    """Residuals [n, 40] with a size that follows replicates, foreseen strength, or nothing that is known (hidden)."""
    rng = np.random.default_rng(seed)
    replicates = np.where(rng.random(n) < 0.3, 1.0, 3.0)
    strength = rng.lognormal(sigma=0.8, size=n)
    agreement = rng.permutation(n) / n
    size = np.where(replicates < 3, by_replicates, 1.0) * (strength if by_strength else 1.0)
    size = size * np.where(agreement >= 0.8, hidden, 1.0)
    spread = np.ones((n, 40))
    return size[:, None] * rng.normal(size=(n, 40)), Foreseen(strength, replicates, spread), agreement


def covered(kind: dict, seed: int = 0):
    residuals, rows, agreement = planted(200, seed, **kind)
    made = calibrated(residuals, rows, np.arange(200), agreement, 0.9)
    new, asked, agreed = planted(2000, seed + 1, **kind)
    widths = made.half_widths(asked)
    return made, coverage(new, -widths, widths), asked, agreed


@pytest.mark.parametrize("kind", [{}, {"by_replicates": 2.0}, {"by_strength": True}, {"hidden": 2.0}])
def test_new_rows_are_covered_at_the_level_and_every_stratum_nearly(kind):
    _, inside, asked, agreed = covered(kind)
    assert inside.mean() > 0.89
    for stratum in (agreed >= 0.8, agreed < 0.8, asked.replicates < 3, asked.replicates == 3):
        assert inside[stratum].mean() > 0.9 - SLACK - 0.015


def test_the_narrowest_honest_method_is_chosen():
    assert covered({"by_replicates": 3.0})[0].method in ("replicates", "spread", "strength")
    assert covered({"by_strength": True})[0].method == "strength"
    strong = covered({"hidden": 2.0})[0]
    assert strong.factor > 1.1
    assert "widened" in strong.describe(Foreseen(np.ones(1), np.ones(1), np.ones((1, 40))))[0]


def test_a_band_holds_all_readouts_at_once():
    residuals, rows, agreement = planted(300, 5)
    made = calibrated(residuals, rows, np.arange(300), agreement, 0.9)
    new, asked, _ = planted(2000, 6)
    inside = (np.abs(new) <= made.simultaneous * made.half_widths(asked)).all(axis=1)
    assert inside.mean() == pytest.approx(0.9, abs=0.03)


def test_too_few_units_are_infinite_and_say_so():
    residuals, rows, agreement = planted(6, 0)
    made = calibrated(residuals, rows, np.arange(6), agreement, 0.9)
    assert np.isinf(made.half_widths(rows)).all()
    assert "6 units" in made.describe(rows)[0]
    assert "9 are needed" in made.describe(rows)[0]


def test_widths_do_not_depend_on_the_unit_of_the_readouts_or_the_order_of_rows():
    residuals, rows, agreement = planted(120, 2, by_replicates=2.0)
    one = calibrated(residuals, rows, np.arange(120), agreement, 0.9)
    other = calibrated(
        10 * residuals, rows._replace(spread=10 * rows.spread), np.arange(120), agreement, 0.9
    )  # fmt: skip
    np.testing.assert_allclose(other.half_widths(rows._replace(spread=10 * rows.spread)), 10 * one.half_widths(rows))


def test_the_same_width_for_all_is_what_old_versions_have():
    made = Intervals.alike(np.array([1.0, 2.0]), 0.9)
    rows = Foreseen(np.ones(3), np.ones(3), np.ones((3, 2)))
    np.testing.assert_array_equal(made.half_widths(rows), [[1, 2]] * 3)
