"""AnnData in and out: files in any order of genes, other names of columns, hostile files; predictions survive a file."""

import anndata
import numpy as np
import pytest

from workbench.errors import DataQualityError, InputError
from workbench.evaluation.anndata_cells import evaluate_anndata, predictions_as_anndata
from workbench.evaluation.cell_suite import halves


def as_file(cells, genes, column="perturbation"):
    made = anndata.AnnData(cells.values.astype(np.float32))
    made.var_names = genes
    made.obs[column] = cells.labels
    return made


@pytest.fixture(scope="module")
def pair(norman):
    cells, genes = norman
    kept = cells.take(np.isin(cells.labels, ["control", "KLF1", "MAPK1", "TMSB4X", "HK2"]))
    return [as_file(side, genes) for side in halves(kept)]


def test_the_order_of_genes_and_the_names_of_columns_change_nothing(pair, tmp_path):
    real, predicted = pair
    rows = evaluate_anndata(real, predicted)
    assert {row["reference"] for row in rows} == {"prediction", "no change", "mean", "replicate"}
    assert all(row["n"] <= 4 for row in rows)
    other = predicted[:, np.random.default_rng(0).permutation(predicted.n_vars)].copy()
    other.obs = other.obs.rename(columns={"perturbation": "condition"}).replace("control", "ctrl")
    kept = real.copy()
    kept.obs = kept.obs.rename(columns={"perturbation": "condition"}).replace("control", "ctrl")
    other.write_h5ad(tmp_path / "predicted.h5ad")
    assert evaluate_anndata(kept, anndata.read_h5ad(tmp_path / "predicted.h5ad")) == rows


def test_a_file_that_cannot_be_scored_says_why(pair):
    real, predicted = pair
    with pytest.raises(InputError, match="no obs column 'drug'"):
        evaluate_anndata(real, predicted, perturbation="drug")
    with pytest.raises(InputError, match="labelled 'vehicle'"):
        evaluate_anndata(real, predicted, control="vehicle")
    with pytest.raises(DataQualityError, match="lack 10 of 500 genes"):
        evaluate_anndata(real, predicted[:, 10:])
    with pytest.raises(DataQualityError, match="no cell of KLF1"):
        evaluate_anndata(real, predicted[predicted.obs["perturbation"] != "KLF1"])
    counts, minus = predicted.copy(), predicted.copy()
    counts.X = np.round(counts.X * 3)
    with pytest.raises(DataQualityError, match="whole numbers"):
        evaluate_anndata(real, counts)
    minus.X[4, 2] = -1
    with pytest.raises(DataQualityError, match="cell 5 is negative"):
        evaluate_anndata(real, minus)
    nameless = real.copy()
    nameless.obs = nameless.obs.rename(columns={"perturbation": "what"})
    with pytest.raises(InputError, match="looked for perturbation"):
        evaluate_anndata(nameless, predicted)


def test_predictions_come_back_from_a_file_as_they_were(tmp_path):
    predicted, observed = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32)
    obs = {"perturbation": np.array(["a", "b", "a"]), "context": np.array(["K562", "K562", "A172"])}
    made = predictions_as_anndata(predicted, observed, obs, ("w", "x", "y", "z"), {"model": "mean", "snapshot": 3})
    made.write_h5ad(tmp_path / "predictions.h5ad")
    back = anndata.read_h5ad(tmp_path / "predictions.h5ad")
    np.testing.assert_array_equal(back.X, predicted)
    np.testing.assert_array_equal(back.layers["observed"], observed)
    assert back.obs["perturbation"].tolist() == ["a", "b", "a"]
    assert back.obs_names.is_unique
    assert back.uns["made"] == {"model": "mean", "snapshot": "3"}
    with pytest.raises(InputError, match="perturbation"):
        predictions_as_anndata(predicted, observed, {"gene": obs["context"]}, ("w", "x", "y", "z"), {})
