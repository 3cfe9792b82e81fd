import numpy as np
import pytest

from workbench.errors import InputError
from workbench.phenomics.simulated_map import ISLANDS, simulated_map


def test_planted_islands_are_labelled_simulated_and_repeat_by_seed() -> None:
    one, two = simulated_map(500, seed=3), simulated_map(500, seed=3)
    assert one.simulated
    assert "Simulated" in one.title
    np.testing.assert_array_equal(one.layout, two.layout)
    assert len(np.unique(one.columns["island"])) == ISLANDS
    assert len(set(one.entities)) == 500


def test_an_empty_map_is_refused() -> None:
    with pytest.raises(InputError, match="0"):
        simulated_map(0)
