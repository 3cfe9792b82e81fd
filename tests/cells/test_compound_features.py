"""Compounds at doses: alike by structure and targets, less so the farther the doses lie apart; what is unknown says so."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cells.compound_features import CompoundKernels, dose_similarity, split_unit

ASPIRIN, SALICYLATE, CAFFEINE = "CC(=O)Oc1ccccc1C(=O)O", "OC(=O)c1ccccc1O", "CN1C=NC2=C1C(=O)N(C(=O)N2C)C"


@pytest.fixture(scope="module")
def features():
    return CompoundKernels.build(
        ["A", "B", "C", "D"], ["aspirin", "salicylate", "caffeine", "nobody"], [ASPIRIN, SALICYLATE, CAFFEINE, ""],
        [["PTGS1", "PTGS2"], ["PTGS1"], ["ADORA2A"], []],
    )  # fmt: skip


def test_structure_target_and_identity_are_three_kernels(features):
    found = features.kernels(["A", "X"], ["A", "B", "C"])
    assert found.shape == (3, 2, 3)
    np.testing.assert_array_equal(found[2], [[1, 0, 0], [0, 0, 0]])
    assert found[0, 0, 1] > found[0, 0, 2]
    assert found[1, 0, 1] == pytest.approx(1 / np.sqrt(2))
    assert found[1, 0, 2] == 0
    np.testing.assert_array_equal(found[:, 1], 0)


def test_a_compound_that_nothing_is_known_of_is_like_itself_alone(features):
    np.testing.assert_array_equal(features.kernels(["D"], ["A", "D"])[:, 0], [[0, 1]] * 3)
    assert features.missing("D@3") == ["structures", "targets"]
    assert features.missing("A") == []
    assert features.missing("X") == ["structures", "targets"]


def test_a_dose_ten_times_away_counts_less_than_one_three_times_away(features):
    same, near, far = features.kernels(["A@1"], ["A@1", "A@3", "A@10"])[2, 0]
    assert same == pytest.approx(1)
    assert same > near > far == pytest.approx(np.exp(-2))
    assert features.name("A@0.3") == "aspirin 0.3 µM"


@given(st.lists(st.floats(1e-6, 1e6), min_size=2, max_size=8))
def test_dose_similarity_is_a_kernel(doses):
    logs = np.log10(np.array([*doses]))
    found = dose_similarity(logs, logs)
    np.testing.assert_allclose(found, found.T)
    assert np.linalg.eigvalsh(found).min() > -1e-9
    np.testing.assert_allclose(dose_similarity(logs * np.nan, logs), 1.0)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("KEY", ("KEY", None)), ("KEY@0.3", ("KEY", 0.3)), ("NAME:a@b", ("NAME:a@b", None)), ("a@b@1", ("a@b", 1.0))],
)
def test_a_unit_is_a_key_with_or_without_a_dose(unit, expected):
    assert split_unit(unit) == expected
