"""Does a 3D structure have the stereo that was asked for? Each centre and double bond, only where the request says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workbench.kernels.molecules import to_rdkit

if TYPE_CHECKING:
    from rdkit.Chem import Atom, Mol

    from workbench.nouns import Molecule


@dataclass(frozen=True, eq=False)
class StereoReport:
    """labels [n_elements] what was asked ("C3 R", "C4=C5 E"); as_asked [n_conformers, n_elements]; open elements."""

    asked: tuple[str, ...]
    as_asked: np.ndarray
    unspecified: tuple[str, ...]

    @property
    def all_as_asked(self) -> np.ndarray:
        """[n_conformers] whether every specified element is as asked."""
        return self.as_asked.all(axis=1)


def check_stereo(molecule: Molecule, positions: np.ndarray) -> StereoReport:
    """Compare stereo perceived from positions [n, n_atoms, 3] Å with the molecule's; flattened centres count as wrong.

    Square-planar and allene stereo is not covered.
    """
    from rdkit import Chem

    mol = to_rdkit(molecule, positions)
    wanted = _labels(mol)
    found = np.zeros((len(positions), len(wanted)), dtype=bool)
    for i in range(len(positions)):
        copy = Chem.Mol(mol, confId=i)
        Chem.RemoveStereochemistry(copy)
        Chem.AssignStereochemistryFrom3D(copy, copy.GetConformer().GetId(), True)
        seen = _labels(copy)
        found[i] = [seen.get(place) == label for place, label in wanted.items()]
    asked = tuple(f"{_place(mol, place)} {label}" for place, label in wanted.items())
    return StereoReport(asked, found, _unspecified(mol, set(wanted)))


def _labels(mol: Mol) -> dict[tuple[int, ...], str]:
    """Place (atom, or the two atoms of a bond) to R/S or E/Z."""
    from rdkit import Chem
    from rdkit.Chem import rdCIPLabeler

    rdCIPLabeler.AssignCIPLabels(mol)
    labels: dict[tuple[int, ...], str] = {}
    for atom in mol.GetAtoms():
        tagged = atom.GetChiralTag() in (Chem.CHI_TETRAHEDRAL_CW, Chem.CHI_TETRAHEDRAL_CCW)
        if tagged and atom.HasProp("_CIPCode"):
            labels[(atom.GetIdx(),)] = atom.GetProp("_CIPCode")
    for bond in mol.GetBonds():
        if bond.GetStereo() > Chem.BondStereo.STEREOANY and bond.HasProp("_CIPCode"):
            labels[tuple(sorted((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())))] = bond.GetProp("_CIPCode")
    return labels


def _unspecified(mol: Mol, known: set[tuple[int, ...]]) -> tuple[str, ...]:
    from rdkit import Chem

    flat = Chem.Mol(mol)
    flat.RemoveAllConformers()
    places = []
    for info in Chem.FindPotentialStereo(flat):
        if info.specified != Chem.StereoSpecified.Unspecified:
            continue
        if info.type == Chem.StereoType.Atom_Tetrahedral:
            places.append((info.centeredOn,))
        elif info.type == Chem.StereoType.Bond_Double:
            bond = flat.GetBondWithIdx(info.centeredOn)
            if any(_n_double(atom) > 1 for atom in (bond.GetBeginAtom(), bond.GetEndAtom())):
                continue  # cumulenes: their stereo is not covered here
            places.append(tuple(sorted((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()))))
    return tuple(_place(mol, place) for place in places if place not in known)


def _n_double(atom: Atom) -> int:
    return sum(1 for bond in atom.GetBonds() if bond.GetBondTypeAsDouble() == 2)


def _place(mol: Mol, place: tuple[int, ...]) -> str:
    return "=".join(f"{mol.GetAtomWithIdx(i).GetSymbol()}{i + 1}" for i in place)
