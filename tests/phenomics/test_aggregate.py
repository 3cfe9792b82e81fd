import numpy as np
import pytest

from workbench.errors import InputError
from workbench.nouns import Profiles
from workbench.phenomics.aggregate import aggregate

VALUES = np.array([[1.0, 10], [3, 30], [8, 80], [5, 5], [9, 9]])
WELLS = {"perturbation_id": np.array(["b", "b", "b", "a", "c"]), "is_control": np.array([0, 0, 0, 0, 1], bool)}
PROFILES = Profiles("small", VALUES, ("x", "y"), WELLS)


def test_mean_and_median_leave_controls_out() -> None:
    entities, mean = aggregate(PROFILES)
    assert entities.tolist() == ["a", "b"]
    np.testing.assert_allclose(mean, [[5, 5], [4, 40]])
    np.testing.assert_allclose(aggregate(PROFILES, method="median")[1], [[5, 5], [3, 30]])


def test_the_order_of_wells_does_not_matter() -> None:
    order = np.array([4, 2, 0, 3, 1])
    mixed = Profiles("small", VALUES[order], ("x", "y"), {name: column[order] for name, column in WELLS.items()})
    np.testing.assert_allclose(aggregate(mixed)[1], aggregate(PROFILES)[1])


def test_unknown_methods_and_plates_of_controls_are_refused() -> None:
    with pytest.raises(InputError, match="mode"):
        aggregate(PROFILES, method="mode")
    only = Profiles("controls", VALUES, ("x", "y"), {**WELLS, "is_control": np.ones(5, bool)})
    with pytest.raises(InputError, match="no treated wells among 5"):
        aggregate(only)
