"""Faults planted on plates are what they are called, and the figures count what the verdict says."""

from __future__ import annotations

import numpy as np

from benchmarks.discover.plates import FAULTS, GRADIENT_SD, SHAPE, RealPlate, _figures


def plate(name: str, seed: int, far: float = 20.0) -> RealPlate:
    """A clean plate: every place filled, two columns of negative and half a one of positive controls."""
    rng = np.random.default_rng(seed)
    places = np.array([(r, c) for r in range(SHAPE[0]) for c in range(SHAPE[1])])
    roles = np.where(places[:, 1] < 2, "negative control", "treatment").astype(object)
    roles[(places[:, 1] == 5) & (places[:, 0] < 8)] = "positive control"
    values = rng.normal(size=(len(places), 4))
    values[roles == "positive control", 0] += far
    return RealPlate(name, values, places, np.arange(len(places)).astype(str), roles.astype(str))


def test_faults_move_or_change_what_they_say() -> None:
    rng, whole = np.random.default_rng(0), plate("A", 1)
    turned, mirrored, tilted, dead = (plant(whole, rng) for plant in FAULTS.values())
    assert turned.values[0].tolist() == whole.values[-1].tolist()
    assert mirrored.values[0].tolist() == whole.values[(SHAPE[0] - 1) * SHAPE[1]].tolist()
    for other in (turned, mirrored):
        assert np.sort(other.values, axis=0).tolist() == np.sort(whole.values, axis=0).tolist()
        assert other.roles.tolist() == whole.roles.tolist()
    along = (tilted.values - whole.values).reshape(*SHAPE, -1)
    assert np.allclose(np.abs(along[:, -1] - along[:, 0]), GRADIENT_SD)
    assert np.allclose(along.std(axis=0), 0)
    positive, negative = (whole.roles == f"{kind} control" for kind in ("positive", "negative"))
    assert {tuple(row) for row in dead.values[positive]} <= {tuple(row) for row in whole.values[negative]}
    assert dead.values[~positive].tolist() == whole.values[~positive].tolist()
    without = RealPlate("B", whole.values, whole.places, whole.names, np.full(len(whole.values), "negative control"))
    assert FAULTS["dead positive control"](without, rng) is None


def test_wells_whose_other_place_was_not_measured_are_missing() -> None:
    whole = plate("A", 1)
    cut = RealPlate("A", whole.values[1:], whole.places[1:], whole.names[1:], whole.roles[1:])
    turned = FAULTS["plate turned by 180°"](cut, np.random.default_rng(0))
    assert len(turned.values) == len(cut.values) - 1
    assert SHAPE[0] * SHAPE[1] - 1 not in turned.names.astype(int)


def test_clean_plates_pass_and_a_missing_positive_control_is_caught() -> None:
    found = _figures([[plate(name, i) for i, name in enumerate("ABCD")]], every=2)
    false, caught = found["plate_false_stop_share"], found["plate_fault_caught_share"]
    assert (false["value"], false["n"], false["low"]) == (0.0, 2, 0.0)
    assert 0 < false["high"] < 1
    assert "dead positive control 1.00" in caught["how"]
    assert caught["low"] <= caught["value"] <= caught["high"]
    assert caught["n"] == 2 * len(FAULTS)
