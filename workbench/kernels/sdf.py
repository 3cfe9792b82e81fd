"""Conformers as SDF text, one record each, with numbers as properties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from workbench.errors import InputError
from workbench.kernels.molecules import to_rdkit

if TYPE_CHECKING:
    from workbench.nouns import Molecule


def sdf_text(
    molecule: Molecule, positions: np.ndarray, titles: Sequence[str], properties: Sequence[Mapping[str, object]]
) -> str:
    """SDF of positions [n, n_atoms, 3] in Å; titles [n]; properties [n] of name to value.

    Raises InputError when the numbers of titles or properties differ from the number of conformers.
    """
    from rdkit import Chem

    if not len(positions) == len(titles) == len(properties):
        raise InputError(f"{len(positions)} conformers, {len(titles)} titles, {len(properties)} property rows.")
    mol = to_rdkit(molecule, positions)
    Chem.Kekulize(mol, clearAromaticFlags=True)
    records = []
    for i, (title, values) in enumerate(zip(titles, properties, strict=True)):
        mol.SetProp("_Name", _line(title))
        facts = "".join(f">  <{_line(name)}>\n{_line(value)}\n\n" for name, value in values.items())
        records.append(f"{Chem.MolToMolBlock(mol, confId=i)}{facts}$$$$\n")
    return "".join(records)


def _line(value: object) -> str:
    """One line: an SDF has no escape for line breaks."""
    return " ".join(str(value).split())
