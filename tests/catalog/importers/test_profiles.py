import numpy as np
import pandas as pd
import pytest

from workbench.catalog.batch import Batch
from workbench.catalog.importers.formats import open_table
from workbench.catalog.importers.profiles import Profiles
from workbench.catalog.importers.wishes import Wishes

HEAD = "Metadata_Plate,Metadata_Well,Metadata_control_type,Metadata_pert_iname,Metadata_InChIKey,Metadata_gene,Cells_A,Cells_B"
DMSO = "P1,A1,negcon,DMSO,,,1,2\nP1,A2,negcon,DMSO,,,3,4\n"


def read(path, **said: str) -> tuple[Batch, dict]:
    batch, table = Batch("mine"), open_table(path)
    assert Profiles().accepts(table, Wishes(**said))
    return batch, Profiles().read(table, batch, Wishes(**said), frozenset(), path.parent)


def streamed(batch: Batch, table: str) -> pd.DataFrame:
    """Rows that would be written block by block."""
    blocks = [block if isinstance(block, pd.DataFrame) else block.to_pandas() for block in batch.streams[table][1]()]
    return pd.concat(blocks, ignore_index=True)


def test_controls_compounds_and_targets_are_told_apart(write_csv) -> None:
    batch, facts = read(write_csv(f"{HEAD}\n{DMSO}P1,A3,,drug,KEY-N,EGFR,5,5\nP1,a04,trt,<i>other</i>,,,7,7\n"))
    (wells,) = batch.frames["well"]
    assert wells["perturbation_id"].tolist() == [
        "control:DMSO", "control:DMSO", "compound:KEY-N", "compound:NAME:<i>other</i>",
    ]  # fmt: skip
    assert wells["Metadata_Well"].tolist() == ["A01", "A02", "A03", "A04"]
    assert batch.frames["compound"][0]["Metadata_Name"].tolist() == ["drug", "<i>other</i>"]
    responses = streamed(batch, "response").set_index("perturbation_id")
    assert responses.at["compound:KEY-N", "delta"].tolist() == [3.0, 2.0]
    assert facts["controls"].startswith("2 wells (DMSO 2)")


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("P1,Z99,,drug,,,1,2", "Metadata_Well", "no well"),
        (",A3,,drug,,,1,2", "Metadata_Plate", "no name"),
        ("P1,A3,,,,,1,2", "Metadata_pert_iname", "neither"),
        ("P1,A3,,,,1-Mar,1,2", "Metadata_gene", "date"),
        ("P1,A3,,drug,,,high,2", "Cells_A", "not a number"),
        ("P1,A3,,drug,,,1,", "Cells_B", "not a number"),
        ("P1,A02,,drug,,,1,2", "Metadata_Well", "before"),
    ],
)
def test_wells_that_cannot_be_used_are_refused_with_a_reason(write_csv, row, column, reason) -> None:
    batch, _ = read(write_csv(f"{HEAD}\n{DMSO}{row}\nP1,A9,,drug,,,1,2\n"))
    (refused,) = batch.rejects
    assert (refused["row_number"], refused["column_name"]) == (3, column)
    assert reason in refused["reason"]
    assert batch.counts()["profile"] == 3


def test_genes_follow_the_kind_of_the_plate(write_csv) -> None:
    text = (
        "Metadata_Plate,Metadata_Well,Metadata_perturbation_type,Metadata_Symbol,Metadata_broad_sample,f\n"
        "P,A1,orf,TP53,ccs1,1\nP,A2,crispr,TP53,BRD1,1\nP,A3,crispr,NA,BRD2,2\n"
    )
    batch, facts = read(write_csv(text))
    assert batch.frames["well"][0]["perturbation_id"].tolist() == [
        "over-expression:TP53/ccs1", "knock-out:TP53/BRD1", "knock-out:NA/BRD2",
    ]  # fmt: skip
    assert "response" not in batch.streams
    assert any("no responses" in note for note in facts["notes"])


def test_doses_are_in_micromolar(write_csv) -> None:
    head = "Metadata_Plate,Metadata_Well,Metadata_pert_iname,{},f\n"
    for column, dose in (("Metadata_Concentration", "10"), ("Metadata_mmoles_per_liter", "0.01")):
        batch, _ = read(write_csv(head.format(column) + f"P,A1,drug,{dose},1\n"))
        (item,) = batch.frames["perturbation"][0].to_dict("records")
        assert (item["perturbation_id"], item["dose_um"]) == ("compound:NAME:drug@10", [10.0])


def test_image_columns_and_text_are_no_features(write_csv) -> None:
    batch, facts = read(write_csv("Metadata_Plate,Metadata_Well,Metadata_Name,Image_Path,Site,f\nP,A1,drug,x,s,1\n"))
    assert batch.feature_names == ["f"]
    assert facts["neither metadata nor feature"] == "Site"


def test_a_jump_plate_with_empty_samples_for_dmso(loaded, tmp_path) -> None:
    """The plate layout of the source: no sample name in DMSO wells, called controls."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "Metadata_Plate": "BR1", "Metadata_Well": [f"A{i:02d}" for i in range(1, 25)],
            "Metadata_pert_type": ["control"] * 8 + ["trt"] * 16,
            "Metadata_broad_sample": [None] * 8 + [f"BRD-{i // 2}" for i in range(16)],
        }
    )  # fmt: skip
    values = pd.DataFrame(rng.normal(size=(24, 500)), columns=[f"Cells_{i}" for i in range(500)])
    path = tmp_path / "BR1_normalized.parquet"
    pd.concat([frame, values], axis=1).to_parquet(path)
    batch, _ = read(path)
    assert batch.frames["well"][0]["is_control"].sum() == 8
    assert batch.counts()["response"] == 8
    assert batch.rejects == []
