"""Energies of conformers: relax with an energy that is handed in, relative energies, Boltzmann weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workbench.kernels.molecules import to_rdkit
from workbench.kernels.units import ROOM_TEMPERATURE_K, thermal_energy

if TYPE_CHECKING:
    from workbench.nouns import Molecule

MAX_ITERATIONS = 1_000


@dataclass(frozen=True, eq=False)
class Relaxed:
    """positions [n, n_atoms, 3] Å; energies [n] kcal/mol (absolute in their model); converged [n]."""

    positions: np.ndarray
    energies: np.ndarray
    converged: np.ndarray


@dataclass(frozen=True)
class Energy:
    """An energy model by name; `relax` takes positions [n, n_atoms, 3] Å and gives their local minima."""

    name: str
    relax: Callable[[np.ndarray], Relaxed]


def force_field(molecule: Molecule) -> Energy | None:
    """MMFF94s where it knows every atom, else UFF, else None (then conformers stay without energies)."""
    from rdkit import rdBase
    from rdkit.Chem import rdForceFieldHelpers

    if molecule.n_atoms < 2:
        return None
    mol = to_rdkit(molecule)
    with rdBase.BlockLogs():
        if rdForceFieldHelpers.MMFFHasAllMoleculeParams(mol):
            return Energy("MMFF94s", lambda positions: _relax_mmff(molecule, positions))
        if rdForceFieldHelpers.UFFHasAllMoleculeParams(mol):
            return Energy("UFF", lambda positions: _relax_uff(molecule, positions))
    return None


def relative(energies: np.ndarray) -> np.ndarray:
    """Energies [n] above the lowest, in kcal/mol."""
    return energies - energies.min() if len(energies) else energies


def boltzmann_weights(energies: np.ndarray, temperature_k: float = ROOM_TEMPERATURE_K) -> np.ndarray:
    """w_i = exp(-(E_i - E_min) / RT) / sum [n] of energies [n] in kcal/mol; conformers must be distinct minima."""
    shares = np.exp(-relative(np.asarray(energies, dtype=np.float64)) / thermal_energy(temperature_k))
    return shares / shares.sum()


def _relax_mmff(molecule: Molecule, positions: np.ndarray) -> Relaxed:
    from rdkit.Chem import rdForceFieldHelpers

    mol = to_rdkit(molecule, positions)
    results = rdForceFieldHelpers.MMFFOptimizeMoleculeConfs(
        mol, numThreads=1, maxIters=MAX_ITERATIONS, mmffVariant="MMFF94s"
    )
    return _relaxed(mol, list(results))


def _relax_uff(molecule: Molecule, positions: np.ndarray) -> Relaxed:
    from rdkit.Chem import rdForceFieldHelpers

    mol = to_rdkit(molecule, positions)
    return _relaxed(mol, rdForceFieldHelpers.UFFOptimizeMoleculeConfs(mol, numThreads=1, maxIters=MAX_ITERATIONS))


def _relaxed(mol: object, results: list[tuple[int, float]]) -> Relaxed:
    positions = np.array([conformer.GetPositions() for conformer in mol.GetConformers()])
    return Relaxed(
        positions.reshape(len(results), -1, 3),
        np.array([energy for _, energy in results], dtype=np.float64),
        np.array([flag == 0 for flag, _ in results], dtype=bool),
    )
