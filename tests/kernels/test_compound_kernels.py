"""Compounds alike by structure and by target: identity, symmetry, what is unknown is like itself alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.kernels.compound_kernels import fingerprint_similarity, target_similarity

SMILES = ["CC(=O)Oc1ccccc1C(=O)O", "OC(=O)c1ccccc1O", "CN1C=NC2=C1C(=O)N(C(=O)N2C)C", "CCO", ""]


def test_structures_agree_with_rdkit_and_ignore_spelling():
    from rdkit import Chem, DataStructs
    from rdkit.Chem import rdFingerprintGenerator

    found = fingerprint_similarity(SMILES)
    make = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048).GetFingerprint
    prints = [make(Chem.MolFromSmiles(text)) for text in SMILES[:2]]
    assert found[0, 1] == pytest.approx(DataStructs.TanimotoSimilarity(*prints))
    assert found[0, 1] > found[0, 2]
    np.testing.assert_array_equal(found, fingerprint_similarity(["O=C(C)Oc1ccccc1C(O)=O", *SMILES[1:]]))
    np.testing.assert_array_equal(found[4], np.eye(5)[4])


def test_a_structure_that_is_none_is_refused():
    with pytest.raises(InputError):
        fingerprint_similarity(["CCO", "C1CC"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from("ABCDX"), max_size=3), min_size=1, max_size=6), st.integers(0, 99))
def test_target_similarity_is_a_kernel_with_ones_on_its_diagonal(targets, seed):
    points = np.random.default_rng(seed).normal(size=(4, 3))
    found = target_similarity(targets, list("ABCD"), points @ points.T)
    np.testing.assert_allclose(found, found.T, atol=1e-12)
    np.testing.assert_allclose(np.diag(found), 1)
    assert np.linalg.eigvalsh(found).min() > -1e-9
    assert np.abs(found).max() <= 1 + 1e-9


def test_compounds_of_one_target_are_alike_and_of_unlinked_ones_are_not():
    kernel = np.array([[1, 0.8, 0], [0.8, 1, 0], [0, 0, 1.0]])
    found = target_similarity([["A"], ["A"], ["B"], ["C"], ["elsewhere"]], ["A", "B", "C"], kernel)
    np.testing.assert_allclose(found[0], [1, 1, 0.8, 0, 0])
