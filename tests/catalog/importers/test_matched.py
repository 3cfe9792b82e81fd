"""Sums by group: equal to pandas on planted tables, invariant to the order of rows; scales told apart."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.catalog.importers import matched
from workbench.catalog.importers.formats import arrays, open_table
from workbench.catalog.importers.matched import Design, Scale, Sums, scale_of
from workbench.catalog.importers.measured import measure
from workbench.errors import InputError

LOG = Scale("log", "", "")


def planted(tmp_path: Path, n: int = 90) -> tuple[pd.DataFrame, object]:
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"p": rng.integers(0, 4, n), "c": rng.integers(0, 2, n), "l": rng.integers(0, 2, n)})
    values = rng.normal(size=(n, 6)) + rows["l"].to_numpy()[:, None] + rows["p"].to_numpy()[:, None] * np.arange(6)
    np.save(tmp_path / "x.npy", values.astype(np.float32))
    table = open_table(tmp_path / "x.npy")
    return rows.join(pd.DataFrame(values.astype(np.float32), columns=table.measured)), table


def summed(rows: pd.DataFrame, table, n_parts: int | None = 2) -> Sums:
    codes = tuple(rows[name].to_numpy() for name in ("p", "c", "l"))
    design = Design.of(codes, codes[0] == 0, np.ones(len(rows), dtype=bool), n_parts)
    return Sums(table, table.measured, design, LOG, 2)


def test_changes_are_those_of_pandas(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(arrays, "block_rows", lambda n_columns: 16)
    rows, table = planted(tmp_path)
    found = list(summed(rows, table).changes())
    assert [(item.perturbation, item.context) for item in found] == [(p, c) for p in (1, 2, 3) for c in (0, 1)]
    for item in found:
        own = rows[(rows["p"] == item.perturbation) & (rows["c"] == item.context)]
        control = rows[(rows["p"] == 0) & (rows["c"] == item.context)].groupby("l")[table.measured]
        delta = own[table.measured].to_numpy() - control.mean().loc[own["l"]].to_numpy()
        np.testing.assert_allclose(item.delta, delta.mean(axis=0), atol=1e-5)
        assert item.n == len(own)
        within = own[table.measured] - own.groupby("l")[table.measured].transform("mean")
        variance = np.square(within).sum() / (len(own) - own["l"].nunique()) / len(own)
        share = own["l"].value_counts(normalize=True)
        variance += sum(share[place] ** 2 * control.var().loc[place] / control.size()[place] for place in share.index)
        np.testing.assert_allclose(item.standard_error, np.sqrt(variance), atol=1e-5)


def test_halves_of_the_controls_are_disjoint_and_make_the_whole(tmp_path: Path) -> None:
    rows, table = planted(tmp_path)
    sums = summed(rows, table)
    control = np.flatnonzero(sums.design.is_control)
    n = [
        np.bincount(sums.group[sums.part % 2 == i], sums.n[sums.part % 2 == i], len(sums.n_group))[control]
        for i in (0, 1)
    ]
    assert (n[0] + n[1] == sums.n_group[control]).all()
    both = (n[0][:, None] * sums.half(0, control) + n[1][:, None] * sums.half(1, control)) / sums.n_group[control, None]
    np.testing.assert_allclose(both, sums.group_means[control], atol=1e-9)


def test_too_many_groups_say_what_to_do(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(matched, "MAX_SUMS", 20)
    with pytest.raises(InputError, match="too many") as caught:
        summed(*planted(tmp_path))
    assert "--batch-column" in caught.value.hint


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([[0, 3], [900, 1]], "counts"),
        ([[0.5, 3], [900, 1]], "linear"),
        ([[0.5, 3], [6, 1]], "log"),
        ([[-1, 3], [6, 1]], "centred"),
    ],
)
def test_scales_are_told_from_the_range(tmp_path: Path, values, kind: str) -> None:
    np.save(tmp_path / "x.npy", np.array(values, dtype=np.float32))
    table = open_table(tmp_path / "x.npy")
    assert scale_of(measure(table, table.measured, None)).kind == kind
