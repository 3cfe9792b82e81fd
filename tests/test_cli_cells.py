"""`workbench cells score`: two files in, a table out; a file that is no AnnData is refused in words."""

import anndata
import numpy as np
import pytest

from benchmarks.cells.celleval import read_cells
from tests.test_cli import call
from workbench.evaluation.cell_suite import halves


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    cells, genes = read_cells()
    kept = cells.take(np.isin(cells.labels, ["control", "KLF1", "MAPK1", "HK2"]))
    folder = tmp_path_factory.mktemp("cells")
    paths = []
    for name, side in zip(("real", "predicted"), halves(kept), strict=True):
        made = anndata.AnnData(side.values)
        made.var_names = genes
        made.obs["perturbation"] = side.labels
        paths.append(str(folder / f"{name}.h5ad"))
        made.write_h5ad(paths[-1])
    return paths


def test_predicted_cells_are_scored_beside_the_sober_references(files, tmp_path):
    done = call("cells", "score", *files, home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    for word in ("prediction", "no change", "mean", "replicate", "pds", "energy", "n=3"):
        assert word in done.stdout, word
    assert not (tmp_path / "home").exists()  # nothing of ours is opened to compare two files


def test_what_cannot_be_scored_is_said(files, tmp_path):
    done = call("cells", "score", files[0], files[1], "--control", "vehicle", home=tmp_path)
    assert done.returncode == 1
    assert "vehicle" in done.stderr
    broken = tmp_path / "broken.h5ad"
    broken.write_text("no file of cells")
    done = call("cells", "score", files[0], str(broken), home=tmp_path)
    assert done.returncode == 1
    assert "cannot be read as .h5ad" in done.stderr
