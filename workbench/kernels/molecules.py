"""SMILES in, Molecule out: the only place that reads a SMILES. Also 2D depiction."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    from rdkit.Chem import Descriptors, rdMolDescriptors

    mol = read_graph(text)
    smiles = Chem.MolToSmiles(mol)
    full = Chem.AddHs(mol)
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
            raise InputError(f"{shown!r} is not a SMILES.", hint="Check brackets, ring closures and element symbols.")
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


def depict(smiles: str, *, width: int = 320, height: int = 220, dark: bool = False) -> str:
    """A 2D drawing as SVG text. Raises InputError when the SMILES cannot be read."""
    from rdkit.Chem.Draw import rdMolDraw2D

    mol = read_graph(smiles)
    drawer = rdMolDraw2D.MolDraw2DSVG(width, height)
    options = drawer.drawOptions()
    if dark:
        rdMolDraw2D.SetDarkMode(options)
    options.clearBackground = False
    options.bondLineWidth = 1.6
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, mol)
    drawer.FinishDrawing()
    return drawer.GetDrawingText()
