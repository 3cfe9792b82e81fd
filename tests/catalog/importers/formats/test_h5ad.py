from pathlib import Path

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from workbench.catalog.importers.formats import arrays, hdf, open_table
from workbench.errors import InputError

COUNTS = np.random.default_rng(0).poisson(0.5, (40, 7)).astype(np.float32)
FORMS = {"dense": np.asarray, "CSR": sparse.csr_matrix, "CSC": sparse.csc_matrix}


def write(path: Path, values, **more) -> Path:
    conditions = ["ctrl", "TP53+ctrl", "KLF1"] * 13 + ["ctrl"]
    obs = pd.DataFrame(
        {"condition": pd.Categorical(conditions), "n": range(40), "ok": [True, False] * 20,
         "score": pd.array([1, None] * 20, dtype="Int64")},
        index=[f"cell{i}" for i in range(40)],
    )  # fmt: skip
    made = anndata.AnnData(values, obs=obs, var=pd.DataFrame(index=[f"G{i}" for i in range(7)]))
    made.obsm["X_pca"] = np.arange(80.0).reshape(40, 2)
    made.layers["log"] = made.X.copy()
    made.write_h5ad(path, **more)
    return path


@pytest.mark.parametrize("form", FORMS)
def test_dense_and_sparse_are_read_alike(tmp_path: Path, monkeypatch, form: str) -> None:
    monkeypatch.setattr(arrays, "block_rows", lambda n_columns: 16)
    table = open_table(write(tmp_path / "a.h5ad", FORMS[form](COUNTS), compression="gzip"))
    assert form in table.form
    np.testing.assert_array_equal(np.concatenate([b.values for b in table.blocks(table.measured)]), COUNTS)
    texts = table.texts(["condition", "obs index", "score"]).astype(str)
    assert texts.iloc[1].tolist() == ["TP53+ctrl", "cell1", ""]
    assert any("counts that are not normalised" in note for note in table.notes)
    assert any("obsm/X_pca" in note for note in table.notes)


def test_a_layer_or_an_embedding_is_chosen(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5ad", COUNTS)
    table = open_table(path, "obsm/X_pca")
    assert table.measured == ["X_pca_0", "X_pca_1"]
    assert open_table(path, "layers/log").measured[0] == "G0"
    with pytest.raises(InputError, match=r"no 'layers/raw'.*layers/log"):
        open_table(path, "layers/raw")


def test_files_that_refer_to_others_are_refused(tmp_path: Path) -> None:
    other = write(tmp_path / "other.h5ad", COUNTS)
    linked = write(tmp_path / "linked.h5ad", COUNTS)
    with h5py.File(linked, "a") as file:
        del file["X"]
        file["X"] = h5py.ExternalLink(str(other), "X")
    outside = write(tmp_path / "outside.h5ad", COUNTS)
    with h5py.File(outside, "a") as file:
        del file["X"]
        file.create_dataset("X", (40, 7), "f4", external=[(str(tmp_path / "raw.bin"), 0, 1120)])
    for path in (linked, outside):
        with pytest.raises(InputError, match="another file"):
            open_table(path)


def test_damage_is_named(tmp_path: Path, monkeypatch) -> None:
    path = write(tmp_path / "a.h5ad", sparse.csr_matrix(COUNTS))
    (tmp_path / "cut.h5ad").write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(InputError, match="truncated"):
        open_table(tmp_path / "cut.h5ad")
    with h5py.File(path, "a") as file:
        file["X/indices"][0] = 99
    table = open_table(path)
    with pytest.raises(InputError, match="indices outside"):
        list(table.blocks(table.measured))
    with h5py.File(tmp_path / "empty.h5ad", "w") as file:
        file["x"] = 1
    with pytest.raises(InputError, match="no AnnData file"):
        open_table(tmp_path / "empty.h5ad")
    monkeypatch.setattr(hdf, "MAX_CHUNK_BYTES", 16)
    with pytest.raises(InputError, match="pieces"):
        open_table(write(tmp_path / "b.h5ad", COUNTS, compression="gzip"))


def test_accession_numbers_give_way_to_symbols(tmp_path: Path) -> None:
    names = [f"ENSG{i:011d}" for i in range(4)]
    var = pd.DataFrame({"gene_name": ["TP53", "MYC", "MYC", ""]}, index=names)
    anndata.AnnData(COUNTS[:, :4], var=var).write_h5ad(tmp_path / "a.h5ad")
    assert open_table(tmp_path / "a.h5ad").measured == ["TP53", *names[1:]]
