import numpy as np
import pytest

from tests.ensembles import ensemble_of
from workbench.errors import InputError
from workbench.kernels.ensemble_sdf import ensemble_sdf


def test_every_conformer_carries_its_numbers() -> None:
    ensemble = ensemble_of()
    text = ensemble_sdf(ensemble)
    assert text.count("$$$$") == len(ensemble)
    assert text.count("<relative_energy_kcal_mol>\n0.0000") >= 1
    assert "MMFF94s" in text
    assert ensemble.ensemble_id in text


def test_some_conformers_and_those_that_are_not_there() -> None:
    ensemble = ensemble_of()
    assert "conformer 2 of" in ensemble_sdf(ensemble, np.array([1]))
    with pytest.raises(InputError, match="99"):
        ensemble_sdf(ensemble, np.array([99]))
