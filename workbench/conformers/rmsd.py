"""Symmetry-aware heavy-atom RMSD between conformers after optimal superposition, and aligned copies for drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.kernels.molecules import to_rdkit

if TYPE_CHECKING:
    from rdkit.Chem import Mol

    from workbench.nouns import Molecule

LARGEST_SYMMETRY = 5_000  # equivalent atom orders that are tried; beyond it the RMSD is an upper bound


def rmsd_matrix(molecule: Molecule, positions: np.ndarray) -> np.ndarray:
    """[n, n] in Å for positions [n, n_atoms, 3] Å; hydrogens are left out, equivalent atoms may swap.

    Mirror images stay different. RDKit moves its probe conformers, so it works on its own copy.
    """
    from rdkit.Chem import rdMolAlign

    n = len(positions)
    matrix = np.zeros((n, n), dtype=np.float32)
    if n < 2:
        return matrix
    heavy = _heavy(molecule, positions)
    if heavy.GetNumAtoms() < 2:
        return matrix
    pairs = rdMolAlign.GetAllConformerBestRMS(heavy, numThreads=1, maxMatches=LARGEST_SYMMETRY)
    rows, columns = np.tril_indices(n, -1)
    matrix[rows, columns] = pairs
    return matrix + matrix.T


def superpose(molecule: Molecule, positions: np.ndarray, reference: int = 0) -> np.ndarray:
    """Positions [n, n_atoms, 3] Å, each moved rigidly onto the reference conformer (heavy atoms, Kabsch); a copy."""
    chosen = molecule.numbers > 1
    if chosen.sum() < 3:
        chosen = np.ones(molecule.n_atoms, dtype=bool)
    positions = np.asarray(positions, dtype=np.float64)
    target = positions[reference]
    centre = target[chosen].mean(axis=0)
    moved = np.empty_like(positions)
    for i, coordinates in enumerate(positions):
        middle = coordinates[chosen].mean(axis=0)
        rotation = _rotation(coordinates[chosen] - middle, target[chosen] - centre)
        moved[i] = (coordinates - middle) @ rotation
    return moved


def face_on(positions: np.ndarray) -> np.ndarray:
    """Positions [n, n_atoms, 3] Å, all turned together so that the first lies flat: longest axis x, shortest z."""
    centred = positions - positions[0].mean(axis=0)
    _, _, axes = np.linalg.svd(centred[0], full_matrices=True)
    if np.linalg.det(axes) < 0:
        axes[2] *= -1  # a proper rotation: mirror images must stay apart
    return centred @ axes.T


def _rotation(probe: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The proper rotation [3, 3] with least squares of probe @ rotation - target (Kabsch 1976)."""
    left, _, right = np.linalg.svd(probe.T @ target)
    sign = np.sign(np.linalg.det(left @ right))
    return left @ np.diag([1.0, 1.0, sign if sign else 1.0]) @ right


def _heavy(molecule: Molecule, positions: np.ndarray) -> Mol:
    from rdkit import Chem

    return Chem.RemoveHs(to_rdkit(molecule, positions))
