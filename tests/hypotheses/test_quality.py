import numpy as np
import pytest

from workbench.hypotheses.quality import check_quality, control_drift, control_spread, replicate_agreement

RNG = np.random.default_rng(7)


def plates_of(effect: float, n: int = 12, n_readouts: int = 80) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three plates with the same n perturbations: effect times their own signature, plus noise."""
    signatures = RNG.normal(size=(n, n_readouts))
    delta = np.vstack([effect * signatures + RNG.normal(size=(n, n_readouts)) for _ in range(3)])
    return delta, np.repeat(["P1", "P2", "P3"], n), np.tile([f"g{i}" for i in range(n)], 3)


def test_planted_agreement_lies_beyond_its_null_and_noise_inside() -> None:
    value, null = replicate_agreement(*plates_of(1.0), RNG)
    assert value == pytest.approx(0.5, abs=0.08)
    assert null[1] < 0.2
    value, null = replicate_agreement(*plates_of(0.0), RNG)
    assert null[0] - 0.03 < value < null[1] + 0.03


def test_without_replicates_there_is_no_agreement() -> None:
    assert replicate_agreement(RNG.normal(size=(2, 9)), np.array(["P", "P"]), np.array(["a", "b"]), RNG) == (None, None)


def test_one_perturbation_has_agreement_but_nothing_to_shuffle() -> None:
    delta = RNG.normal(size=(1, 9)).repeat(3, axis=0)
    value, null = replicate_agreement(delta, np.array(["P1", "P2", "P3"]), np.array(["a"] * 3), RNG)
    assert value == pytest.approx(1.0)
    assert null is None


def test_planted_drift_is_found_and_noise_is_not() -> None:
    block = RNG.normal(size=(10, 50))
    assert control_drift(block, RNG)[1] > 0.01
    assert control_drift(block + np.linspace(0, 6, 10)[:, None], RNG)[1] < 0.01
    assert control_drift(block[:3], RNG) == (None, None)


def test_spread_is_the_median_standard_deviation() -> None:
    block = RNG.normal(size=(9, 21))
    assert control_spread(block) == pytest.approx(np.median(block.std(axis=0, ddof=1)))
    assert control_spread(block[:1]) is None


def test_a_plate_without_controls_fails_and_says_so() -> None:
    values = RNG.normal(size=(6, 10))
    plates = np.array(["P1"] * 3 + ["P2"] * 3)
    controls = np.array([True, True, False, True, False, False])
    found = check_quality(values, plates, np.arange(6), np.array(list("ccacab")), controls, {})
    assert not found["passed"]
    assert found["words"].startswith("P2: fewer than two")
    assert found["plates"]["P1"]["passed"]


def test_a_plate_read_under_another_layout_is_flagged() -> None:
    values = RNG.normal(size=(20, 60))
    values[10:] += 4 * RNG.normal(size=(10, 60))  # rows 0 to 9 are what really are the controls
    claimed = np.arange(20) >= 12
    others = {"P1": {"P2": np.arange(20) < 8}}
    found = check_quality(values, np.array(["P1"] * 20), np.arange(20), np.array(["x"] * 20), claimed, others)
    assert any("layout of P2" in flag for flag in found["plates"]["P1"]["flags"])
