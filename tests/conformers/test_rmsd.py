import numpy as np
from rdkit import Chem
from rdkit.Chem import rdMolAlign

from tests.ensembles import ensemble_of
from workbench.conformers.rmsd import face_on, rmsd_matrix, superpose
from workbench.kernels.molecules import to_rdkit


def turned(positions: np.ndarray, seed: int = 0) -> np.ndarray:
    rotation, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    rotation *= np.sign(np.linalg.det(rotation))
    return positions @ rotation + 7.0


def test_agrees_with_pairwise_best_rms_and_moves_nothing() -> None:
    ensemble = ensemble_of()
    before = np.array(ensemble.positions, dtype=np.float64)
    matrix = rmsd_matrix(ensemble.molecule, before)
    mol = Chem.RemoveHs(to_rdkit(ensemble.molecule, before))
    for i, j in ((0, 1), (2, 4), (1, 3)):
        assert abs(matrix[i, j] - rdMolAlign.GetBestRMS(Chem.Mol(mol), Chem.Mol(mol), i, j)) < 1e-3
    assert np.array_equal(before, ensemble.positions)
    assert np.allclose(matrix, matrix.T)
    assert np.all(np.diag(matrix) == 0)


def test_turning_and_relabelling_equal_atoms_change_nothing_but_a_mirror_does() -> None:
    ensemble = ensemble_of()
    molecule, one = ensemble.molecule, np.asarray(ensemble.positions[0], dtype=np.float64)
    swapped = one.copy()
    methyls = [0, 2]  # the two methyl carbons of isobutyl
    swapped[methyls] = one[methyls[::-1]]
    matrix = rmsd_matrix(molecule, np.stack([one, turned(one), swapped, one * np.array([-1, 1, 1])]))
    assert matrix[0, 1] < 1e-3
    assert matrix[0, 2] < 1e-3
    assert matrix[0, 3] > 0.3


def test_one_conformer_and_one_heavy_atom() -> None:
    ensemble = ensemble_of("C", n=3)
    assert rmsd_matrix(ensemble.molecule, ensemble.positions).shape == (len(ensemble), len(ensemble))
    assert rmsd_matrix(ensemble.molecule, np.repeat(ensemble.positions[:1], 3, axis=0)).max() == 0


def test_superposition_undoes_a_rigid_move_without_mirroring() -> None:
    ensemble = ensemble_of()
    one = np.asarray(ensemble.positions[0], dtype=np.float64)
    moved = superpose(ensemble.molecule, np.stack([one, turned(one, 3)]))
    assert np.allclose(moved[0] - moved[0].mean(0), moved[1] - moved[1].mean(0), atol=1e-4)


def test_face_on_keeps_distances_and_handedness() -> None:
    positions = np.asarray(ensemble_of().positions, dtype=np.float64)
    flat = face_on(positions)
    spread = flat[0].std(axis=0)
    assert spread[0] >= spread[1] >= spread[2]
    volume = lambda p: np.linalg.det(p[[1, 2, 3]] - p[0])
    assert np.isclose(volume(flat[1]), volume(positions[1]), rtol=1e-4)
