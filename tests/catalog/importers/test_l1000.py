"""L1000 files of levels 3 to 5, made of the bundled plates: GCT and GCTX, vectors as controls, signatures as responses."""

from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from tests import perturbed
from workbench.catalog.batch import Batch
from workbench.catalog.importers.formats import open_table
from workbench.catalog.importers.formats.gctx import FEATURES, MATRIX, SAMPLES
from workbench.catalog.importers.l1000 import level_of
from workbench.catalog.importers.profiles import Profiles
from workbench.catalog.importers.wishes import Wishes

N_GENES = 40


@pytest.fixture(scope="module")
def wells() -> pd.DataFrame:
    frame = perturbed.l1000_wells()
    features = [name for name in frame if not name.startswith("Metadata_")][:N_GENES]
    return frame[[name for name in frame if name.startswith("Metadata_")] + features]


def read(path: Path) -> tuple[Batch, dict, pd.DataFrame]:
    batch, table = Batch("mine"), open_table(path)
    assert Profiles().accepts(table, Wishes())
    facts = Profiles().read(table, batch, Wishes(), frozenset(), path.parent)
    blocks = [block.to_pandas() for block in batch.streams["response"][1]()]
    return batch, facts, pd.concat(blocks, ignore_index=True).set_index("perturbation_id")


def test_level_four_is_matched_to_the_vectors_of_its_plate(tmp_path: Path, wells, loaded) -> None:
    more = {"det_plate": wells["Metadata_det_plate"], "det_well": wells["Metadata_Well"]}
    batch, facts, found = read(perturbed.l1000(tmp_path / "x.gct", wells, more))
    assert facts["convention"].startswith("L1000 level 4 (pert_type and pert_iname")
    assert facts["controls"].startswith("72 wells")
    assert "EGFP" in facts["controls"]
    assert (
        batch.feature_names[:2] == [name for name in wells if not name.startswith("Metadata_")][:2]
    )  # symbols, not probes
    frame = wells.assign(plate=wells["Metadata_det_plate"])
    features = batch.feature_names
    vector = frame[frame["Metadata_pert_type"] == "ctl_vector"].groupby("plate")[features].mean()
    own = frame[frame["Metadata_broad_sample"] == "BRDN0000398935"]
    wanted = (own[features].to_numpy() - vector.loc[own["plate"]].to_numpy()).mean(axis=0)
    row = found.loc["over-expression:ATF4/BRDN0000398935"]
    np.testing.assert_allclose(row["delta"], wanted, atol=1e-3)
    assert (row["n"], row["context_id"]) == (len(own), "U2OS|72h|")
    assert sum(name.startswith("over-expression:") for name in found.index) == 324
    assert {dose for row in batch.frames["perturbation"][0]["dose_um"] for dose in row} == set()  # -666 is no dose


def test_level_five_signatures_are_responses_already(tmp_path: Path, wells) -> None:
    treated = wells[wells["Metadata_pert_type"] == "trt_oe"]
    features = [name for name in wells if not name.startswith("Metadata_")]
    first = ["Metadata_gene", "Metadata_pert_type", "Metadata_cell_line"]
    made = treated.groupby("Metadata_broad_sample").agg(
        {**dict.fromkeys(first, "first"), **dict.fromkeys(features, "mean")}
    )
    n = treated.groupby("Metadata_broad_sample").size()
    path = perturbed.l1000(
        tmp_path / "y.gct", made.reset_index(), {"sig_id": list(made.index), "distil_nsample": list(n)}
    )
    batch, facts, found = read(path)
    assert facts["convention"].startswith("L1000 level 5")
    row = found.loc["over-expression:ATF4/BRDN0000398935"]
    np.testing.assert_allclose(row["delta"], made.loc["BRDN0000398935", features].astype(float), rtol=1e-3)
    assert (row["n"], row["n_controls"]) == (n["BRDN0000398935"], 0)
    assert batch.counts()["response"] == 324


def test_gctx_is_read_like_gct(tmp_path: Path, wells) -> None:
    some = wells[wells["Metadata_Plate"] == wells["Metadata_Plate"].iloc[0]]
    features = [name for name in wells if not name.startswith("Metadata_")]
    columns = {"pert_iname": "gene", "pert_type": "pert_type", "pert_id": "broad_sample", "det_plate": "det_plate",
               "det_well": "Well", "cell_id": "cell_line"}  # fmt: skip
    with h5py.File(tmp_path / "z_level4.gctx", "w") as file:
        file[MATRIX] = some[features].to_numpy(np.float32)
        file[f"{SAMPLES}/id"] = [f"s{i}".encode() for i in range(len(some))]
        for name, source in columns.items():
            file[f"{SAMPLES}/{name}"] = [str(text).encode() for text in some[f"Metadata_{source}"]]
        file[f"{FEATURES}/id"] = [f"{i}_at".encode() for i in range(N_GENES)]
        file[f"{FEATURES}/pr_gene_symbol"] = [name.encode() for name in features]
    batch, facts, found = read(tmp_path / "z_level4.gctx")
    assert batch.feature_names == features
    assert facts["convention"].startswith("L1000 level 4")
    assert facts["controls"].startswith("24 wells")
    assert sum(name.startswith("over-expression:") for name in found.index) > 300


@pytest.mark.parametrize(
    ("name", "columns", "lowest", "level"),
    [("a_LEVEL3_INF.csv", "pert_iname,pert_type", 0, 3), ("a.csv", "pert_iname,pert_type", 4, 3),
     ("a.csv", "pert_iname,pert_type", -2, 4), ("a.csv", "cmap_name,pert_type,tas", -2, 5),
     ("a_COMPZ.MODZ.csv", "pert_iname,pert_type", -2, 5), ("level5.csv", "compound,dose", -2, 0)],
)  # fmt: skip
def test_levels_are_told_from_name_columns_and_sign(write_csv, name, columns, lowest, level) -> None:
    assert (
        level_of(open_table(write_csv(f"{columns}\n" + ",".join(["x"] * len(columns.split(","))) + "\n", name)), lowest)
        == level
    )
