"""SMILES in, Molecule out: the only place that reads a SMILES. Also 2D depiction and the way to RDKit and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.errors import InputError
from workbench.nouns import Molecule

if TYPE_CHECKING:
    from rdkit.Chem import Mol

MAX_CHARACTERS = 1_000
MAX_HEAVY_ATOMS = 200


def parse_smiles(text: str, name: str = "") -> Molecule:
    """The molecule of a SMILES (or CXSMILES), with explicit hydrogens.

    Raises InputError quoting the text and RDKit's reason: empty, too long, not a SMILES, impossible valence, too large.
    """
    from rdkit import Chem

    full = Chem.AddHs(read_graph(text))
    return _molecule(full, name)


def from_mapped_smiles(mapped_smiles: str, name: str = "") -> Molecule:
    """The molecule of a mapped SMILES written by us, atoms in the order of their map numbers."""
    return _molecule(_read_mapped(mapped_smiles), name)


def to_rdkit(molecule: Molecule, positions: np.ndarray | None = None) -> Mol:
    """The molecule in RDKit, same atom order, with a conformer (id 0, 1, …) for each of positions [n, n_atoms, 3] Å."""
    from rdkit import Chem

    mol = _read_mapped(molecule.mapped_smiles)
    for i, coordinates in enumerate(() if positions is None else positions):
        conformer = Chem.Conformer(molecule.n_atoms)
        conformer.SetId(i)
        conformer.Set3D(True)
        conformer.SetPositions(np.asarray(coordinates, dtype=np.float64))
        mol.AddConformer(conformer)
    return mol


def fragments(smiles: str) -> list[str]:
    """SMILES of the parts that no bond joins, largest first (heavy atoms, then weight)."""
    from rdkit import Chem
    from rdkit.Chem import Descriptors

    parts = Chem.GetMolFrags(read_graph(smiles), asMols=True)
    ranked = sorted(parts, key=lambda part: (-part.GetNumHeavyAtoms(), -Descriptors.MolWt(part)))
    return [Chem.MolToSmiles(part) for part in ranked]


def scaffold(smiles: str) -> str:
    """SMILES of the Bemis-Murcko scaffold; a molecule without a ring is its own, so that chains do not share one."""
    from rdkit import Chem
    from rdkit.Chem.Scaffolds import MurckoScaffold

    mol = read_graph(smiles)
    return Chem.MolToSmiles(MurckoScaffold.GetScaffoldForMol(mol)) or Chem.MolToSmiles(mol)


def mol_block(smiles: str) -> str:
    """MOL block with 2D coordinates, for a sketcher."""
    from rdkit import Chem
    from rdkit.Chem import rdDepictor

    mol = read_graph(smiles)
    rdDepictor.Compute2DCoords(mol)
    return Chem.MolToMolBlock(mol)


def _read_mapped(mapped_smiles: str) -> Mol:
    from rdkit import Chem

    parameters = Chem.SmilesParserParams()
    parameters.removeHs = False
    mol = Chem.MolFromSmiles(mapped_smiles, parameters)
    if mol is None:
        raise InputError(f"{mapped_smiles[:60]!r} is not a mapped SMILES.")
    order = sorted(range(mol.GetNumAtoms()), key=lambda i: mol.GetAtomWithIdx(i).GetAtomMapNum())
    mol = Chem.RenumberAtoms(mol, order)
    for atom in mol.GetAtoms():
        atom.SetAtomMapNum(0)
    return mol


def _molecule(full: Mol, name: str) -> Molecule:
    from rdkit import Chem
    from rdkit.Chem import Descriptors, rdMolDescriptors

    full = Chem.Mol(full)
    mol = Chem.RemoveHs(full)
    smiles = Chem.MolToSmiles(mol)
    for atom in full.GetAtoms():
        atom.SetAtomMapNum(atom.GetIdx() + 1)
    mapped = Chem.MolToSmiles(full, canonical=False, allHsExplicit=True)
    bonds = [
        (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), round(2 * bond.GetBondTypeAsDouble()))
        for bond in full.GetBonds()
    ]
    return Molecule(
        smiles=smiles,
        inchikey=Chem.MolToInchiKey(mol) or f"SMILES:{smiles}",
        mapped_smiles=mapped,
        numbers=[atom.GetAtomicNum() for atom in full.GetAtoms()],
        bonds=bonds,
        formula=rdMolDescriptors.CalcMolFormula(mol),
        weight=float(Descriptors.MolWt(mol)),
        charge=Chem.GetFormalCharge(mol),
        name=name,
    )


def read_graph(text: str) -> Mol:
    """An RDKit molecule without explicit hydrogens. Raises InputError as `parse_smiles` does."""
    from rdkit import Chem, rdBase

    text = (text or "").strip()
    shown = text if len(text) <= 60 else f"{text[:57]}…"
    if not text:
        raise InputError("a SMILES is needed; got an empty text.", hint="Try CC(=O)Oc1ccccc1C(=O)O.")
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"this SMILES has {len(text):,} characters; {MAX_CHARACTERS:,} are the limit.", where=shown)
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(text, sanitize=False)
        if mol is None:
            raise InputError(f"{shown!r} is not a SMILES{_likely_cause(text)}.", hint=_CHECK)
        try:
            Chem.SanitizeMol(mol)
        except Chem.MolSanitizeException as error:
            raise InputError(f"{shown!r} is not a possible molecule: {error}.") from error
        Chem.AssignStereochemistry(mol, cleanIt=True, force=True)
        mol = Chem.RemoveHs(mol)
    if mol.GetNumHeavyAtoms() == 0 and mol.GetNumAtoms() == 0:
        raise InputError(f"{shown!r} holds no atom.")
    if mol.GetNumHeavyAtoms() > MAX_HEAVY_ATOMS:
        raise InputError(
            f"this molecule has {mol.GetNumHeavyAtoms()} heavy atoms; {MAX_HEAVY_ATOMS} are the limit.", where=shown
        )
    for atom in mol.GetAtoms():
        atom.SetAtomMapNum(0)
    if any(atom.GetAtomicNum() == 0 for atom in mol.GetAtoms()):
        raise InputError(f"{shown!r} has a dummy atom (*).", hint="Replace it by a real atom.")
    return Chem.MolFromSmiles(Chem.MolToSmiles(mol))


_CHECK = "Check brackets, ring closures and element symbols."


def _likely_cause(text: str) -> str:
    """What is most likely wrong with a text that is no SMILES, as a clause; empty when it is not plain to see."""
    import re

    body = text.split()[0]
    strange = sorted(set(re.sub(r"[A-Za-z0-9\[\]()=#$:/\\@+\-%.*~<>]", "", body)))
    if strange:
        return f": {' '.join(strange)} has no meaning in one"
    for opened, closed in (("[", "]"), ("(", ")")):
        if body.count(opened) != body.count(closed):
            return f": {body.count(opened)} “{opened}” but {body.count(closed)} “{closed}”"
    rings = re.findall(r"%\d\d|\d", re.sub(r"\[[^\]]*\]", "", body))
    open_rings = sorted({label for label in rings if rings.count(label) % 2})
    if open_rings:
        return f": ring {', '.join(open_rings)} is not closed"
    return ""


def depict(smiles: str, *, width: int = 320, height: int = 220, dark: bool = False) -> str:
    """A 2D drawing as SVG text, bonds in the colour of the text around it. Raises InputError for an unread SMILES."""
    from rdkit.Chem.Draw import rdMolDraw2D

    mol = read_graph(smiles)
    drawer = rdMolDraw2D.MolDraw2DSVG(width, height)
    options = drawer.drawOptions()
    options.setAtomPalette({number: tone[dark] for number, tone in _TONES.items()})
    options.clearBackground = False
    options.bondLineWidth = 1.6
    options.fixedBondLength = 32
    options.addStereoAnnotation = False
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, mol)
    drawer.FinishDrawing()
    text = drawer.GetDrawingText()
    return text[text.index("<svg") :].replace("#000000", "currentColor")


_BLACK = (0.0, 0.0, 0.0)
_TONES = {  # atomic number: colour on a light and on a dark ground
    -1: (_BLACK, _BLACK), 6: (_BLACK, _BLACK), 1: (_BLACK, _BLACK),
    7: ((0.12, 0.32, 0.78), (0.50, 0.68, 1.0)), 8: ((0.78, 0.15, 0.12), (1.0, 0.48, 0.42)),
    16: ((0.55, 0.42, 0.0), (0.92, 0.77, 0.30)), 15: ((0.72, 0.38, 0.0), (1.0, 0.66, 0.30)),
    9: ((0.08, 0.50, 0.25), (0.45, 0.85, 0.58)), 17: ((0.08, 0.50, 0.25), (0.45, 0.85, 0.58)),
    35: ((0.55, 0.22, 0.12), (0.90, 0.60, 0.48)), 53: ((0.45, 0.20, 0.65), (0.78, 0.60, 0.95)),
}  # fmt: skip
