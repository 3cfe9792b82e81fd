import numpy as np
import pytest
from rdkit import Chem

from workbench.errors import InputError
from workbench.kernels.molecules import parse_smiles
from workbench.kernels.sdf import sdf_text


def read(text: str) -> list[Chem.Mol]:
    supplier = Chem.SDMolSupplier()
    supplier.SetData(text, removeHs=False)
    return list(supplier)


def test_coordinates_charges_and_properties_come_back() -> None:
    molecule = parse_smiles("[NH3+][C@@H](C)C(=O)[O-]")
    positions = np.random.default_rng(0).normal(size=(2, molecule.n_atoms, 3))
    text = sdf_text(molecule, positions, ["a", "b"], [{"energy": 1.5}, {"energy": "two\nlines"}])
    first, second = read(text)
    assert np.allclose(first.GetConformer().GetPositions(), positions[0], atol=1e-4)
    assert Chem.MolToSmiles(Chem.RemoveHs(second), isomericSmiles=False) == "CC([NH3+])C(=O)[O-]"
    assert (first.GetProp("energy"), second.GetProp("energy")) == ("1.5", "two lines")
    assert second.GetProp("_Name") == "b"


def test_lengths_must_agree() -> None:
    with pytest.raises(InputError, match="1 conformers, 2 titles"):
        sdf_text(parse_smiles("C"), np.zeros((1, 5, 3)), ["a", "b"], [{}])
