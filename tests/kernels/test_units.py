import pytest

from workbench.kernels.units import GAS_CONSTANT_KCAL, thermal_energy


def test_thermal_energy_at_room_temperature() -> None:
    assert thermal_energy() == pytest.approx(0.5925, abs=1e-4)
    assert thermal_energy(596.3) == pytest.approx(2 * thermal_energy())
    assert pytest.approx(1.987204e-3, rel=1e-6) == GAS_CONSTANT_KCAL
