"""Units and constants, each with its source (CODATA 2018; the thermochemical calorie is 4.184 J by definition)."""

from __future__ import annotations

GAS_CONSTANT_J = 8.31446261815324  # J / (mol K), exact
JOULE_PER_CALORIE = 4.184
GAS_CONSTANT_KCAL = GAS_CONSTANT_J / JOULE_PER_CALORIE / 1000.0  # kcal / (mol K)
ROOM_TEMPERATURE_K = 298.15
HARTREE_KCAL_MOL = 627.5094740631
BOHR_ANGSTROM = 0.529177210903


def thermal_energy(temperature_k: float = ROOM_TEMPERATURE_K) -> float:
    """RT in kcal/mol; 0.5925 at 298.15 K."""
    return GAS_CONSTANT_KCAL * temperature_k
