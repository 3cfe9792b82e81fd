"""GCTX: samples as rows with what is said of them, read in parts; other layouts and damage are named."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from workbench.catalog.importers.formats import open_table
from workbench.catalog.importers.formats.gctx import FEATURES, MATRIX, SAMPLES, read_gctx
from workbench.errors import InputError

VALUES = np.random.default_rng(0).normal(size=(40, 7)).astype(np.float32)


def gctx(path: Path, values: np.ndarray = VALUES) -> Path:
    with h5py.File(path, "w") as file:
        file[MATRIX] = values
        file[f"{SAMPLES}/id"] = [f"s{i}".encode() for i in range(len(values))]
        file[f"{SAMPLES}/pert_iname"] = [b"DMSO"] * len(values)
        file[f"{FEATURES}/id"] = [f"G{i}".encode() for i in range(7)]
    return path


def test_samples_are_rows(tmp_path: Path) -> None:
    table = open_table(gctx(tmp_path / "a.gctx"))
    assert (table.form, table.measured[6]) == ("GCTX", "G6")
    assert set(table.texts(["pert_iname"])["pert_iname"]) == {"DMSO"}
    np.testing.assert_array_equal(np.concatenate([b.values for b in table.blocks(table.measured)]), VALUES)


def test_another_layout_is_named(tmp_path: Path) -> None:
    with h5py.File(gctx(tmp_path / "a.gctx"), "a") as file:
        del file[MATRIX]
    with pytest.raises(InputError, match="no GCTX file: it has no '0/DATA/0/matrix'"):
        read_gctx(tmp_path / "a.gctx")
    with pytest.raises(InputError, match=r"the matrix of b\.gctx has the shape \(40, 0\)"):
        open_table(gctx(tmp_path / "b.gctx", VALUES[:, :0]))
