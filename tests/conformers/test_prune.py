import numpy as np

from workbench.conformers.prune import prune


def test_only_what_is_near_in_both_goes_and_the_lower_stays() -> None:
    rmsd = np.array([[0, 0.05, 0.05, 2.0], [0.05, 0, 0.01, 2.0], [0.05, 0.01, 0, 2.0], [2.0, 2.0, 2.0, 0]])
    assert prune(rmsd, np.array([1.00, 0.98, 3.0, 0.0])).tolist() == [3, 1, 2]


def test_without_energies_the_first_of_each_kind_stays() -> None:
    assert prune(np.array([[0, 0.1, 1], [0.1, 0, 1], [1, 1, 0]]), None).tolist() == [0, 2]


def test_a_copy_of_every_conformer_changes_nothing() -> None:
    rng = np.random.default_rng(1)
    energies = rng.uniform(0, 5, 12)
    rmsd = rng.uniform(0.3, 2, (12, 12))
    rmsd = np.triu(rmsd, 1) + np.triu(rmsd, 1).T
    twice = np.kron(np.ones((2, 2)), rmsd)
    assert sorted(energies[prune(rmsd, energies)]) == sorted(np.tile(energies, 2)[prune(twice, np.tile(energies, 2))])
