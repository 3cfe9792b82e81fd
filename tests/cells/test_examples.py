"""Examples: replicates are averaged against their plates, control halves are disjoint."""

import numpy as np

from workbench.cells.examples import control_half, from_wells

PLATES = np.repeat(["p", "q"], 6)
IDS = np.array(["c", "c", "c", "c", "x", "y"] * 2)
CONTROL = IDS == "c"


def test_one_example_a_perturbation():
    values = np.random.default_rng(0).normal(size=(12, 4)) + np.where(PLATES == "p", 5, 0)[:, None]
    found = from_wells(values, PLATES, IDS, IDS, np.where(CONTROL, "", IDS), CONTROL, tuple("abcd"))
    assert list(found.perturbations) == ["x", "y"]
    assert list(found.n_replicates) == [2, 2]
    for i, name in enumerate("xy"):
        by_hand = [values[(p == PLATES) & (name == IDS)][0] - values[(p == PLATES) & CONTROL].mean(0) for p in "pq"]
        np.testing.assert_allclose(found.targets[i], np.mean(by_hand, axis=0))


def test_clipping_comes_before_the_mean():
    values = np.zeros((12, 1))
    values[4] = 100.0
    found = from_wells(values, PLATES, IDS, IDS, IDS, CONTROL, ("a",), clip=10.0)
    assert found.targets[0, 0] == 5.0


def test_control_halves_are_disjoint_and_complete_on_each_plate():
    even, odd = (control_half(PLATES, CONTROL, which) for which in ("even", "odd"))
    assert not (even & odd).any()
    np.testing.assert_array_equal(even | odd, CONTROL)
    assert all((even & (p == PLATES)).sum() == 2 for p in "pq")


def test_noise_is_relative_to_the_usual_number_of_replicates(examples):
    few = examples._replace(n_replicates=np.r_[np.full(18, 3.0), 1.0])
    assert few.noise[0] == 1
    assert few.noise[-1] == 3
