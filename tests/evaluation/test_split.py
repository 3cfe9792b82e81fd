"""Splits: whole units on one side, shares kept, reproducible, independent of order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.evaluation.split import assign_roles, grouped_folds

SHARES = {"train": 0.6, "replay": 0.2, "held_out": 0.2}


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
