import numpy as np
import pytest
from rdkit.Chem import rdForceFieldHelpers

from tests.ensembles import ensemble_of
from workbench.conformers.score import boltzmann_weights, force_field, relative
from workbench.kernels.molecules import parse_smiles, to_rdkit


def test_weights_of_a_planted_two_state_system() -> None:
    weights = boltzmann_weights(np.array([0.0, 0.5924836 * np.log(3)]), 298.15)
    assert weights == pytest.approx([0.75, 0.25], abs=1e-5)
    assert boltzmann_weights(np.array([1000.0, 1000.0])) == pytest.approx([0.5, 0.5])


def test_relaxed_energies_are_mmff94s_at_a_minimum() -> None:
    ensemble = ensemble_of()
    molecule = ensemble.molecule
    energy = force_field(molecule)
    relaxed = energy.relax(np.asarray(ensemble.positions, dtype=np.float64))
    assert energy.name == "MMFF94s"
    assert relaxed.converged.all()
    assert relative(relaxed.energies) == pytest.approx(ensemble.energies, abs=0.02)
    mol = to_rdkit(molecule, relaxed.positions)
    properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(mol, mmffVariant="MMFF94s")
    field = rdForceFieldHelpers.MMFFGetMoleculeForceField(mol, properties, confId=0)
    assert field.CalcEnergy() == pytest.approx(relaxed.energies[0], abs=1e-6)
    assert np.abs(field.CalcGrad()).max() < 0.05


@pytest.mark.parametrize(
    ("smiles", "name"), [("CCO", "MMFF94s"), ("[B-](F)(F)(F)F", "UFF"), ("C[Pt]Cl", None), ("[Na+]", None)]
)
def test_the_model_is_the_best_that_knows_every_atom(smiles: str, name: str | None) -> None:
    energy = force_field(parse_smiles(smiles))
    assert (energy.name if energy else None) == name


def test_butane_gauche_lies_about_four_fifths_above_anti() -> None:
    """MMFF94 gives 0.78 kcal/mol (Halgren, J. Comput. Chem. 20:720, 1999)."""
    energies = ensemble_of("CCCC", n=20, seed=1).energies
    assert energies[0] == 0
    assert energies[1] == pytest.approx(0.78, abs=0.06)
