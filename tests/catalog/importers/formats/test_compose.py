from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.catalog.importers.formats import SUFFIXES
from workbench.catalog.importers.formats.compose import files_of
from workbench.catalog.importers.plan import chosen_files, understand
from workbench.catalog.importers.wishes import Wishes
from workbench.errors import InputError

WELLS = [f"A{i:02d}" for i in range(1, 13)]
CODES = ["JCP2022_033924"] * 4 + ["JCP2022_1"] * 3 + ["JCP2022_2"] * 3 + ["JCP2022_3"] * 2


def plan_of(*paths: Path, **said: str):
    return understand(chosen_files(list(paths)), "mine", Wishes(**said), frozenset())


@pytest.fixture
def jump(tmp_path: Path) -> Path:
    """The consortium's tables of one plate, with measurements in another order."""
    folder = tmp_path / "jump"
    folder.mkdir()
    wells = pd.DataFrame({"Metadata_Source": "s4", "Metadata_Plate": "P1", "Metadata_Well": WELLS})
    tables = {
        "well.csv.gz": wells.assign(Metadata_JCP2022=CODES),
        "plate.csv.gz": pd.DataFrame([{"Metadata_Source": "s4", "Metadata_Batch": "b7", "Metadata_Plate": "P1"}]),
        "compound.csv": pd.DataFrame(
            [{"Metadata_JCP2022": "JCP2022_1", "Metadata_InChIKey": "KEY-A", "Metadata_SMILES": "C"}]
        ),
        "crispr.csv": pd.DataFrame([{"Metadata_JCP2022": "JCP2022_2", "Metadata_Symbol": "TP53"}]),
        "orf.csv": pd.DataFrame([{"Metadata_JCP2022": "JCP2022_3", "Metadata_Symbol": "NA"}]),
        "perturbation_control.csv": pd.DataFrame(
            [{"Metadata_JCP2022": "JCP2022_033924", "Metadata_pert_type": "negcon", "Metadata_Name": "DMSO"}]
        ),
    }
    for name, table in tables.items():
        table.to_csv(folder / name, index=False)
    values = wells.assign(Cells_A=range(12), Cells_B=range(0, 24, 2)).iloc[::-1]
    values.to_parquet(tmp_path / "profiles.parquet")
    return folder


def test_the_tables_of_jump_tell_what_is_in_each_well(jump: Path) -> None:
    plan, batch, _ = plan_of(jump, jump.parent / "profiles.parquet")
    (wells,) = batch.frames["well"]
    found = wells.set_index("Metadata_Well")["perturbation_id"].to_dict()
    assert (found["A01"], found["A05"]) == ("control:DMSO", "compound:KEY-A")
    assert found["A08"].startswith("knock-out:TP53")
    assert found["A12"].startswith("over-expression:NA")
    assert set(wells["Metadata_Batch"]) == {"b7"}
    assert plan.counts["profile"] == 12
    assert any("symbol of a gene" in note for note in plan.notes)


def test_the_tables_of_jump_alone_are_wells_compounds_and_genes(jump: Path) -> None:
    plan, batch, _ = plan_of(jump)
    assert plan.importer == "JUMP tables"
    assert {name: plan.counts[name] for name in ("well", "compound", "gene")} == {"well": 12, "compound": 1, "gene": 2}
    assert batch.frames["well"][0]["is_control"].sum() == 4
    assert plan_of(jump / "compound.csv")[0].counts == {"compound": 1}


def test_an_embedding_finds_its_wells_by_key(tmp_path: Path) -> None:
    keys = [f"gene-001_{plate}_{well}" for plate in (1, 2) for well in WELLS]
    genes = ["EMPTY_control", "EMPTY_control", "TP53", *["KRAS"] * 9] * 2
    pd.DataFrame(
        {"well_id": keys, "experiment_name": "gene-001", "plate": [1] * 12 + [2] * 12, "address": WELLS * 2, "gene": genes,
         "treatment": genes, "perturbation_type": "CRISPR", "cell_type": "HUVEC"}
    ).to_csv(tmp_path / "metadata_rxrx3_core.csv", index=False)  # fmt: skip
    values = pd.DataFrame(np.arange(96.0).reshape(24, 4), columns=[f"feature_{i}" for i in range(4)])
    shuffled = values.assign(well_id=keys).sample(frac=1, random_state=0)
    shuffled.to_parquet(tmp_path / "embeddings.parquet")
    plan, batch, _ = plan_of(tmp_path)
    assert (plan.counts["well"], plan.counts["response"]) == (24, 2)
    wells = batch.frames["well"][0]
    assert set(wells["context_id"]) == {"HUVEC||"}
    assert wells["is_control"].sum() == 4
    assert wells["Metadata_Well"].tolist() == [key.rsplit("_", 1)[1] for key in shuffled["well_id"]]


def test_a_matrix_is_described_by_a_table_of_as_many_rows(tmp_path: Path) -> None:
    np.save(tmp_path / "map_features.npy", np.random.default_rng(0).normal(size=(6, 5)))
    genes = pd.DataFrame({"gene": ["TP53", "KRAS", "BRAF", "non-targeting", "non-targeting_2", "EGFR"]})
    genes.to_parquet(tmp_path / "map_metadata.parquet")
    plan, _, _ = plan_of(tmp_path)
    assert plan.counts["response"] == 4
    assert any("in the same order" in note for note in plan.notes)
    genes.head(5).to_parquet(tmp_path / "map_metadata.parquet")
    with pytest.raises(InputError, match="cannot be joined"):
        plan_of(tmp_path)
    (tmp_path / "map_metadata.parquet").unlink()
    with pytest.raises(InputError, match="not what they are of"):
        plan_of(tmp_path)


def test_plates_lie_one_below_the_other_with_the_features_they_share(tmp_path: Path) -> None:
    for plate, features in (("P1", ["Cells_A", "Cells_B"]), ("P2", ["Cells_B", "Cells_C"])):
        head = pd.DataFrame(
            {"Metadata_Plate": plate, "Metadata_Well": WELLS, "Metadata_Name": ["DMSO"] * 3 + ["x"] * 9}
        )
        values = pd.DataFrame(np.ones((12, 2)), columns=features)
        pd.concat([head, values], axis=1).to_csv(tmp_path / f"{plate}.csv", index=False)
    text = (tmp_path / "P2.csv").read_text().replace("P2,A05,x,1.0", "P2,A05,x,?")
    (tmp_path / "P2.csv").write_text(text)
    plan, batch, _ = plan_of(tmp_path)
    assert batch.feature_names == ["Cells_B"]
    (refused,) = plan.rejects
    assert (refused["file"], refused["row_number"], refused["value"]) == ("P2.csv", 5, "?")
    assert plan.counts["profile"] == 23


def test_a_key_that_is_there_twice_is_named(tmp_path: Path) -> None:
    pd.DataFrame({"well_id": ["a", "b"], "feature_0": [1.0, 2.0]}).to_csv(tmp_path / "x.csv", index=False)
    pd.DataFrame({"well_id": ["a", "b", "b"], "compound": ["DMSO", "x", "y"]}).to_csv(tmp_path / "y.csv", index=False)
    with pytest.raises(InputError, match="well_id = 'b' more than once"):
        plan_of(tmp_path)


def test_folders_give_their_files_and_say_when_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.csv", "a.csv.gz", ".hidden.csv", "notes.md", "sub/c.parquet"):
        (tmp_path / name).touch()
    assert [path.name for path in files_of([tmp_path], SUFFIXES)] == ["a.csv.gz", "b.csv", "c.parquet"]
    with pytest.raises(InputError, match="holds 3 files; 1 to 2"):
        files_of([tmp_path], SUFFIXES, limit=2)
    with pytest.raises(InputError, match="there is no file 'gone'"):
        files_of([tmp_path / "gone"], SUFFIXES)
