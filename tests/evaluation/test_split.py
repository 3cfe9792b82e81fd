"""Splits: whole units on one side, shares kept, reproducible, independent of order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.evaluation import split
from workbench.evaluation.split import assign_roles, grouped_folds
from workbench.kernels.molecules import scaffold

SHARES = {"train": 0.6, "replay": 0.2, "held_out": 0.2}
SINGLES = [(name,) for name in "ABCDEF"]
PAIRS = [tuple(pair) for pair in ("AB", "AC", "BC", "DE", "EF", "AF", "AX")]
PARTS = SINGLES + PAIRS


@given(st.integers(5, 200), st.integers(0, 5))
def test_every_unit_gets_one_role_and_the_shares_are_kept(n, seed):
    units = [f"G{i}" for i in range(n)]
    roles = assign_roles(units, SHARES, seed)
    assert set(roles) == set(units)
    for role, share in SHARES.items():
        assert abs(sum(r == role for r in roles.values()) - share * n) <= 1
    assert assign_roles(units[::-1] * 2, SHARES, seed) == roles


def test_another_seed_gives_another_split():
    units = [f"G{i}" for i in range(50)]
    assert assign_roles(units, SHARES, 0) != assign_roles(units, SHARES, 1)


def test_rows_of_one_group_share_a_fold():
    groups = np.repeat([f"g{i}" for i in range(13)], 3)
    folds = grouped_folds(groups, 5, 0)
    assert all(len(set(folds[groups == g])) == 1 for g in set(groups))
    assert set(folds) == set(range(5))


@given(st.integers(2, 30), st.integers(2, 6), st.integers(0, 9))
def test_folds_by_group_test_each_row_once_and_share_no_group(n_groups, n_folds, seed):
    groups = np.array([f"g{i % n_groups}" for i in range(3 * n_groups)])
    folds = split.folds_by_group(groups, n_folds, seed)
    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(len(groups)))
    for fold in folds:
        assert not set(groups[fold.train]) & set(groups[fold.test])
        assert len(fold.train) + len(fold.test) == len(groups)


def test_pairs_are_tested_once_with_their_singles_in_training():
    folds = split.folds_of_pairs(PARTS, 3, 0)
    tested = [PARTS[i] for fold in folds for i in fold.test]
    assert sorted(tested) == sorted(PAIRS[:-1])  # X was never measured alone
    for fold in folds:
        assert {PARTS[i] for i in fold.train} >= set(SINGLES)


def test_a_new_gene_is_in_no_training_row():
    for fold in split.folds_of_parts(PARTS, 3, 1) + split.leave_each_part_out(PARTS):
        held = {name for i in fold.test for name in PARTS[i]} - {name for i in fold.train for name in PARTS[i]}
        assert held
        assert all(set(PARTS[i]) & held for i in fold.test)
    names = [fold.name for fold in split.leave_each_part_out(PARTS)]
    assert names == [f"without {name}" for name in "ABCDEFX"]


def test_contexts_are_left_out_one_after_the_other():
    contexts = np.array(["K562", "A172", "A172", "T98G"])
    folds = split.leave_each_context_out(contexts)
    assert [fold.name for fold in folds] == ["without A172", "without K562", "without T98G"]
    assert folds[0].test.tolist() == [1, 2]


def test_molecules_of_one_scaffold_are_tested_together():
    smiles = ["CC(=O)Oc1ccccc1C(=O)O", "Cc1ccccc1", "c1ccc2ncccc2c1", "CCO", "CCCO", "Oc1ccc2ncccc2c1"]
    labels = np.array([scaffold(text) for text in smiles])
    assert labels[0] == labels[1] == "c1ccccc1"
    assert labels[2] == labels[5] != labels[0]
    assert labels[3] != labels[4]  # without a ring a molecule is its own scaffold
    for fold in split.folds_by_group(labels, 3, 0):
        assert not set(labels[fold.train]) & set(labels[fold.test])


@pytest.mark.parametrize(
    "ask", [lambda: split.folds_by_group(np.array(["a", "a"]), 5, 0), lambda: split.folds_of_pairs(SINGLES, 3, 0),
            lambda: split.folds_of_parts([("A",)], 3, 0), lambda: split.leave_each_part_out([("A",)]),
            lambda: split.leave_each_context_out(np.array(["K562"]))]
)  # fmt: skip
def test_what_cannot_be_split_is_said(ask):
    with pytest.raises(InputError, match="two"):
        ask()
