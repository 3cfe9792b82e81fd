import io
import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.mapped import mapped_lab  # noqa: F401
from workbench.catalog.map_export import map_file
from workbench.errors import InputError
from workbench.lab import Lab
from workbench.nouns import Map
from workbench.phenomics.simulated_map import simulated_map


def test_csv_of_a_selection_holds_its_rows_and_no_formula():
    map_ = simulated_map(20)
    named = Map("m", "d", "t", "gene", map_.entities, ("=1+1", *map_.labels[1:]), map_.vectors, map_.layout,
                map_.evidence, map_.columns)  # fmt: skip
    table = pd.read_csv(io.BytesIO(map_file(named, np.array([0, 5]), "csv")))
    assert table["label"].tolist() == ["'=1+1", map_.labels[5]]
    assert table["island"].tolist() == map_.columns["island"][[0, 5]].tolist()


def test_parquet_and_anndata_hold_vectors_places_and_origin(tmp_path, mapped_lab: Lab):
    import anndata

    map_ = mapped_lab.maps.get("nelisa_jump_target")
    rows = np.array([2, 7, 11])
    table = pq.read_table(io.BytesIO(mapped_lab.maps.export("nelisa_jump_target", "parquet", rows)))
    assert np.allclose(np.stack(table["vector"].to_numpy()), map_.vectors[rows])
    assert table.schema.metadata[b"map_id"] == b"nelisa_jump_target"
    path = tmp_path / "part.h5ad"
    path.write_bytes(mapped_lab.maps.export("nelisa_jump_target", "h5ad", rows))
    read = anndata.read_h5ad(path)
    assert read.obs_names.tolist() == [map_.entities[i] for i in rows]
    assert np.allclose(read.X, map_.vectors[rows])
    assert np.allclose(read.obsm["X_map"], map_.layout[rows])
    assert json.loads(read.uns["recipe"]) == map_.recipe


def test_an_unknown_format_is_refused():
    with pytest.raises(InputError, match="xlsx"):
        map_file(simulated_map(3), np.arange(3), "xlsx")
