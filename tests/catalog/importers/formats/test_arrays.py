import zipfile
from pathlib import Path

import numpy as np
import pytest

from workbench.catalog.importers.formats import arrays, open_table
from workbench.errors import InputError

VALUES = np.arange(12, dtype=np.float64).reshape(4, 3)


def whole(path: Path) -> np.ndarray:
    table = open_table(path)
    return np.concatenate([block.values for block in table.blocks(table.measured)])


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_matrix_is_read_in_blocks_whatever_its_order(tmp_path: Path, order, monkeypatch) -> None:
    monkeypatch.setattr(arrays, "block_rows", lambda n_columns: 3)
    np.save(tmp_path / "x.npy", np.asarray(VALUES, order=order))
    np.testing.assert_array_equal(whole(tmp_path / "x.npy"), VALUES)


def test_an_archive_brings_its_own_columns(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", features=VALUES, gene=np.array(list("ABCD")), feature_names=np.array(["x", "y", "z"]))
    table = open_table(tmp_path / "x.npz")
    assert table.measured == ["x", "y", "z"]
    assert table.texts(["gene"])["gene"].astype(str).tolist() == list("ABCD")
    np.testing.assert_array_equal(whole(tmp_path / "x.npz"), VALUES)


def test_pickles_are_never_opened(tmp_path: Path) -> None:
    objects = np.array([{"a": 1}], dtype=object)
    np.save(tmp_path / "x.npy", objects, allow_pickle=True)
    np.savez(tmp_path / "x.npz", features=objects)
    (tmp_path / "map.pkl").write_bytes(b"\x80\x04K\x01.")
    (tmp_path / "map.csv").write_bytes(b"\x80\x04K\x01.")
    for name in ("x.npy", "x.npz", "map.pkl", "map.csv"):
        with pytest.raises(InputError, match="pickle"):
            open_table(tmp_path / name)


def test_cut_and_misshapen_files_are_named(tmp_path: Path, monkeypatch) -> None:
    np.save(tmp_path / "x.npy", VALUES)
    (tmp_path / "cut.npy").write_bytes((tmp_path / "x.npy").read_bytes()[:-8])
    np.save(tmp_path / "flat.npy", VALUES.ravel())
    np.savez(tmp_path / "two.npz", a=VALUES, b=VALUES)
    np.savez_compressed(tmp_path / "big.npz", a=np.zeros((2000, 2000)))
    monkeypatch.setattr(arrays, "MAX_NPZ_BYTES", 1 << 20)
    for name, words in (("cut.npy", "truncated"), ("flat.npy", "matrix of numbers"), ("two.npz", "2 matrices"),
                        ("big.npz", "unpacks to")):  # fmt: skip
        with pytest.raises(InputError, match=words):
            open_table(tmp_path / name)


def test_what_we_do_not_read_is_called_by_its_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "plates.zip", "w") as archive:
        archive.writestr("a.csv", "a,b\n1,2\n")
    (tmp_path / "book.xlsx").write_bytes((tmp_path / "plates.zip").read_bytes())
    (tmp_path / "x.csv").write_bytes(b"BZh91AY")
    for name, words in (("plates.zip", "zip archive"), ("book.xlsx", "Excel"), ("x.csv", "bzip2")):
        with pytest.raises(InputError, match=words):
            open_table(tmp_path / name)
