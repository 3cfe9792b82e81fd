import json

import numpy as np
import pandas as pd
import pytest

from tests.perturbed import BUNDLED
from workbench.catalog.batch import Batch
from workbench.catalog.importers.formats import open_table
from workbench.catalog.importers.gene_scores import GeneScores
from workbench.catalog.importers.wishes import Wishes


def read(path) -> tuple[Batch, dict]:
    batch = Batch("mine")
    table = open_table(path)
    assert GeneScores().accepts(table, Wishes())
    return batch, GeneScores().read(table, batch, Wishes(), frozenset(), None)


def test_scores_become_responses_of_one_readout(write_csv) -> None:
    batch, facts = read(write_csv("Gene,Score,note\nTP53,1.5,<b>x</b>\nNA,-2,\n"))
    (responses,) = batch.frames["response"]
    assert responses["perturbation_id"].tolist() == ["knock-out:TP53", "knock-out:NA"]
    assert responses["delta"].tolist() == [[1.5], [-2.0]]
    notes = batch.frames["perturbation"][0]["annotations"].map(json.loads).tolist()
    assert notes == [{"note": "<b>x</b>"}, {}]
    assert facts["readout"] == "Score"
    assert batch.feature_names == ["Score"]


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("1-Mar,1", "Gene", "1-Mar", "date"),
        (",1", "Gene", "", "no gene"),
        ("BRAF,high", "Score", "high", "not a number"),
        ("BRAF,", "Score", "", "not a number"),
        ("BRAF,inf", "Score", "inf", "not a number"),
        ("TP53,3", "Gene", "TP53", "before"),
    ],
)
def test_rows_that_cannot_be_used_are_refused_with_a_reason(write_csv, row, column, value, reason) -> None:
    batch, _ = read(write_csv(f"Gene,Score\nTP53,1\n{row}\n"))
    (refused,) = batch.rejects
    assert (refused["row_number"], refused["column_name"], refused["value"]) == (2, column, value)
    assert reason in refused["reason"]
    assert batch.counts()["response"] == 1


def test_a_mageck_summary_is_understood(write_csv) -> None:
    batch, facts = read(
        write_csv("id\tnum\tneg|score\tneg|lfc\tpos|score\tpos|lfc\nTP53\t4\t0.9\t1.5\t0.1\t1.5\n", "m.txt")
    )
    assert (facts["gene column"], facts["score column"]) == ("id", "pos|lfc")
    assert batch.frames["response"][0]["delta"].tolist() == [[1.5]]


def test_wells_are_no_gene_scores(write_csv) -> None:
    assert not GeneScores().accepts(open_table(write_csv("Metadata_Well,gene,score\nA1,TP53,1\n")), Wishes())
    assert not GeneScores().accepts(open_table(write_csv("gene,x\nTP53,1\n")), Wishes())


@pytest.fixture(scope="module")
def il2() -> pd.DataFrame:
    """The bundled IL-2 screen: two donors of a MAGeCK analysis."""
    return pd.read_parquet(BUNDLED / "screens" / "IL2.parquet").head(400)


def test_a_mageck_test_summary_of_a_real_screen(write_csv, il2) -> None:
    lfc = il2["score_donor1"].fillna(0)
    frame = pd.DataFrame({
        "id": il2["gene"], "num": 6, "neg|score": 0.5, "neg|p-value": 0.5, "neg|fdr": 0.9, "neg|rank": range(len(il2)),
        "neg|goodsgrna": 1, "neg|lfc": lfc, "pos|score": 0.5, "pos|p-value": 0.5, "pos|fdr": 0.8, "pos|rank": 1,
        "pos|goodsgrna": 2, "pos|lfc": lfc,
    })  # fmt: skip
    controls = (
        frame.head(3).assign(id=["Non-Targeting_1", "non-targeting-2", "NTC_3"]).assign(**{"pos|lfc": [3.0, 3.1, 2.9]})
    )
    batch, facts = read(write_csv(pd.concat([frame, controls]).to_csv(sep="\t", index=False), "il2.gene_summary.txt"))
    responses = batch.frames["response"][0]
    assert facts["convention"].startswith("MAGeCK test gene summary")
    assert facts["score column"] == "pos|lfc"
    assert (responses["n"].unique().tolist(), responses["n_controls"].unique().tolist()) == ([6], [3])
    np.testing.assert_allclose([x[0] for x in responses["delta"]], lfc, rtol=1e-6)
    assert facts["control check"].startswith("3 controls have a mean of 3")
    assert "flagged" in facts["control check"]
    notes = json.loads(batch.frames["perturbation"][0]["annotations"][0])
    assert notes["pos|fdr"] == "0.8"


def test_each_condition_of_mageck_mle_is_a_context(write_csv) -> None:
    text = "Gene\tsgRNA\tHL60|beta\tHL60|z\tHL60|fdr\tKBM7|beta\tKBM7|z\nTP53\t4\t0.5\t2\t0.1\t-1\t-4\nMYC\t3\t-2\t-8\t0\t1\t1\n"
    batch, facts = read(write_csv(text, "mle.gene_summary.txt"))
    responses = pd.concat(batch.frames["response"])
    assert responses["context_id"].tolist() == ["unknown cells||HL60"] * 2 + ["unknown cells||KBM7"] * 2
    assert responses["standard_error"].tolist() == [[0.25], [0.25], [0.25], [1.0]]
    assert responses["n"].tolist() == [4, 3, 4, 3]
    assert "each gene has a row in 2 conditions" in facts["leakage check"]


def test_guides_are_taken_together_by_gene(write_csv) -> None:
    text = "sgrna\tGene\tLFC\tscore\ns1\tTP53\t1\t9\ns2\tTP53\t3\t9\ns3\tMYC\t-1\t9\nn1\tnon-targeting\t0.1\t9\nn2\tnon-targeting\t-0.1\t9\n"
    batch, facts = read(write_csv(text, "x.sgrna_summary.txt"))
    responses = batch.frames["response"][0]
    assert responses["delta"].tolist() == [[2.0], [-1.0]]
    assert responses["standard_error"].iloc[0] == [pytest.approx(1.0)]
    assert responses["n"].tolist() == [2, 1]
    assert "3 guides of 2 genes are taken together" in facts["leakage check"]
    assert "0 means no effect" in facts["control check"]
    assert batch.rejects == []


def test_a_plain_screen_without_controls_says_so(write_csv, il2) -> None:
    batch, facts = read(write_csv(il2[["gene", "score"]].rename(columns=str.title).to_csv(index=False)))
    assert batch.counts()["response"] == 400
    assert facts["control check"].startswith("0 rows are controls")
    assert facts["leakage check"] == "one row a gene, none twice"
    again = pd.concat([il2[["gene", "score"]]] * 2).to_csv(index=False)
    _, facts = read(write_csv(again, "again.csv"))
    assert facts["leakage check"].startswith("400 rows repeat a gene")
