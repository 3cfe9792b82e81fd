import numpy as np
import pytest

from workbench.conformers.engines import ENGINES
from workbench.kernels.molecules import parse_smiles


@pytest.mark.parametrize("name", ENGINES.names())
def test_every_engine_repeats_with_its_seed_and_keeps_bond_lengths(name: str) -> None:
    molecule = parse_smiles("CC(C)Cc1ccc(cc1)[C@H](C)C(=O)O")
    embed = ENGINES.find(name).thing
    first, again, other = (embed(molecule, 3, seed, 20.0).positions for seed in (5, 5, 6))
    assert first.shape == (3, molecule.n_atoms, 3)
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)
    i, j = molecule.bonds[:, 0], molecule.bonds[:, 1]
    lengths = np.linalg.norm(first[:, i] - first[:, j], axis=2)
    assert lengths.min() > 0.85
    assert lengths.max() < 1.75


def test_engines_are_as_many_as_files() -> None:
    assert ENGINES.names() == ["etkdg"]


def test_what_cannot_be_embedded_gives_causes_instead_of_a_crash() -> None:
    """A strained cage broke an invariant inside the embedding's optimiser and took the caller down."""
    found = ENGINES.find("etkdg").thing(parse_smiles("C[C@]12C[C@@]1(C)C2"), 2, 0, 5.0)
    assert len(found.positions) == 0
    assert sum(found.failures.values()) > 0
