import json

import pytest

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
